package org.ppl4j.infer.svi;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.collect.ImmutableSet.toImmutableSet;
import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ObjectArrays;
import com.google.errorprone.annotations.MustBeClosed;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.BoundData;
import org.ppl4j.Execution;
import org.ppl4j.Handler;
import org.ppl4j.ModelGuide;
import org.ppl4j.ParamSite;
import org.ppl4j.Program;
import org.ppl4j.Trace;
import org.ppl4j.TraceChoices;
import org.ppl4j.handlers.Particles;
import org.ppl4j.handlers.Replay;
import org.ppl4j.handlers.SumOut;
import org.ppl4j.infer.Draws;
import org.ppl4j.infer.InterruptionException;
import org.ppl4j.infer.Neighbours;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.diagnostics.WeightRounding;
import org.ppl4j.infer.importance.Importance;
import org.ppl4j.infer.importance.ImportanceSamples;
import org.ppl4j.infer.internal.Reason;
import org.ppl4j.infer.judge.Judge;
import org.ppl4j.infer.judge.Judgement;
import org.ppl4j.infer.latent.ModelBased;
import org.ppl4j.infer.svi.FitReport.SkippedStep;
import org.ppl4j.infer.svi.GradientDescent.Outcome;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.RecordedLoss;
import org.ppl4j.tensor.RecordedMemory;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the steps of a fit: one run a step, in it the estimate, one gradient, one update. Step t is
 * a function of the seed, of t, of the data and of the parameters.
 */
final class Stepper<D extends @Nullable Object> {

  private static final int JUDGED_DRAWS = 4000;

  /** Losses that differ by less than so many roundings are the same. */
  private static final double ROUNDINGS = 100;

  private static final Logger LOG = LoggerFactory.getLogger(Stepper.class);

  private final StepSettings<D> settings;
  private final ParamStore params;
  private final RunConfig config;
  private final GradientDescent descent;
  private long steps;
  private long epochs;
  private long batches; // of the epoch that is not complete
  private @Nullable Explored explored; // by the first execution
  private final RecordedMemory memory = new RecordedMemory();
  private final Set<String> told = new HashSet<>();
  private final Recordings<D> ofChanging;
  private Recordings<D> latest;
  private FitState state = FitState.SEARCH;
  private Optional<String> whyNoStart = Optional.empty();
  private Optional<String> whyDrawByDraw = Optional.empty();
  private final FallBacks fallBacks = new FallBacks();
  private boolean begun;
  private ImmutableSet<String> loaded = ImmutableSet.of(); // parameters that nobody asked for yet

  /**
   * What the first execution found.
   *
   * @param nesting how many dims the plates own
   * @param asked the names of the parameters
   * @param isWhole whether all steps of scans were done, and not the first of long ones
   * @param isOfPoints whether the guide draws points alone, or nothing
   */
  private record Explored(
      int nesting, Sites sites, ImmutableSet<String> asked, boolean isWhole, boolean isOfPoints) {}

  Stepper(StepSettings<D> settings, ParamStore params, RunConfig config, GradientDescent descent) {
    this.settings = settings;
    this.params = params;
    this.config = config;
    this.descent = descent;
    this.ofChanging = Recordings.onChanging(this);
    this.latest = ofChanging;
  }

  ParamStore params() {
    return params;
  }

  RunConfig config() {
    return config;
  }

  /** What the log has said of what cannot be judged. */
  Set<String> told() {
    return told;
  }

  /** All that a step runs which may be others' code. */
  ImmutableList<Object> programs(List<Object> more) {
    return ImmutableList.builder()
        .add(settings.model(), settings.guide(), settings.elbo())
        .addAll(more)
        .build();
  }

  /** What the records of all its data compute on. */
  RecordedMemory memory() {
    return memory;
  }

  GradientDescent descent() {
    return descent;
  }

  long steps() {
    return steps;
  }

  /** How many epochs of batches are complete. */
  long epochs() {
    return epochs;
  }

  /** How many steps were made of the epoch that is not complete. */
  long batches() {
    return batches;
  }

  void completeBatch() {
    batches++;
  }

  void completeEpoch() {
    epochs++;
    batches = 0;
  }

  FitState state() {
    return state;
  }

  /** A run is at its end. */
  void end() {
    state = FitState.ENDED;
  }

  /** Why the search for a start of the guide found none; empty if it did, or there was none. */
  Optional<String> whyNoStart() {
    return whyNoStart;
  }

  /** The search was made elsewhere, with what is in the store now. */
  void startWith(Optional<String> whyNone) {
    state = FitState.ENGINE;
    whyNoStart = whyNone;
  }

  /** Where a fit is, besides its parameters. */
  record Position(
      FitState state,
      long steps,
      long epochs,
      long batches,
      Optional<String> whyNoStart,
      ImmutableList<FallBack> fallBacks) {}

  Position position() {
    return new Position(state, steps, epochs, batches, whyNoStart, fallBacks.latest());
  }

  /** Goes on there with the parameters that were loaded. */
  void goOn(Position saved) {
    state = saved.state();
    steps = saved.steps();
    epochs = saved.epochs();
    batches = saved.batches();
    whyNoStart = saved.whyNoStart();
    fallBacks.goOn(saved.fallBacks());
    loaded = ImmutableSet.copyOf(params.names());
  }

  /**
   * Checks that a file was loaded into a fit like the one that saved it.
   *
   * @throws IllegalArgumentException if model and guide ask for none of its parameters
   */
  private void checkLoaded(Explored known) {
    checkArgument(
        loaded.isEmpty() || !Collections.disjoint(known.asked(), loaded),
        "fit was loaded from a file with parameters %s, but its model and guide have %s; load the"
            + " file into the fit that saved it",
        loaded,
        known.asked());
    loaded = ImmutableSet.of();
  }

  private void checkLoaded(BoundData<D> data) {
    if (!loaded.isEmpty()) {
      checkLoaded(explored(data));
    }
  }

  /** What the first execution found, which is made now if it was not before. */
  private Explored explored(BoundData<D> data) {
    begin(data);
    Explored known = explored == null ? explore(data) : explored;
    explored = known;
    return known;
  }

  /** Lets a guide that was made from the model look for its start, before its first execution. */
  private void begin(BoundData<D> data) {
    if (state == FitState.SEARCH) {
      startWith(
          settings.guide() instanceof ModelBased<D> based
              ? based.begin(params, config, data)
              : Optional.empty());
    }
  }

  /** The steps on some data, for a loop. */
  FitLoop.Steps on(BoundData<D> data) {
    return new DataSteps<>(this, data, Recordings.onSame(this, true));
  }

  /** The steps on some data, for a caller's own loop, which makes none again. */
  FitLoop.Steps alone(BoundData<D> data) {
    return new DataSteps<>(this, data, Recordings.onSame(this, false));
  }

  /** Makes sure of the latest steps on data that change, some of which may be taken back. */
  void conclude() {
    ofChanging.conclude();
  }

  /** Some steps were taken back. */
  void fellBack(FallBack fallBack) {
    LOG.warn("svi of {} has steps that were wrong, {}", settings.model().name(), fallBack);
    fallBacks.add(fallBack);
  }

  /** When steps were taken back. */
  FallBacks fallBacks() {
    return fallBacks;
  }

  /** Why the latest step was the engine's; empty if it was recorded. */
  Optional<String> whyNotRecorded() {
    return latest.whyNot();
  }

  /** Why particles and draws are executed one after the other; empty if they are at once. */
  Optional<String> whyDrawByDraw() {
    return whyDrawByDraw;
  }

  /** What the latest records read of which nobody can say whether it changes. */
  ImmutableSet<String> unjudged() {
    return latest.unjudged();
  }

  /** Repeats the step that was just skipped, to find the cause. */
  SkippedStep examine(BoundData<D> data, Outcome skipped) {
    return new SkippedStep(steps, skipped.loss(), diagnose(data));
  }

  /** Keeps the parameters as the best so far. */
  void keepBest() {
    descent.keepBest();
  }

  /** One step on data that are others at the next, made or skipped. */
  Outcome advance(BoundData<D> data) {
    return advance(data, ofChanging);
  }

  /** One step, from its record if there is one. */
  Outcome advance(BoundData<D> data, Recordings<D> recordings) {
    latest = recordings;
    descent.use(Iterate.LAST);
    Explored known = explored(data);
    checkLoaded(known);
    Outcome outcome;
    try {
      RecordedLoss recorded = recordings.of(steps, data);
      outcome = recorded == null ? byEngine(data) : recorded(data, recorded, recordings);
      state = recordings.whyNot().isPresent() ? FitState.ENGINE : FitState.RECORDED;
      if (state == FitState.RECORDED) {
        fallBacks.recorded(steps + 1);
      }
    } catch (IllegalArgumentException e) {
      throw explanation(data, e);
    }
    steps++;
    begun = true;
    return outcome;
  }

  /**
   * The gradient that a step would follow, which is not made: the buffers that it updates are all
   * that moves.
   *
   * @return of all parameters of the store, joined, in the order of its slots; the next one may
   *     overwrite it
   */
  double[] gradient(BoundData<D> data, Recordings<D> recordings) {
    latest = recordings;
    RecordedLoss recorded = recordings.of(steps, data);
    long step = steps++;
    if (recorded != null) {
      double unused = recorded.step(step);
      if (recorded.isRecorded()) {
        params.buffers().assign(recorded.updates());
        return recorded.gradient();
      }
    }
    try (Run run = Run.open(config, step)) {
      Pass pass = pass(run, data, !begun);
      double[] gradient = descent.gradient(run, estimate(pass));
      params.buffers().update(pass.updates());
      begun = true;
      return gradient;
    }
  }

  /** The names of the parameters that model and guide ask for. */
  ImmutableSet<String> asked(BoundData<D> data) {
    return explored(data).asked();
  }

  /**
   * From a record. What is not finite there is held against the engine. Where the two differ, all
   * steps since they last agreed are taken back, and this one is the engine's.
   */
  private Outcome recorded(BoundData<D> data, RecordedLoss recorded, Recordings<D> recordings) {
    double loss = recorded.step(steps);
    if (recorded.isRecorded()) {
      Outcome outcome = descent.step(loss, recorded.gradient(), recordings.reached());
      if (outcome.isFinite() && !recorded.updates().isEmpty()) {
        params.buffers().assign(recorded.updates());
        descent.followBuffers();
      }
      if (outcome.isFinite() || recorded.holds(steps)) {
        recordings.pass();
        return outcome;
      }
    }
    recordings.goBack();
    return byEngine(data);
  }

  private Outcome byEngine(BoundData<D> data) {
    try (Run run = Run.open(config, steps)) {
      Pass pass = pass(run, data, !begun);
      Elbo.Estimate estimate = estimate(pass);
      Outcome made = descent.step(run, estimate, pass.reached());
      if (made.isFinite()) {
        params.buffers().update(pass.updates());
        descent.followBuffers();
      }
      return made;
    }
  }

  /**
   * Whether the first step may be recorded, since by the engine its scans take long: then it has
   * the checks of a first one at the first steps of these.
   */
  boolean recordsFirst(BoundData<D> data) {
    if (explored(data).isWhole()) {
      return false;
    }
    try (Run run = Run.open(config, steps)) {
      run.cutLongScans();
      Elbo.Estimate unused = run.withoutGradients(() -> estimate(pass(run, data, true)));
    }
    return true;
  }

  StepSettings<D> settings() {
    return settings;
  }

  /**
   * The pass of a step.
   *
   * @param first whether it has the checks of a first one
   */
  Pass pass(Run run, BoundData<D> data, boolean first) {
    Explored known = explored(data);
    return new Pass(
        run,
        programs(run, data, known.nesting()),
        settings.elbo(),
        settings.particles(),
        first,
        known.sites());
  }

  private Pass.Programs<D> programs(Run run, BoundData<D> data, int nesting) {
    return new Pass.Programs<>(settings.model(), settings.guide(), data.in(run), params, nesting);
  }

  /**
   * The first executions: find parameters and plates, and check that guide and model fit together.
   * First without particles, so that what they complain of has the shapes of the program; then with
   * the particles of a step, if they can be executed at once.
   */
  @SuppressWarnings("MustBeClosedChecker") // closed below
  private Explored explore(BoundData<D> data) {
    AtomicReference<@Nullable Neighbours> drawn = new AtomicReference<>();
    Explored alone = explore(data, 0, 1, (run, traces) -> drawn.set(Neighbours.of(run, traces)));
    int particles = settings.particles();
    try (Neighbours values = requireNonNull(drawn.get())) {
      whyDrawByDraw =
          Draws.whyNotTogether(
              config,
              "svi of " + settings.model().name(),
              values,
              Integer.MAX_VALUE,
              alone.nesting(),
              batch -> drawn(data, batch));
    }
    return particles == 1 || whyDrawByDraw.isPresent()
        ? alone
        : explore(data, alone.nesting(), particles, (run, traces) -> {});
  }

  /** The estimate of a pass: of its particles at once, or of one after the other. */
  Elbo.Estimate estimate(Pass pass) {
    Elbo elbo = settings.elbo();
    if (pass.particles() == 1 || whyDrawByDraw.isEmpty()) {
      return elbo.estimate(pass);
    }
    return elbo.ofEach(IntStream.range(0, pass.particles()).mapToObj(pass::one).toList());
  }

  /** Guide and model as a step sees them, but as they are when nothing is learned. */
  private List<Trace> drawn(BoundData<D> data, Draws.Batch batch) {
    if (batch.isGiven() && isGuideMade()) {
      return List.of(record(data, batch, settings.model(), new SumOut()));
    }
    Trace drawn = record(data, batch, settings.guide());
    return List.of(drawn, record(data, batch, settings.model(), new Replay(drawn), new SumOut()));
  }

  /** From the model, and so for many draws. */
  private boolean isGuideMade() {
    return settings.guide() instanceof ModelBased;
  }

  private Trace record(BoundData<D> data, Draws.Batch batch, Program<D> program, Handler... inner) {
    Run run = batch.run();
    return Execution.record(
        run, params, Rng.Purpose.PREDICT, program, data.in(run), batch.around(inner));
  }

  private Explored explore(
      BoundData<D> data, int nesting, int particles, BiConsumer<Run, List<Trace>> seen) {
    try (Run run = Run.open(config, steps)) {
      run.cutLongScans();
      return run.withoutGradients(
          () -> {
            Pass.Programs<D> programs = programs(run, data, nesting);
            Handler[] many =
                particles == 1 ? new Handler[0] : new Handler[] {new Particles(particles, nesting)};
            Trace drawn = programs.guide(run, many);
            Handler[] replayed = {new Replay(drawn), new SumOut()};
            Trace scored = programs.model(run, ObjectArrays.concat(replayed, many, Handler.class));
            ModelGuide.check(scored, drawn);
            TraceChoices.of(run, scored)
                .check(
                    given ->
                        programs.model(
                            run,
                            ObjectArrays.concat(
                                new Handler[] {new Replay(drawn), given}, many, Handler.class)));
            seen.accept(run, List.of(drawn, scored));
            int plates = Math.max(drawn.plateNesting(), scored.plateNesting());
            return new Explored(
                plates,
                Sites.of(scored, drawn),
                asked(scored, drawn),
                !run.hasCutScans(),
                Importance.isOfPoints(drawn));
          });
    }
  }

  private static ImmutableSet<String> asked(Trace model, Trace guide) {
    return Stream.of(guide, model)
        .flatMap(trace -> trace.params().stream())
        .map(ParamSite::name)
        .collect(toImmutableSet());
  }

  /** Repeats the step that was skipped, noise and all, looking at every number on the way. */
  private String diagnose(BoundData<D> data) {
    try (Run run = Run.open(config, steps - 1)) {
      run.watchNonFinite();
      Pass pass = pass(run, data, !begun);
      Elbo.Estimate estimate = estimate(pass);
      return Diagnosis.of(run, pass, estimate, descent);
    }
  }

  /** Draws of the guide under the parameters of the store. */
  @MustBeClosed
  Samples posterior(BoundData<D> data, int draws) {
    return explained(
        data,
        () -> {
          checkLoaded(data);
          return importance(data).samples(draws);
        });
  }

  /** What chains say of those draws; nothing of points, which claim no more than to be a mode. */
  @SuppressWarnings("MustBeClosedChecker") // by the judge
  Judgement judge(BoundData<D> data, Progress progress) {
    if (explored(data).isOfPoints()) {
      return Judgement.unknown("the guide draws points alone");
    }
    return Judge.of(settings.model(), params, config)
        .progress(progress)
        .judge(data.value(), () -> posterior(data, JUDGED_DRAWS));
  }

  /** Whether a loss without chance, of a guide that draws points, has a minimum where it is. */
  LocalMinimum minimum(BoundData<D> data) {
    if (!explored(data).isOfPoints()) {
      return LocalMinimum.unknown("the guide draws more than points");
    }
    double[] end = descent.values();
    double[] unused = new double[end.length];
    try {
      double here = loss(data, steps, unused);
      WeightRounding rounding = new WeightRounding(Math.abs(here) + 1, config.floatType());
      if (rounding.isTooLarge()) {
        return LocalMinimum.unknown(rounding.warning());
      }
      if (Math.abs(here - loss(data, steps + 1, unused)) > ROUNDINGS * rounding.size()) {
        return LocalMinimum.unknown("the loss is another at each step");
      }
      return LocalMinimum.from(
          end,
          (u, gradient) -> {
            descent.assign(u);
            return loss(data, steps, gradient);
          });
    } catch (InterruptionException e) {
      return LocalMinimum.unknown("the fit was interrupted");
    } catch (RuntimeException e) { // which is no reason to lose the fit
      return LocalMinimum.unknown(Reason.of(e));
    } finally {
      descent.assign(end);
    }
  }

  /** The loss of a step, which is not made, and its gradient. */
  private double loss(BoundData<D> data, long step, double[] gradient) {
    try (Run run = Run.open(config, step)) {
      Elbo.Estimate estimate = estimate(pass(run, data, false));
      descent.slopes(run, estimate, gradient);
      return Tensors.values(estimate.loss())[0];
    }
  }

  /** Those draws with their weights. */
  ImportanceSamples weighted(BoundData<D> data, int draws) {
    return explained(
        data,
        () -> {
          checkLoaded(data);
          return importance(data).weighted(draws);
        });
  }

  /** The log importance weights of those draws. */
  double[] logWeights(BoundData<D> data, int draws) {
    return explained(
        data,
        () -> {
          checkLoaded(data);
          return importance(data).logWeights(draws);
        });
  }

  /** Those of a few draws, to compare parameters by; empty if they fail. */
  double[] fewWeights(BoundData<D> data) {
    return importance(data).few();
  }

  /** Those under the average of the iterates, or the last if they are not averaged. */
  double[] settledWeights(BoundData<D> data) {
    boolean isAveraged = settings.averaging().isOn() && descent.use(Iterate.AVERAGE);
    double[] weights = fewWeights(data);
    if (isAveraged) {
      descent.use(Iterate.LAST);
    }
    return weights;
  }

  Importance<D> importance(BoundData<D> data) {
    begin(data);
    return new Importance<>(
        config, params, settings.model(), settings.guide(), data, isGuideMade());
  }

  private <T> T explained(BoundData<D> data, Supplier<T> body) {
    try {
      return body.get();
    } catch (IllegalArgumentException e) {
      throw explanation(data, e);
    }
  }

  /** An error of an execution, in the guide's own words if it knows better what is wrong. */
  private IllegalArgumentException explanation(BoundData<D> data, IllegalArgumentException e) {
    if (settings.guide() instanceof ModelBased<D> based) {
      try (Run run = Run.open(config, 0)) {
        based.checkUnchanged(run, params, data.in(run), e);
      }
    }
    return e;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "svi: %,d steps by %s, seed %d", steps, settings.elbo(), config.seed());
  }
}
