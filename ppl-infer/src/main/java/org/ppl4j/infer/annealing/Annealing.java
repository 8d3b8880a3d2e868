package org.ppl4j.infer.annealing;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import com.google.common.primitives.Doubles;
import com.google.errorprone.annotations.MustBeClosed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Program;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.diagnostics.Khat;
import org.ppl4j.infer.diagnostics.SmoothedWeights;
import org.ppl4j.infer.diagnostics.WeightRounding;
import org.ppl4j.infer.internal.RunStore;
import org.ppl4j.infer.internal.Workers;
import org.ppl4j.infer.latent.Prior;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.RunConfig;

/**
 * Annealed importance sampling: chains that begin at draws of a guide, or of the prior, and move to
 * the posterior by Hamiltonian Monte Carlo through densities between the two, with weights that
 * make them draws of the posterior and estimate the evidence.
 *
 * <pre>{@code
 * try (Evidence evidence = Annealing.of(MODEL).evidence(data, 2000)) {
 *   System.out.println(evidence); // its logarithm with an error, warnings
 * }
 * }</pre>
 *
 * <p>The densities are q^(1−β) p^β, q the guide's and p the joint of model and data, at levels 0 =
 * β_0 &lt; β_1 &lt; … &lt; β_K = 1. The weight of a chain that is at x_k after level k is
 *
 * <pre>{@code
 * log w = Σ_k (β_k − β_{k−1}) (log p(x_{k−1}, data) − log q(x_{k−1}))
 * }</pre>
 *
 * <p>and the mean of w is p(data), whatever the levels and however badly chains mix. Pilot chains,
 * which are not weighed, find the levels, step sizes and scales beforehand.
 *
 * <p>A factor of the model counts as data. The evidence is of all rows. It is as good as the guide
 * is wide: where neither the guide nor the chains from it come, nothing is seen; the prior comes
 * everywhere.
 *
 * <p>Cost: about chains · levels · (steps + 1) gradients. Chains run on threads of this JVM; the
 * bits of a chain depend on the seed and its number alone.
 *
 * <p>Immutable: each method makes a new setting.
 *
 * <p>Source: Neal, "Annealed importance sampling" (2001).
 *
 * @param <D> the data of the model
 */
public final class Annealing<D extends @Nullable Object> {

  private static final int PILOTS = 200;

  private final Program<D> model;
  private final Program<D> guide;
  private final int levels;
  private final int steps;
  private final int threads;
  private final Progress progress;
  private final @Nullable ParamStore params;
  private final @Nullable RunConfig config;

  private Annealing(
      Program<D> model,
      Program<D> guide,
      int levels,
      int steps,
      int threads,
      Progress progress,
      @Nullable ParamStore params,
      @Nullable RunConfig config) {
    this.model = requireNonNull(model, "model");
    this.guide = requireNonNull(guide, "guide");
    this.levels = levels;
    this.steps = steps;
    this.threads = threads;
    this.progress = progress;
    this.params = params;
    this.config = config;
  }

  /** From the prior of a model: its latent sites, without its data and factors. */
  public static <D extends @Nullable Object> Annealing<D> of(Program<D> model) {
    return of(model, model.with(new Prior()));
  }

  /**
   * From a guide of a model: an autoguide, fitted or not, or one of your own.
   *
   * @param guide which draws the model's latent sites; its density is asked at each step, which of
   *     a flow takes the inverse, so that couplings are faster here than inverse autoregressive
   *     flows
   */
  public static <D extends @Nullable Object> Annealing<D> of(Program<D> model, Program<D> guide) {
    int processors = Runtime.getRuntime().availableProcessors();
    return new Annealing<>(model, guide, 400, 4, processors, Progress.console(), null, null);
  }

  /**
   * K, how many levels; 400 unless set. The variance of the log weights falls as 1 / K.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public Annealing<D> levels(int levels) {
    checkArgument(levels >= 1, "annealing has %s levels, but needs at least 1", levels);
    return new Annealing<>(model, guide, levels, steps, threads, progress, params, config);
  }

  /**
   * How many leapfrog steps a chain makes at each level, at most; 4 unless set. They are fewer
   * where they would go further than a quarter of a period.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public Annealing<D> steps(int steps) {
    checkArgument(steps >= 1, "annealing makes %s steps a level, but needs at least 1", steps);
    return new Annealing<>(model, guide, levels, steps, threads, progress, params, config);
  }

  /**
   * How many threads run chains; unless set as many as there are processors.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public Annealing<D> threads(int threads) {
    checkArgument(threads >= 1, "annealing has %s threads, but needs at least 1", threads);
    return new Annealing<>(model, guide, levels, steps, threads, progress, params, config);
  }

  /** Where it shows how far it is; {@link Progress#console()} unless set. */
  public Annealing<D> progress(Progress progress) {
    requireNonNull(progress, "progress");
    return new Annealing<>(model, guide, levels, steps, threads, progress, params, config);
  }

  /**
   * Where the parameters of model and guide are, which are held, such as those of a fit; in a store
   * of its own unless set, where an autoguide is as it begins a fit.
   */
  public Annealing<D> params(ParamStore params) {
    requireNonNull(params, "params");
    return new Annealing<>(model, guide, levels, steps, threads, progress, params, config);
  }

  /** Seed, float type and recording; those of the store, or else the defaults, unless set. */
  public Annealing<D> config(RunConfig config) {
    requireNonNull(config, "config");
    return new Annealing<>(model, guide, levels, steps, threads, progress, params, config);
  }

  /**
   * The evidence of data, and weighted draws of the posterior.
   *
   * @param chains at least 2, each of which is a draw
   * @throws IllegalArgumentException if there are fewer, the guide does not fit the model, draws a
   *     discrete site (sum it out) or one at the edge of its support, or the model has no density
   *     under its draws
   * @throws IllegalStateException if the way to the posterior has no end
   * @throws org.ppl4j.infer.InterruptionException if the thread is interrupted; nothing is kept
   */
  @MustBeClosed
  public Evidence evidence(D data, int chains) {
    checkArgument(chains >= 2, "annealing has %s chains, but needs at least 2", chains);
    RunConfig own = runConfig();
    try (RunStore store = RunStore.of(params, own)) {
      return evidence(data, chains, store.params(), own);
    }
  }

  private RunConfig runConfig() {
    return ParamStore.chosen(config, params);
  }

  @MustBeClosed
  private Evidence evidence(D data, int chains, ParamStore store, RunConfig settings) {
    try (GeometricPath<D> path =
        GeometricPath.of("annealing", model, guide, data, store, settings)) {
      int size = path.size();
      double[] starts = path.draws(PILOTS + chains);
      Rng noise = Rng.of(settings.seed(), Rng.Purpose.CHAIN, 0, "annealing");
      double[] ofPilots = Arrays.copyOf(starts, PILOTS * size);
      List<Level> found =
          Pilot.levels(
              new Population(path, ofPilots, noise.split("pilot"), 0, steps),
              noise.split("resampling"));
      List<AnnealedBlock> blocks =
          AnnealedBlock.of(
              path,
              Arrays.copyOfRange(starts, ofPilots.length, starts.length),
              Pilot.spread(found, levels),
              noise.split("chains"),
              steps);
      run(blocks);
      return evidence(path, blocks, settings.floatType());
    }
  }

  private void run(List<AnnealedBlock> blocks) {
    Progress.Line line = progress.start("annealing", blocks.size() * levels);
    List<Workers.Part<AnnealedBlock>> parts = new ArrayList<>();
    for (AnnealedBlock block : blocks) {
      parts.add(block::run);
    }
    try (Workers workers = Workers.of("annealing", Math.min(threads, blocks.size()))) {
      List<AnnealedBlock> unused = workers.all(parts, () -> line.update(done(blocks)));
    } finally {
      line.end(done(blocks));
    }
  }

  private static int done(List<AnnealedBlock> blocks) {
    return blocks.stream().mapToInt(AnnealedBlock::done).sum();
  }

  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // of the draws, by the evidence
  private static Evidence evidence(
      GeometricPath<?> path, List<AnnealedBlock> blocks, FloatType type) {
    double[] weights =
        Doubles.concat(blocks.stream().map(AnnealedBlock::logWeights).toArray(double[][]::new));
    double[] ends =
        Doubles.concat(blocks.stream().map(AnnealedBlock::positions).toArray(double[][]::new));
    SmoothedWeights smoothed = SmoothedWeights.of(weights);
    double acceptance =
        blocks.stream().mapToDouble(AnnealedBlock::acceptance).average().orElseThrow();
    Evidence.Figures figures =
        Evidence.Figures.of(
            weights, Khat.of(smoothed), acceptance, WeightRounding.of(weights, type));
    Samples samples = path.samples(ends).withLogWeights(weights, figures.warnings());
    return new Evidence(samples, figures);
  }

  /** Model, guide, levels and steps. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "annealing: %,d levels, seed %d",
        levels,
        ParamStore.chosen(config, params).seed());
  }
}
