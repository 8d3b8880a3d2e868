package org.ppl4j.infer.annealing;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import com.google.common.primitives.Doubles;
import com.google.errorprone.annotations.MustBeClosed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Program;
import org.ppl4j.infer.InterruptionException;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.importance.ParticleWeights;
import org.ppl4j.infer.internal.RunStore;
import org.ppl4j.infer.internal.Workers;
import org.ppl4j.infer.latent.Prior;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.RunConfig;

/**
 * Sequential Monte Carlo: particles that begin at draws of the prior, or of a guide, and go to the
 * posterior through densities between the two. They are weighed from one density to the next,
 * chosen by their weights when few carry most, and moved apart by Hamiltonian Monte Carlo. They
 * become weighted draws of the posterior, of all its modes that the prior reaches, and estimate the
 * evidence.
 *
 * <pre>{@code
 * try (SmcRun<NDArray> run = Smc.of(MODEL).run(data)) {
 *   System.out.println(run); // log evidence with an error, warnings, mean and sd of each site
 * }
 * }</pre>
 *
 * <p>The densities are those of {@link Annealing}, q^(1−β) p^β, and so are pilot particles, which
 * find levels, step sizes and scales beforehand: each level is where an effective size of 0.9 of
 * all would be left. As nothing then depends on the particles that count, exp of the log evidence
 * has the mean p(data), whatever the levels and however badly particles mix. Annealing weighs
 * chains without choosing among them: its error is that of independent numbers, but where modes lie
 * apart, or levels are few, the choice gives far more draws.
 *
 * <p>A factor of the model counts as data, and the evidence is of all rows.
 *
 * <p>Cost: about particles · levels · moves · (steps + 1) gradients. Particles move on threads of
 * this JVM; their bits depend on the seed alone.
 *
 * <p>Immutable: each method makes a new setting.
 *
 * <p>Source: Del Moral, Doucet and Jasra, "Sequential Monte Carlo samplers" (2006); resampling by
 * strata as Kitagawa (1996).
 *
 * @param <D> the data of the model
 */
public final class Smc<D extends @Nullable Object> {

  private static final int PILOTS = 200;

  /** Particles are resampled when they are worth less than this share of them. */
  private static final double LEAST_SHARE = 0.5;

  private final Program<D> model;
  private final Program<D> guide;
  private final SmcSettings settings;

  private Smc(Program<D> model, Program<D> guide, SmcSettings settings) {
    this.model = requireNonNull(model, "model");
    this.guide = requireNonNull(guide, "guide");
    this.settings = settings;
  }

  /** From the prior of a model: its latent sites, without its data and factors. */
  public static <D extends @Nullable Object> Smc<D> of(Program<D> model) {
    return of(model, model.with(new Prior()));
  }

  /**
   * From a guide of a model: an autoguide, fitted or not, or one of your own.
   *
   * @param guide which draws the model's latent sites, as {@link Annealing#of(Program, Program)}
   */
  public static <D extends @Nullable Object> Smc<D> of(Program<D> model, Program<D> guide) {
    return new Smc<>(model, guide, SmcSettings.usual());
  }

  private Smc<D> with(SmcSettings changed) {
    return new Smc<>(model, guide, changed);
  }

  /**
   * N, how many particles; 1,000 unless set.
   *
   * @throws IllegalArgumentException if it is less than 2
   */
  public Smc<D> particles(int particles) {
    checkArgument(particles >= 2, "smc has %s particles, but needs at least 2", particles);
    return with(settings.particles(particles));
  }

  /**
   * How many moves particles make at each level; 3 unless set.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public Smc<D> moves(int moves) {
    checkArgument(moves >= 1, "smc makes %s moves a level, but needs at least 1", moves);
    return with(settings.moves(moves));
  }

  /**
   * How many leapfrog steps a move makes, at most; 4 unless set. They are fewer where they would go
   * further than a quarter of a period.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public Smc<D> steps(int steps) {
    checkArgument(steps >= 1, "smc makes %s steps a move, but needs at least 1", steps);
    return with(settings.steps(steps));
  }

  /**
   * How many threads move particles; unless set as many as there are processors.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public Smc<D> threads(int threads) {
    checkArgument(threads >= 1, "smc has %s threads, but needs at least 1", threads);
    return with(settings.threads(threads));
  }

  /** Where it shows how far it is; {@link Progress#console()} unless set. */
  public Smc<D> progress(Progress progress) {
    return with(settings.progress(requireNonNull(progress, "progress")));
  }

  /**
   * Where the parameters of model and guide are, which are held, such as those of a fit; in a store
   * of the run's own unless set, where an autoguide is as it begins a fit.
   */
  public Smc<D> params(ParamStore params) {
    return with(settings.params(requireNonNull(params, "params")));
  }

  /** Seed, float type and recording; those of the store, or else the defaults, unless set. */
  public Smc<D> config(RunConfig config) {
    return with(settings.config(requireNonNull(config, "config")));
  }

  /**
   * Brings particles to the posterior of data.
   *
   * @throws IllegalArgumentException if the guide does not fit the model, draws a discrete site
   *     (sum it out) or one at the edge of its support, or the model has no density under its draws
   * @throws IllegalStateException if no particle has a weight, or the way to the posterior has no
   *     end
   * @throws InterruptionException if the thread is interrupted; nothing is kept
   */
  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // by the caller
  public SmcRun<D> run(D data) {
    RunConfig config = settings.runConfig();
    RunStore store = RunStore.of(settings.params(), config);
    try {
      return run(data, store, config);
    } catch (RuntimeException e) {
      store.close();
      throw e;
    }
  }

  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // of the draws, by the run
  private SmcRun<D> run(D data, RunStore store, RunConfig config) {
    long began = System.nanoTime();
    try (GeometricPath<D> path =
        GeometricPath.of("smc", model, guide, data, store.params(), config)) {
      double[] starts = path.draws(PILOTS + settings.particles());
      int split = PILOTS * path.size();
      Rng noise = Rng.of(config.seed(), Rng.Purpose.CHAIN, 0, "smc");
      double[] ofPilots = Arrays.copyOf(starts, split);
      List<Level> levels =
          Pilot.levels(
              new Population(path, ofPilots, noise.split("pilot"), 0, settings.steps()),
              noise.split("pilot resampling"));
      List<ParticleBlock> blocks =
          ParticleBlock.of(
              path,
              Arrays.copyOfRange(starts, split, starts.length),
              noise.split("moves"),
              settings.steps());
      Progress.Line line = settings.progress().start("smc", levels.size());
      ParticleWeights weights = new ParticleWeights(settings.particles());
      double acceptance = travel(blocks, levels, weights, noise.split("resampling"), line);
      double seconds = (System.nanoTime() - began) * 1e-9;
      SmcReport report =
          SmcReport.of(weights, config.floatType(), levels.size(), acceptance, seconds);
      Samples samples =
          path.samples(positions(blocks)).withLogWeights(weights.logWeights(), report.warnings());
      return new SmcRun<>(samples, report, store, config);
    }
  }

  /**
   * Goes through all levels.
   *
   * @return the least mean probability that moves at a level were accepted
   */
  private double travel(
      List<ParticleBlock> blocks,
      List<Level> levels,
      ParticleWeights weights,
      Rng noise,
      Progress.Line line) {
    double least = 1;
    int done = 0;
    try (Workers crew = Workers.of("smc", Math.min(settings.threads(), blocks.size()))) {
      double beta = 0;
      for (Level level : levels) {
        each(crew, blocks, block -> block.enter(level));
        weights.add(logFactors(blocks, level.beta() - beta));
        if (weights.effectiveSize() < LEAST_SHARE * weights.count()) {
          double[] chosen = rows(positions(blocks), weights.resample(noise.split(done)));
          each(
              crew,
              blocks,
              block -> {
                block.take(chosen);
                block.enter(level);
              });
        }
        each(crew, blocks, block -> block.move(level, settings.moves()));
        least = Math.min(least, acceptance(blocks));
        beta = level.beta();
        line.update(++done);
      }
      return least;
    } catch (InterruptionException e) {
      throw new InterruptionException(
          "smc was interrupted at level %s of %s".formatted(done, levels.size()), e);
    } finally {
      line.end(done);
    }
  }

  /** Does the same with each block. */
  private static void each(
      Workers crew, List<ParticleBlock> blocks, Consumer<ParticleBlock> action) {
    List<Workers.Part<ParticleBlock>> parts = new ArrayList<>();
    for (ParticleBlock block : blocks) {
      parts.add(
          isStopped -> {
            action.accept(block);
            return block;
          });
    }
    List<ParticleBlock> unused = crew.all(parts, () -> {});
    InterruptionException.check("smc", null);
  }

  private static double[] logFactors(List<ParticleBlock> blocks, double step) {
    return blocks.stream()
        .flatMapToDouble(block -> Arrays.stream(block.logRatios()).map(ratio -> step * ratio))
        .toArray();
  }

  private static double acceptance(List<ParticleBlock> blocks) {
    double sum = 0;
    int count = 0;
    for (ParticleBlock block : blocks) {
      sum += block.count() * block.acceptance();
      count += block.count();
    }
    return sum / count;
  }

  private static double[] positions(List<ParticleBlock> blocks) {
    return Doubles.concat(blocks.stream().map(ParticleBlock::positions).toArray(double[][]::new));
  }

  private static double[] rows(double[] positions, int[] chosen) {
    int size = positions.length / chosen.length;
    double[] rows = new double[positions.length];
    for (int i = 0; i < chosen.length; i++) {
      System.arraycopy(positions, chosen[i] * size, rows, i * size, size);
    }
    return rows;
  }

  /** Model and guide. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "smc: %,d particles, %,d moves a level, seed %d",
        settings.particles(),
        settings.moves(),
        ParamStore.chosen(settings.config(), settings.params()).seed());
  }
}
