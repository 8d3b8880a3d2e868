package org.ppl4j.infer.svi;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.primitives.Ints;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.MustBeClosed;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.ppl4j.BoundData;
import org.ppl4j.Program;
import org.ppl4j.infer.Posterior;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.importance.ImportanceSamples;
import org.ppl4j.infer.internal.RunStore;
import org.ppl4j.infer.optim.Adam;
import org.ppl4j.infer.optim.Optimizer;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.RunConfig;

/**
 * Stochastic variational inference: makes a guide close to the posterior of a model by following
 * stochastic gradients of the evidence lower bound.
 *
 * <pre>{@code
 * try (Svi<NDArray> svi = Svi.of(MODEL, GUIDE)) {
 *   FitReport report = svi.run(flips, 2000);
 *   System.out.println(svi.summary(flips, 1000));
 * }
 * }</pre>
 *
 * <p>Step t is a function of the configuration's seed, of t and of the parameters, so the same seed
 * gives the same bits, whatever runs on other threads. One fit belongs to one thread at a time: a
 * call while another thread is in one throws. Several fits, each with a store of its own, run side
 * by side.
 *
 * <p>The parameters are in a store of the fit's own, which is freed with it, unless another is
 * given. What the optimizer remembers is freed with the store; {@link #close()} frees it earlier.
 * Every other method of a closed fit but {@code toString} throws an {@link IllegalStateException}.
 *
 * <p>Source: Ranganath, Gerrish and Blei (2014); Kucukelbir et al. (2017).
 *
 * @param <D> the data of model and guide
 */
public final class Svi<D extends @Nullable Object> implements Posterior<D>, AutoCloseable {

  /** The steps that {@link #run(Object)} makes at most, should the rule never fire. */
  public static final int MAX_STEPS = 1_000_000;

  private final FitRuns<D> runs;
  final Stepper<D> stepper;
  private final RunStore store;

  private Svi(FitRuns<D> runs, RunStore store) {
    this.runs = runs;
    this.stepper = runs.stepper();
    this.store = store;
    stepper.params().own(stepper.descent());
  }

  /** A fit of a guide to a model, with the settings that the builder has at first. */
  public static <D extends @Nullable Object> Svi<D> of(Program<D> model, Program<D> guide) {
    return builder(model, guide).build();
  }

  /** A fit of a guide to a model, with settings. */
  public static <D extends @Nullable Object> Builder<D> builder(
      Program<D> model, Program<D> guide) {
    return new Builder<>(model, guide);
  }

  /**
   * What a fit needs; all of it has a default.
   *
   * @param <D> the data of model and guide
   */
  public static final class Builder<D extends @Nullable Object> {

    private final Program<D> model;
    private final Program<D> guide;
    private @Nullable ParamStore params;
    private @Nullable RunConfig config;
    private @Nullable Optimizer optimizer;
    private Elbo elbo = Elbo.trace();
    private @Nullable Integer particles;
    private StoppingRule stopping = StoppingRule.standard();
    private @Nullable Averaging averaging;
    private @Nullable RateReduction reduction;
    private Progress progress = Progress.console();
    private @Nullable Restarts restarts;
    private final List<FitListener> listeners = new ArrayList<>();

    private Builder(Program<D> model, Program<D> guide) {
      this.model = requireNonNull(model, "model");
      this.guide = requireNonNull(guide, "guide");
    }

    /** Where the parameters live; in a store of the fit's own unless set. */
    @CanIgnoreReturnValue
    public Builder<D> params(ParamStore params) {
      this.params = requireNonNull(params, "params");
      return this;
    }

    /** Seed, float type, device, validation and threads; those of the store unless set. */
    @CanIgnoreReturnValue
    public Builder<D> config(RunConfig config) {
      this.config = requireNonNull(config, "config");
      return this;
    }

    /** How parameters move; Adam with rate 0.01, which is reduced by itself, unless set. */
    @CanIgnoreReturnValue
    public Builder<D> optimizer(Optimizer optimizer) {
      this.optimizer = requireNonNull(optimizer, "optimizer");
      return this;
    }

    /** How the bound is estimated; {@link Elbo#trace()} unless set. */
    @CanIgnoreReturnValue
    public Builder<D> estimator(Elbo elbo) {
      this.elbo = requireNonNull(elbo, "elbo");
      return this;
    }

    /**
     * How many draws of the guide an estimate uses, all at once unless model or guide hold one
     * alone; 4, or 1 if an optimizer is set, unless this is. On small models more cost little and
     * lower the noise.
     *
     * @throws IllegalArgumentException if it is less than 1
     */
    @CanIgnoreReturnValue
    public Builder<D> particles(int particles) {
      checkArgument(particles >= 1, "svi has %s particles, but needs at least 1", particles);
      this.particles = particles;
      return this;
    }

    /** When {@code run} ends by itself; {@link StoppingRule#standard()} unless set. */
    @CanIgnoreReturnValue
    public Builder<D> stopping(StoppingRule stopping) {
      this.stopping = requireNonNull(stopping, "stopping");
      return this;
    }

    /** How iterates are averaged; {@code polynomial(3)}, or not if an optimizer is, unless set. */
    @CanIgnoreReturnValue
    public Builder<D> averaging(Averaging averaging) {
      this.averaging = requireNonNull(averaging, "averaging");
      return this;
    }

    /** How {@code run} reduces the rate; the standard, or not if an optimizer is, unless set. */
    @CanIgnoreReturnValue
    public Builder<D> rateReduction(RateReduction reduction) {
      this.reduction = requireNonNull(reduction, "reduction");
      return this;
    }

    /** Where {@code run} shows how far it is; {@link Progress#console()} unless set. */
    @CanIgnoreReturnValue
    public Builder<D> progress(Progress progress) {
      this.progress = requireNonNull(progress, "progress");
      return this;
    }

    /**
     * Begins the first {@code run} with short fits from several seeds, each with initial values and
     * noise of its own, and goes on from the parameters of the one with the least loss (the median
     * of the second half of its steps). The store must be empty.
     *
     * @param starts how many short fits; their seeds are those that follow the fit's
     * @param steps of each short fit
     * @throws IllegalArgumentException if one of them is less than 1
     */
    @CanIgnoreReturnValue
    public Builder<D> restarts(int starts, int steps) {
      this.restarts = new Restarts(starts, steps);
      return this;
    }

    /**
     * Whom {@code run} tells what it does, and whom steps are told of that were taken back, besides
     * those given before.
     */
    @CanIgnoreReturnValue
    public Builder<D> listener(FitListener listener) {
      listeners.add(requireNonNull(listener, "listener"));
      return this;
    }

    /** Of what the fit is, and how its bound is estimated. */
    @Override
    public String toString() {
      return "svi of %s by %s, %s, not yet built".formatted(model.name(), guide.name(), elbo);
    }

    /** The fit. */
    public Svi<D> build() {
      RunStore store = RunStore.of(params, config == null ? RunConfig.defaults() : config);
      return new Svi<>(runs(store.params()), store);
    }

    private FitRuns<D> runs(ParamStore store) {
      Optimizer moving = optimizer == null ? Adam.withRate(0.01) : optimizer;
      int draws = optimizer == null ? 4 : 1;
      Averaging average = optimizer == null ? Averaging.polynomial(3) : Averaging.none();
      RateReduction falling = optimizer == null ? RateReduction.standard() : RateReduction.none();
      draws = particles == null ? draws : particles;
      average = averaging == null ? average : averaging;
      return new FitRuns<>(
          new StepSettings<>(model, guide, elbo, draws, moving, average),
          store,
          ParamStore.chosen(config, store),
          new FitRuns.Settings(
              restarts,
              stopping,
              reduction == null ? falling : reduction,
              progress,
              ImmutableList.copyOf(listeners)));
    }
  }

  /** How many steps were made so far. */
  public long steps() {
    runs.checkOpen();
    return stepper.steps();
  }

  /** Where it is in its life. */
  public FitState state() {
    runs.checkOpen();
    return stepper.state();
  }

  /** This fit on data that are converted once for many calls; close it when done. */
  @MustBeClosed
  public OnData bind(D data) {
    return new OnData(BoundData.of(data, config()));
  }

  /** A fit on data that were converted once, with the methods of the same names of {@link Svi}. */
  public final class OnData implements AutoCloseable {

    private final BoundData<D> data;
    private final FitLoop.Steps steps;

    private OnData(BoundData<D> data) {
      this.data = data;
      this.steps = stepper.alone(data);
    }

    /** One step; see {@link Svi#step}. */
    @CanIgnoreReturnValue
    public double step() {
      return runs.step(steps::advance);
    }

    /** Steps until the stopping rule fires; see {@link Svi#run(Object)}. */
    @CanIgnoreReturnValue
    public FitReport run() {
      return runs.run(own -> own.on(data), MAX_STEPS, 0);
    }

    /** At most {@code steps} steps; see {@link Svi#run(Object, int)}. */
    @CanIgnoreReturnValue
    public FitReport run(int steps) {
      checkArgument(steps >= 1, "svi is to run %s steps, but needs at least 1", steps);
      return runs.run(own -> own.on(data), steps, steps);
    }

    /** Frees the converted data. */
    @Override
    public void close() {
      data.close();
    }
  }

  /**
   * One step.
   *
   * <p>If it shows that the record of steps before it was wrong, they are taken back, which {@link
   * #fallBacks} says, and this step goes on from where they began. It is made whether the thread is
   * interrupted or not; but for the search for a start before the first one, which may take long.
   *
   * @return the loss, the negative bound; if it or the gradient is not finite, nothing has changed
   * @throws IllegalArgumentException in the first step, if model and guide do not fit together
   * @throws org.ppl4j.infer.InterruptionException if the thread is interrupted in the search; the
   *     fit is then as it was before it
   */
  @CanIgnoreReturnValue
  public double step(D data) {
    try (BoundData<D> bound = BoundData.of(data, config())) {
      return runs.step(() -> stepper.advance(bound));
    }
  }

  /**
   * Steps until the stopping rule fires, the thread is interrupted, or {@link #MAX_STEPS} are made.
   * Otherwise as {@link #run(Object, int)}.
   */
  @CanIgnoreReturnValue
  public FitReport run(D data) {
    try (OnData bound = bind(data)) {
      return bound.run();
    }
  }

  /**
   * At most {@code steps} steps; fewer if the stopping rule fires, a listener wants it, or the
   * thread is interrupted, which ends the run after the step, or in the search for a start, and
   * leaves the thread's flag set. A run that begins with the flag set makes no step.
   *
   * <p>A run that was interrupted, stopped by a listener, or in which something threw is gone on
   * with by the next, once the flag is cleared: that has the bits of an unbroken one, whatever
   * {@linkplain #state() state} it was in, and in another process too, from a file of {@link
   * #save}. Its {@code steps} are those still to be made.
   *
   * <p>Afterwards the store holds the average of the iterates if averaging is on and the bound
   * under it is no worse, the last parameters otherwise, and the report says which; a further step
   * goes on from the last.
   *
   * @throws IllegalArgumentException if {@code steps} is less than 1
   */
  @CanIgnoreReturnValue
  public FitReport run(D data, int steps) {
    try (OnData bound = bind(data)) {
      return bound.run(steps);
    }
  }

  /**
   * Steps over batches of data, one a batch, until all epochs are complete; fewer if the stopping
   * rule fires, a listener wants it, or the thread is interrupted. Otherwise as {@link #run(Object,
   * int)}.
   *
   * <p>Each batch is converted, used for one step, and freed. Epochs are counted over all runs, and
   * one that was not completed goes on behind the last batch that was used.
   *
   * @throws IllegalArgumentException if {@code epochs} is less than 1
   * @throws IllegalStateException if an epoch has no batch
   */
  @CanIgnoreReturnValue
  public FitReport runEpochs(Batches<D> batches, int epochs) {
    checkArgument(epochs >= 1, "svi is to run %s epochs, but needs at least 1", epochs);
    int planned = Ints.saturatedCast(batches.size() * epochs);
    return runs.run(own -> new BatchSteps<>(own, batches, epochs), Integer.MAX_VALUE, planned);
  }

  /**
   * Why the latest step ran by the engine, operation by operation; empty if it was computed from a
   * record (see {@link org.ppl4j.tensor.RecordedLoss}). The first step of a fit, which has checks,
   * is always the engine's. Where a record was found to be wrong it says how, and which steps were
   * taken back: see {@link #fallBacks}.
   */
  public Optional<String> whyNotRecorded() {
    return runs.alone(stepper::whyNotRecorded);
  }

  /**
   * What the programs of the latest record read, other than their data, of which nobody can say
   * whether it changes: a clock, or code that cannot be read. Whether it does is seen only by the
   * steps that are compared with the engine.
   */
  public ImmutableSet<String> unjudged() {
    return runs.alone(stepper::unjudged);
  }

  /**
   * The latest ten times that a record was found to be wrong, and the steps since it was last known
   * to be right were taken back: the oldest first. The log says so too, as a warning, and so do
   * listeners and the report of a run.
   */
  public ImmutableList<FallBack> fallBacks() {
    return runs.alone(() -> stepper.fallBacks().latest());
  }

  /**
   * Puts the parameters of the least smoothed loss into the store.
   *
   * @return whether there are such: not before 50 steps in a row with a finite loss
   */
  @CanIgnoreReturnValue
  public boolean useBest() {
    return runs.alone(() -> stepper.descent().use(Iterate.BEST));
  }

  /**
   * Puts the average of the iterates so far into the store; a further step goes on from the last.
   *
   * @return whether there is one: with {@link Averaging} on, after a step
   */
  @CanIgnoreReturnValue
  public boolean useAverage() {
    return runs.alone(() -> stepper.descent().use(Iterate.AVERAGE));
  }

  /** Puts the parameters of the last step into the store. */
  public void useLast() {
    boolean unused = runs.alone(() -> stepper.descent().use(Iterate.LAST));
  }

  /**
   * Saves the whole fit in one file, over an older one: the parameter store as {@link
   * ParamStore#save} does, what the optimizer remembers, the kept iterates, all counters, and the
   * losses of a run that is not at its end, for a listener may call it. A fit of the same model,
   * guide and settings that loads it goes on with the bits that this one would have.
   *
   * @throws java.io.UncheckedIOException if that fails; an older file is then as it was
   * @throws IllegalArgumentException if a parameter's constraint has bounds that are tensors
   */
  public void save(Path path) {
    runs.save(path);
  }

  /**
   * Goes on where a saved fit was, in the middle of a run if it was there. The store is empty, or
   * has the same parameters; the rate may differ. On an error nothing has changed. Whether an empty
   * store's model and guide ask for the file's parameters shows when they first run.
   *
   * @throws java.io.UncheckedIOException if the file cannot be read
   * @throws IllegalArgumentException if it is damaged, of another format or version, or of a fit
   *     with other parameters, seed, float type, averaging or number of optimizer vectors
   */
  public void load(Path path) {
    runs.load(path);
  }

  /** Frees what the optimizer remembers, and the store if it is the fit's own. */
  @Override
  public void close() {
    runs.close();
    store.close();
  }

  // --- the guide under the parameters that its fit has left in the store

  /** The settings of its runs. */
  @Override
  public RunConfig config() {
    runs.checkOpen();
    return stepper.config();
  }

  @Override
  public ParamStore params() {
    runs.checkOpen();
    return stepper.params();
  }

  /**
   * {@inheritDoc}
   *
   * <p>All draws are made in one run, or in a few if they are large. A plate whose rows the library
   * would draw is seen with all its rows. Parameters are those of the store as they are: see {@link
   * Svi#useBest}.
   */
  @Override
  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // by the caller
  public Samples posterior(D data, int draws) {
    checkArgument(draws >= 1, "posterior is asked for %s draws, but needs at least 1", draws);
    try (BoundData<D> bound = BoundData.of(data, config())) {
      return runs.alone(() -> stepper.posterior(bound, draws));
    }
  }

  /**
   * The draws that {@link #posterior} gives, with the weights that make them draws of the posterior
   * where k-hat is small, and the log evidence.
   *
   * <pre>{@code
   * try (ImportanceSamples weighted = svi.importance(data, 10_000)) {
   *   System.out.println(weighted.samples().summary());
   *   System.out.println(weighted.logEvidence());
   * }
   * }</pre>
   *
   * @param draws how many, at least 1
   * @throws IllegalArgumentException if the guide draws points, or the data are some rows of a
   *     plate only
   */
  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // by the caller
  public ImportanceSamples importance(D data, int draws) {
    checkArgument(draws >= 1, "svi is asked for %s weighted draws, but needs at least 1", draws);
    try (BoundData<D> bound = BoundData.of(data, config())) {
      return runs.alone(() -> stepper.weighted(bound, draws));
    }
  }

  /**
   * The log importance weights log p(x, z) − log q(z) of the draws z that {@link #posterior} gives,
   * in their order: their mean is the evidence lower bound, and {@code SmoothedWeights.of} says how
   * far the guide can be trusted. The report of a {@code run} has done so with 1,000 of them.
   *
   * @param draws how many, at least 1
   * @throws IllegalArgumentException if the guide draws points, or the data are some rows of a
   *     plate only
   */
  public double[] logWeights(D data, int draws) {
    checkArgument(draws >= 1, "svi is asked for %s weights, but needs at least 1", draws);
    try (BoundData<D> bound = BoundData.of(data, config())) {
      return runs.alone(() -> stepper.logWeights(bound, draws));
    }
  }

  /** Its steps, estimator and seed, also of one that was closed. */
  @Override
  public String toString() {
    return stepper.toString();
  }
}
