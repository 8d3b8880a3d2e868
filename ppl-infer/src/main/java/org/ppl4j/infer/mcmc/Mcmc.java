package org.ppl4j.infer.mcmc;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.Ints;
import com.google.errorprone.annotations.MustBeClosed;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ForkJoinPool;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Program;
import org.ppl4j.infer.InterruptionException;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.approximation.Exploration;
import org.ppl4j.infer.internal.RunStore;
import org.ppl4j.infer.latent.FullConditional;
import org.ppl4j.infer.latent.Initializer;
import org.ppl4j.infer.latent.LogDensity;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.RunConfig;

/**
 * Markov chains whose draws are those of a model's posterior in the end: what {@link Nuts}, {@link
 * Hmc}, {@link AdjustedLangevin}, {@link RandomWalk}, {@link EllipticalSlice} and those of kernels
 * of yours, {@link KernelSampler}, have in common.
 *
 * <p>Those that go by the gradient begin where searches for the posterior ended, far from each
 * other, in the variables in which these find it nearest to normal: {@link Exploration}. Draws are
 * of the model's sites all the same. {@link #initializer} and {@link #startAt} begin elsewhere,
 * {@link #asWritten} as Stan does, all of the model as it is written.
 *
 * <p>Discrete sites of finite support are summed out. Those that are not, since their support has
 * no end or an {@link org.ppl4j.handlers.InferConfig} leaves them out ({@link
 * org.ppl4j.handlers.SumOut#SETTING}), are drawn after each move of the others: each row given all
 * else, exactly where values have an end, by a Metropolis step where not.
 *
 * <p>Each chain warms up first: it learns a step size and the scales of the posterior, its {@link
 * Metric}. Chains run on threads of this JVM. The bits of a chain depend on the seed and its number
 * alone, not on the number of threads.
 *
 * <p>The density is computed in float64 unless the configuration says otherwise, and so it should
 * be: rounding in float32 shows as a noise of the energy that shortens the steps.
 *
 * <p>Immutable: each method makes a new setting.
 *
 * @param <D> the data of the model
 * @param <S> the sampler
 */
public abstract sealed class Mcmc<D extends @Nullable Object, S extends Mcmc<D, S>>
    implements Serializable
    permits Nuts, Hmc, AdjustedLangevin, RandomWalk, EllipticalSlice, KernelSampler {

  /** What the step size of trajectories is made for unless set. */
  static final double STANS_ACCEPTANCE = 0.8;

  final Program<D> model;
  final Settings settings;

  Mcmc(Program<D> model, Settings settings) {
    this.model = requireNonNull(model, "model");
    this.settings = settings;
  }

  /** The same sampler with other settings. */
  abstract S with(Settings changed);

  /** Its name, as reports have it. */
  abstract String name();

  /** Whether it goes by the gradient of the log density, which means something then. */
  boolean followsGradient() {
    return true;
  }

  /** What makes the kernels of a run: for each chain, of its target. */
  abstract Function<ChainTarget, TransitionKernel> kernels(Problem<D> problem);

  /** Kernels that learn step size and mass matrix, the first step by a {@link StepSizeSearch}. */
  Function<ChainTarget, TransitionKernel> bySteps(
      Function<Leapfrog, TransitionKernel> kernel, double usualAcceptance) {
    return target -> {
      Leapfrog leapfrog = new Leapfrog(target);
      return adapted(
          target,
          leapfrog,
          kernel.apply(leapfrog),
          new StepSizeSearch(leapfrog)::run,
          usualAcceptance);
    };
  }

  /** One that learns both from a first step. */
  TransitionKernel adapted(
      ChainTarget of,
      Leapfrog leapfrog,
      TransitionKernel kernel,
      BiConsumer<ChainState, Rng> firstStep,
      double usualAcceptance) {
    double set = settings.targetAcceptance;
    double target = Double.isNaN(set) ? usualAcceptance : set;
    Warmup warmup =
        settings.metric == Metric.LOW_RANK
            ? new FisherWarmup(of.warmup(), leapfrog, firstStep, target)
            : new StepWarmup(
                WarmupSchedule.of(of.warmup()), leapfrog, firstStep, target, settings.metric);
    return new AdaptedKernel(kernel, warmup);
  }

  private S set(Consumer<Settings> change) {
    return with(settings.with(change));
  }

  /**
   * How many chains; 4 unless set. With one alone R-hat compares its halves only.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public S chains(int chains) {
    checkArgument(chains >= 1, "sampler has %s chains, but needs at least 1", chains);
    return set(to -> to.chains = chains);
  }

  /**
   * How many iterations each chain warms up, of which nothing is kept. With {@link Metric#LOW_RANK}
   * as many at most, 800 unless set: the chain ends its warm-up when it has converged, after half
   * of them at the earliest. With others exactly as many, 1,000 unless set, or what the sampler
   * says.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public S warmup(int iterations) {
    checkArgument(
        iterations >= 0, "sampler warms up %s iterations, but needs at least 0", iterations);
    return set(to -> to.warmup = iterations);
  }

  /**
   * How many draws each chain makes after its warm-up; 1,000 unless set, or what the sampler says.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public S draws(int draws) {
    checkArgument(draws >= 1, "sampler makes %s draws a chain, but needs at least 1", draws);
    return set(to -> to.draws = draws);
  }

  /**
   * How many chains run at once; unless set as many as there are processors.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public S threads(int threads) {
    checkArgument(threads >= 1, "sampler has %s threads, but needs at least 1", threads);
    return set(to -> to.threads = threads);
  }

  /**
   * The mean probability of acceptance that the step size is made for; 0.8 of trajectories unless
   * set. Nearer to 1 the steps are shorter: fewer diverge, and each draw costs more.
   *
   * @throws IllegalArgumentException if it is not in (0, 1)
   */
  public S targetAcceptance(double probability) {
    checkArgument(
        probability > 0 && probability < 1,
        "sampler has target acceptance %s, but it must be in (0, 1)",
        probability);
    return set(to -> to.targetAcceptance = probability);
  }

  /**
   * What is learned of the posterior's scales; unless set {@link Metric#LOW_RANK} by {@link Nuts}
   * and {@link Hmc}, {@link Metric#DIAGONAL}, or what the sampler says.
   *
   * @throws IllegalArgumentException if it is learned from gradients, and the sampler has none
   */
  public S metric(Metric metric) {
    requireNonNull(metric, "metric");
    checkArgument(
        metric != Metric.LOW_RANK || followsGradient(),
        "%s has metric %s, which is learned from gradients; pass %s or %s",
        name(),
        metric,
        Metric.DIAGONAL,
        Metric.DENSE);
    return set(to -> to.metric = metric);
  }

  /**
   * Samples the model in the variables that it is written in, from {@link Initializer#uniform()},
   * as Stan does, with no searches before.
   */
  public S asWritten() {
    return initializer(Initializer.uniform());
  }

  /** Where chains start, each with noise of its own, of the model as it is written. */
  public S initializer(Initializer initializer) {
    requireNonNull(initializer, "initializer");
    return set(to -> to.starts = Starts.by(initializer));
  }

  /**
   * Starts chains at these vectors of unconstrained numbers of the model as it is written, in the
   * order of {@link LogDensity#space}.
   *
   * @param vectors one for each chain
   */
  public S startAt(double[]... vectors) {
    return set(to -> to.starts = Starts.at(to.starts.initializer(), vectors));
  }

  /**
   * How long a run may take; as long as it needs unless set. Chains that are not at their end then
   * stop after an iteration, and the draws that there are are kept, of which the report says that
   * there are fewer. Searches before the chains are made to their end.
   *
   * @throws IllegalArgumentException if it is not positive
   */
  public S limit(Duration limit) {
    checkArgument(
        limit.compareTo(Duration.ZERO) > 0,
        "sampler has a limit of %s, but it must be positive",
        limit);
    return set(to -> to.limit = limit);
  }

  /** Where {@code run} shows how far it is; {@link Progress#console()} unless set. */
  public S progress(Progress progress) {
    requireNonNull(progress, "progress");
    return set(to -> to.progress = progress);
  }

  /** Where the model's parameters are, which are held; in a store of the run's own unless set. */
  public S params(ParamStore params) {
    requireNonNull(params, "params");
    return set(to -> to.params = params);
  }

  /** Seed, float type and recording; those of the store, or else the defaults, unless set. */
  public S config(RunConfig config) {
    requireNonNull(config, "config");
    return set(to -> to.config = config);
  }

  /**
   * Runs the chains. Interrupting the thread ends each after its iteration and keeps the draws that
   * there are. A chain that throws is left out, which the report and the samples say.
   *
   * @throws IllegalArgumentException if the model has no continuous latent site, or no start where
   *     density and gradient are finite: the message says which site is wrong there and what was
   *     tried
   * @throws IllegalStateException if there is no draw, since all chains threw, or the limit was too
   *     short
   * @throws org.ppl4j.infer.InterruptionException if there is none, since no chain was beyond its
   *     warm-up when the thread was interrupted
   */
  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // by the caller
  public McmcRun<D> run(D data) {
    settings.starts.checkCount(settings.chains);
    return started(data, null, null);
  }

  /**
   * The same run, to the bit, with chains that run elsewhere. Where they begin is searched here.
   *
   * @throws IllegalArgumentException also if there is a {@link #limit}
   */
  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // by the caller
  public McmcRun<D> run(D data, ChainPlace place) {
    requireNonNull(place, "place");
    settings.starts.checkCount(settings.chains);
    checkNoLimit();
    return started(data, null, place);
  }

  private void checkNoLimit() {
    checkArgument(
        settings.limit == null,
        "sampler has a limit of %s, but chains that run elsewhere come to their ends; leave it out",
        settings.limit);
  }

  /**
   * Runs one chain of {@link #run(Object, ChainPlace)}, whose sampler and data these are.
   *
   * @param isStopped is asked before each iteration
   * @throws org.ppl4j.infer.InterruptionException if it is stopped
   */
  public ChainDone run(D data, ChainWork work, BooleanSupplier isStopped) {
    RunConfig config = settings.runConfig();
    try (RunStore store = RunStore.of(settings.params, config);
        Beginning<D> beginning =
            Beginning.known(model, data, store.params(), config, settings.starts, work.moved())) {
      Chain chain =
          new Chains(beginning, data, store.params(), config)
              .chain(work.chain() - 1, work.start(), Collections.emptyIterator());
      chain.begin(work);
      return chain.toEnd(isStopped);
    }
  }

  /**
   * Goes on with chains from where they ended: their next draws, which are those of a run that was
   * longer from the start, to the bit. Model, data, parameters and settings are to be the same;
   * chains and warm-up are those of the ends. Searches before the chains are made again, since they
   * choose the variables.
   *
   * @throws IllegalArgumentException if the ends are of another sampler, seed or size of model
   * @throws IllegalStateException if there is no draw, as of {@link #run}
   */
  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // by the caller
  public McmcRun<D> resume(D data, ChainEnds ends) {
    return started(data, requireNonNull(ends, "ends"), null);
  }

  /**
   * The same with chains that run elsewhere.
   *
   * @throws IllegalArgumentException also if there is a {@link #limit}
   */
  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // by the caller
  public McmcRun<D> resume(D data, ChainEnds ends, ChainPlace place) {
    checkNoLimit();
    return started(data, requireNonNull(ends, "ends"), requireNonNull(place, "place"));
  }

  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // by the caller
  private McmcRun<D> started(D data, @Nullable ChainEnds ends, @Nullable ChainPlace place) {
    RunConfig config = settings.runConfig();
    RunStore store = RunStore.of(settings.params, config);
    try {
      return run(data, store, config, ends, place);
    } catch (RuntimeException e) {
      store.close();
      throw e;
    }
  }

  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // of the draws, by the run
  private McmcRun<D> run(
      D data,
      RunStore store,
      RunConfig config,
      @Nullable ChainEnds ends,
      @Nullable ChainPlace place) {
    long began = System.nanoTime();
    ParamStore params = store.params();
    try (Beginning<D> beginning = beginning(data, params, config)) {
      LogDensity<D> density = beginning.density();
      Chains of = new Chains(beginning, data, params, config);
      List<Chain> chains = new ArrayList<>();
      if (ends == null) {
        for (int i = 0; i < settings.chains; i++) {
          chains.add(of.chain(i, beginning.start(i), beginning.others(i, settings.chains)));
        }
      } else {
        ends.check(name(), config.seed(), density.length());
        for (ChainEnds.End end : ends.ends()) {
          double[] start = Arrays.copyOf(end.numbers(), density.length());
          Chain chain = of.chain(end.chain() - 1, start, Collections.emptyIterator());
          chain.resume(end);
          chains.add(chain);
        }
      }
      int all = Ints.saturatedCast((long) chains.size() * of.length.iterations());
      BooleanSupplier isOver = isOver(began);
      Progress.Line line = settings.progress.start(name(), all);
      boolean isCut = false;
      if (place == null) {
        isCut = ChainThreads.run(chains, settings.threads, isOver, line);
      } else {
        ChainsElsewhere.run(chains, place, beginning.moved(), line);
      }
      boolean isInterrupted = Thread.currentThread().isInterrupted();
      Optional<Duration> limit =
          isCut && !isInterrupted ? Optional.ofNullable(settings.limit) : Optional.empty();
      Kept kept = Kept.of(chains, limit);
      double[] vectors = kept.vectors();
      int count = kept.chains().size();
      Samples draws = beginning.samples(vectors).inChains(count);
      SamplerReport.Figures figures =
          new SamplerReport.Figures(
              name(),
              chains.stream().map(Chain::report).collect(ImmutableList.toImmutableList()),
              settings.warmup(),
              settings.draws,
              count,
              kept.draws(),
              isCut && isInterrupted,
              limit,
              isCut ? beginning.searches() : searches(beginning, draws, count, vectors, config),
              density.whyNotRecorded(),
              density.whyDrawByDraw(),
              density.unjudged(),
              discreteMoves(kept));
      Samples samples = draws.withWarnings(SamplerWarnings.of(figures));
      Summary summary = summary(samples);
      double seconds = (System.nanoTime() - began) * 1e-9;
      SamplerReport report = SamplerReport.of(figures, summary, seconds);
      ChainEnds end = kept.ends(name(), config.seed());
      Samples judged = samples.withWarnings(report.warnings());
      return new McmcRun<>(judged, summary, report, kept.iterations(), end, store, config);
    }
  }

  /** With what chains have missed, unless the thread is interrupted while that is looked for. */
  private Optional<SamplerReport.Searches> searches(
      Beginning<D> beginning, Samples draws, int chains, double[] vectors, RunConfig config) {
    try {
      return beginning.searches(draws, chains, vectors, config.seed());
    } catch (InterruptionException e) { // whose draws are all there
      return beginning.searches();
    }
  }

  private static ImmutableList<String> discreteMoves(Kept kept) {
    List<DiscreteMoves> all =
        kept.chains().stream().map(Chain::discrete).filter(Objects::nonNull).toList();
    return all.isEmpty() ? ImmutableList.of() : DiscreteMoves.report(all);
  }

  private BooleanSupplier isOver(long began) {
    Duration limit = settings.limit;
    return limit == null ? () -> false : () -> System.nanoTime() - began > limit.toNanos();
  }

  @MustBeClosed
  private Beginning<D> beginning(D data, ParamStore params, RunConfig config) {
    return settings.starts.isChosen() || !followsGradient()
        ? Beginning.asWritten(model, data, params, config, settings.starts)
        : Beginning.searched(
            model, data, params, config, settings.starts, settings.threads, settings.progress);
  }

  /** On as many threads as the chains. */
  private Summary summary(Samples samples) {
    ForkJoinPool pool = new ForkJoinPool(settings.threads);
    try {
      return pool.submit(samples::summary).join();
    } finally {
      pool.shutdown();
    }
  }

  /** Makes the chains of a run. */
  private final class Chains {

    private final LogDensity<D> density;
    private final RunConfig config;
    private final Chain.Length length = new Chain.Length(settings.warmup(), settings.draws);
    private final Function<ChainTarget, TransitionKernel> kernels;
    private final ImmutableList<FullConditional> discrete;

    Chains(Beginning<D> beginning, D data, ParamStore params, RunConfig config) {
      this.density = beginning.density();
      this.config = config;
      this.kernels = kernels(new Problem<>(density, data, params, config));
      this.discrete = density.conditionals();
    }

    /**
     * One of them.
     *
     * @param number counted from 0
     * @param others where else it may begin
     */
    Chain chain(int number, double[] start, Iterator<double[]> others) {
      DiscreteMoves sites = discrete.isEmpty() ? null : new DiscreteMoves(density, discrete);
      Target target = sites == null ? density::evaluateOrNaN : sites::evaluate;
      return new Chain(
          number + 1,
          length,
          new ChainTarget(target, density.size(), length.warmup()),
          kernels,
          sites,
          Rng.of(config.seed(), Rng.Purpose.CHAIN, number, name()),
          start,
          others);
    }
  }

  /** The name of the sampler and the model. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s: %,d chains of %,d draws after at most %,d of warm-up, seed %d",
        name(),
        settings.chains,
        settings.draws,
        settings.warmup(),
        settings.runConfig().seed());
  }
}
