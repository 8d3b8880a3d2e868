package org.ppl4j.infer.judge;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.math.Stats;
import com.google.errorprone.annotations.MustBeClosed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Program;
import org.ppl4j.infer.InterruptionException;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.SampleColumn;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.annealing.Smc;
import org.ppl4j.infer.annealing.SmcRun;
import org.ppl4j.infer.approximation.Exploration;
import org.ppl4j.infer.approximation.Pathfinder;
import org.ppl4j.infer.approximation.PathfinderPosterior;
import org.ppl4j.infer.approximation.Variables;
import org.ppl4j.infer.diagnostics.Chains;
import org.ppl4j.infer.judge.InferenceReport.Stage;
import org.ppl4j.infer.mcmc.ChainReport;
import org.ppl4j.infer.mcmc.McmcRun;
import org.ppl4j.infer.mcmc.Nuts;
import org.ppl4j.infer.mcmc.Pilot;
import org.ppl4j.infer.mcmc.SamplerReport;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.RunConfig;

/**
 * From a model and data to a posterior that is right, or that says it is not, with nothing set:
 *
 * <pre>{@code
 * try (InferenceRun<Schools> run = Inference.of(MODEL).run(schools)) {
 *   System.out.println(run.report());
 *   System.out.println(run.summary());
 * }
 * }</pre>
 *
 * <p>It searches first, from prior draws and near 0, by {@link Pathfinder}, in variables that suit
 * ({@link Exploration}). Chains of {@link Nuts} begin where searches ended far from each other, and
 * judge what these found. If the weights of the searches' own draws hold, and chains warn or have
 * missed a part of them, these draws are given. Else, where chains diverge, steps become shorter,
 * and where they warn, other variables are tried, then longer chains; where chains stay apart,
 * particles from the prior ({@link Smc}), unless these would take more than two minutes by the
 * clock of the chains. The draws that the least speaks against are given, with what does. Values
 * are those of the model, whatever the variables.
 *
 * <p>A mode that no search met is not seen.
 *
 * <p>Immutable: each method makes a new setting. The same seed gives the same plan, but for what a
 * clock decides, and bits, and so does the {@linkplain #plan plan} itself, in less time.
 *
 * @param <D> the data of the model
 */
public final class Inference<D extends @Nullable Object> {

  private static final int WEIGHTED_DRAWS = 4000;

  /** Up to it the tail of weights has a variance (Vehtari et al. 2024). */
  private static final double GOOD_KHAT = 0.5;

  /** By so many standard deviations chains may go beyond the farthest of the searches' draws. */
  private static final double TAIL = 2;

  private static final int PARTICLES = 10_000;

  /** Gradients of a particle: about fifty levels of three moves of five steps and a start. */
  private static final double OF_A_PARTICLE = 50 * 3 * 6;

  /** So many seconds particles may take, as far as chains tell. */
  private static final double PATIENCE = 120;

  /** Above this R-hat chains are in different places, so that others are tried. */
  private static final double APART = 1.05;

  private static final int CHAINS = 4;
  private static final int ITERATIONS = 1000;
  private static final int LONGER = 4;

  private static final double USUAL_STEPS = 0.8;

  /** What Stan advises where trajectories diverge, one after the other. */
  private static final ImmutableList<Double> SHORT_STEPS = ImmutableList.of(0.95, 0.99);

  /** The least that chains are given. */
  private static final Duration LEAST = Duration.ofMillis(10);

  /** Chains that took more gradients are not run again longer. */
  private static final long AFFORDABLE = 2_000_000;

  private final Program<D> model;
  private final @Nullable ParamStore params;
  private final @Nullable RunConfig config;
  private final Progress progress;
  private final @Nullable Duration limit;
  private final @Nullable InferencePlan plan;

  private Inference(
      Program<D> model,
      @Nullable ParamStore params,
      @Nullable RunConfig config,
      Progress progress,
      @Nullable Duration limit,
      @Nullable InferencePlan plan) {
    this.model = requireNonNull(model, "model");
    this.params = params;
    this.config = config;
    this.progress = requireNonNull(progress, "progress");
    this.limit = limit;
    this.plan = plan;
  }

  /** Of a model. */
  public static <D extends @Nullable Object> Inference<D> of(Program<D> model) {
    return new Inference<>(model, null, null, Progress.console(), null, null);
  }

  /** Where the model's parameters are, which are held; in a store of the run's own unless set. */
  public Inference<D> params(ParamStore params) {
    return new Inference<>(model, requireNonNull(params, "params"), config, progress, limit, plan);
  }

  /** Seed and recording; those of the store, or else the defaults, unless set. */
  public Inference<D> config(RunConfig config) {
    return new Inference<>(model, params, requireNonNull(config, "config"), progress, limit, plan);
  }

  /** Where {@code run} shows how far it is; {@link Progress#console()} unless set. */
  public Inference<D> progress(Progress progress) {
    return new Inference<>(model, params, config, progress, limit, plan);
  }

  /**
   * How long a run may take; as long as it needs unless set. When it is over chains stop with the
   * draws that there are, and nothing else is tried, which the report says. The first searches are
   * made to their end.
   *
   * @throws IllegalArgumentException if it is not positive
   */
  public Inference<D> limit(Duration limit) {
    checkArgument(
        limit.compareTo(Duration.ZERO) > 0,
        "inference has a limit of %s, but it must be positive",
        limit);
    return new Inference<>(model, params, config, progress, limit, plan);
  }

  /**
   * What is to be done, which is all that is done; unless set it is found out. It is that of a
   * {@linkplain InferenceReport#plan report} of the same model:
   *
   * <pre>{@code
   * Inference.of(MODEL).plan(run.report().plan()).run(schools) // the same draws
   * }</pre>
   */
  public Inference<D> plan(InferencePlan plan) {
    return new Inference<>(model, params, config, progress, limit, requireNonNull(plan, "plan"));
  }

  /**
   * The posterior given data; close it. If the thread is interrupted, nothing else is tried, and
   * the best draws that there are are kept, which the report says; the flag stays set.
   *
   * @throws IllegalArgumentException as {@link Nuts#run}, or if a plan moves what is no sample site
   *     of the model
   * @throws IllegalStateException as {@link Nuts#run}, or if a plan has weighted draws, and
   *     searches fail
   * @throws org.ppl4j.infer.InterruptionException if the thread is interrupted before there are
   *     draws
   */
  @MustBeClosed
  public InferenceRun<D> run(D data) {
    try (Search search = new Search(data)) {
      return search.run();
    }
  }

  /** One run. */
  @SuppressWarnings("MustBeClosedChecker") // what is not the caller's is closed with it
  private final class Search implements AutoCloseable {

    private final D data;
    private final RunConfig settings = ParamStore.chosen(config, params);
    private final long began = System.nanoTime();
    private final List<Stage> stages = new ArrayList<>();
    private final Exploration<D> exploration;
    private @Nullable McmcRun<D> best;
    private @Nullable InferencePlan ofBest;
    private boolean isCut; // before all was tried
    private boolean isInterrupted; // likewise

    Search(D data) {
      this.data = data;
      Pathfinder<D> searches = Pathfinder.of(model).config(settings).progress(progress);
      searches = params == null ? searches : searches.params(params);
      this.exploration =
          plan == null ? searches.explore(data) : searches.explore(data, plan.nonCentred());
    }

    @MustBeClosed
    InferenceRun<D> run() {
      exploration.tried().forEach(this::add);
      Variables<D> nearest = plan == null ? chosen() : exploration.nearest();
      Optional<Samples> weighted = plan == null ? found(nearest) : planned(nearest, plan);
      McmcRun<D> chains = requireNonNull(best);
      Samples draws = weighted.orElseGet(chains::samples);
      InferenceRun<D> run = new InferenceRun<>(chains, draws, report(nearest, draws));
      best = null;
      return run;
    }

    /** Finds out what is to be done. */
    private Optional<Samples> found(Variables<D> nearest) {
      sample(nearest, usual(nearest), "begun where searches ended, as their judge");
      Optional<Samples> weighted = weighted(nearest);
      if (weighted.isEmpty()) {
        go(nearest);
        boolean areApart = requireNonNull(best).report().largestRhat() > APART;
        return areApart && goesOn() ? annealed() : weighted;
      }
      return weighted;
    }

    private Optional<Samples> planned(Variables<D> variables, InferencePlan plan) {
      sample(variables, plan, "as planned");
      return switch (plan.draws()) {
        case CHAINS -> Optional.empty();
        case SEARCHES -> Optional.of(weighed(searches(variables)));
        case PARTICLES -> Optional.of(particles(settings, "as planned"));
      };
    }

    private Samples weighed(PathfinderPosterior<D> found) {
      long start = System.nanoTime();
      Samples draws = found.importance(data, WEIGHTED_DRAWS).samples();
      addWeighted(found, "as planned", start);
      return draws;
    }

    private PathfinderPosterior<D> searches(Variables<D> variables) {
      return variables
          .found()
          .orElseThrow(
              () ->
                  new IllegalStateException(
                      "plan has weighted draws of searches, but these failed: "
                          + variables.outcome()));
    }

    private static InferencePlan usual(Variables<?> variables) {
      return new InferencePlan(
          variables.moved(), ITERATIONS, USUAL_STEPS, InferencePlan.Draws.CHAINS);
    }

    /** By short chains where searches, which see what is near a mode alone, leave a choice. */
    private Variables<D> chosen() {
      long start = System.nanoTime();
      Pilot.Choice<D> choice =
          Pilot.choose(exploration, settings.seed(), Runtime.getRuntime().availableProcessors());
      if (exploration.isOpen()) {
        add(
            "short chains, " + exploration.nearest(),
            "since searches see modes alone",
            "nearest to normal " + choice.variables(),
            start);
      }
      return choice.variables();
    }

    /**
     * On with chains, as long as something speaks against those that there are. A few trajectories
     * that diverge may be all that there is of a tail.
     */
    private void go(Variables<D> nearest) {
      for (double acceptance : SHORT_STEPS) {
        if (requireNonNull(best).report().divergences() > 0 && hasTime()) {
          InferencePlan shorter =
              new InferencePlan(
                  nearest.moved(), ITERATIONS, acceptance, InferencePlan.Draws.CHAINS);
          sample(nearest, shorter, "by shorter steps, since trajectories diverged");
        }
      }
      for (Variables<D> other : exploration.tried()) {
        if (!other.equals(nearest) && goesOn()) {
          sample(other, usual(other), "since those before warn");
        }
      }
      if (goesOn() && requireNonNull(best).report().gradients() < AFFORDABLE) {
        ImmutableSet<String> moved = requireNonNull(ofBest).nonCentred();
        InferencePlan longer =
            new InferencePlan(
                moved, LONGER * ITERATIONS, SHORT_STEPS.get(0), InferencePlan.Draws.CHAINS);
        sample(exploration.in(moved), longer, "since those before warn");
      }
    }

    /**
     * The searches' draws with weights, where these hold, and chains are in doubt or have missed
     * what the searches found.
     */
    private Optional<Samples> weighted(Variables<D> nearest) {
      PathfinderPosterior<D> found = nearest.found().orElse(null);
      if (found == null
          || !(found.khat().value() <= GOOD_KHAT)
          || found.effectiveSize() < Chains.MIN_SIZE) {
        return Optional.empty();
      }
      long start = System.nanoTime();
      Samples chains = requireNonNull(best).samples();
      Samples draws = found.importance(data, WEIGHTED_DRAWS).samples();
      boolean isNeeded;
      try (Samples alike = draws.resample(WEIGHTED_DRAWS, settings.seed())) {
        boolean hasMissed = !Judgement.of(alike, chains, List.of()).names(Verdict.OFF).isEmpty();
        isNeeded = covers(draws, chains) && (isDoubted() || hasMissed);
      }
      if (!isNeeded) {
        draws.close();
        return Optional.empty();
      }
      String why = isDoubted() ? "are in doubt" : "miss a part of them";
      addWeighted(found, "since their weights hold, and chains " + why, start);
      return Optional.of(draws);
    }

    private void addWeighted(PathfinderPosterior<D> found, String why, long start) {
      ofBest = requireNonNull(ofBest).with(InferencePlan.Draws.SEARCHES);
      String name = "%,d weighted draws of the searches".formatted(WEIGHTED_DRAWS);
      add(name, why, weights(found), start);
    }

    private static String weights(PathfinderPosterior<?> found) {
      return String.format(
          Locale.ROOT,
          "%,d weighted draws worth %,.0f, k-hat %s",
          found.khat().weights(),
          found.effectiveSize(),
          Double.isInfinite(found.khat().value())
              ? found.khat().value() > 0 ? "∞" : "−∞"
              : "%.2f".formatted(found.khat().value()));
    }

    /** Whether chains have been nowhere else, but for the tails. */
    private static boolean covers(Samples draws, Samples chains) {
      for (String site : chains.names()) {
        List<SampleColumn> of = SampleColumn.of(draws, site);
        List<SampleColumn> by = SampleColumn.of(chains, site);
        for (int i = 0; i < by.size(); i++) {
          Stats drawn = Stats.of(of.get(i).numbers());
          Stats seen = Stats.of(by.get(i).numbers());
          double room = TAIL * drawn.populationStandardDeviation();
          if (!(seen.min() >= drawn.min() - room && seen.max() <= drawn.max() + room)) {
            return false;
          }
        }
      }
      return true;
    }

    // --- particles

    /** Particles, if two runs agree and chains have been nowhere else. */
    private Optional<Samples> annealed() {
      String why = "since chains disagree";
      long start = System.nanoTime();
      double seconds = secondsOfParticles(requireNonNull(best).report().chains());
      if (seconds > PATIENCE) {
        String left =
            String.format(
                Locale.ROOT,
                "left out, since they would take about %.0f minutes; Smc.of(model) makes them",
                seconds / 60);
        add("particles from the prior", why, left, start);
        return Optional.empty();
      }
      RunConfig otherSeed = settings.withSeed(~settings.seed());
      try (Samples other = particles(otherSeed, why);
          Samples alike = other.resample(PARTICLES, settings.seed())) {
        Samples draws = particles(settings, "again, by another seed");
        List<String> warnings = new ArrayList<>(draws.warnings());
        warnings.addAll(other.warnings());
        boolean agree;
        try (Samples of = draws.resample(PARTICLES, settings.seed())) {
          agree = Judgement.of(of, alike, List.of()).names(Verdict.OFF).isEmpty();
        }
        if (agree && warnings.isEmpty() && covers(draws, requireNonNull(best).samples())) {
          ofBest = requireNonNull(ofBest).with(InferencePlan.Draws.PARTICLES);
          return Optional.of(draws);
        }
        draws.close();
      } catch (InterruptionException e) {
        add("particles", why, "interrupted", start);
        isInterrupted = true;
      } catch (IllegalArgumentException | IllegalStateException e) { // of a prior without draws
        add("particles", why, String.valueOf(e.getMessage()), start);
      }
      return Optional.empty();
    }

    /** What both runs would take on the threads that there are, by the gradients of chains. */
    private static double secondsOfParticles(List<ChainReport> chains) {
      double seconds = chains.stream().mapToDouble(ChainReport::seconds).sum();
      long gradients = chains.stream().mapToLong(ChainReport::gradients).sum();
      int threads = Runtime.getRuntime().availableProcessors();
      return 2 * PARTICLES * OF_A_PARTICLE * seconds / gradients / threads;
    }

    private Samples particles(RunConfig config, String why) {
      long start = System.nanoTime();
      Smc<D> smc = Smc.of(model).particles(PARTICLES).progress(progress).config(config);
      try (SmcRun<D> run = (params == null ? smc : smc.params(params)).run(data)) {
        String found =
            String.format(Locale.ROOT, "worth %,.0f draws", run.report().effectiveSize());
        add("%,d particles from the prior".formatted(PARTICLES), why, found, start);
        return run.samples().only(exploration.reported()).copy();
      }
    }

    // --- chains

    /** Runs chains, and keeps them if less speaks against them than against those before. */
    private void sample(Variables<D> variables, InferencePlan plan, String why) {
      long start = System.nanoTime();
      Nuts<D> nuts =
          Nuts.of(variables.program())
              .chains(CHAINS)
              .warmup(plan.iterations())
              .draws(plan.iterations())
              .progress(progress)
              .config(settings);
      nuts = params == null ? nuts : nuts.params(params);
      if (limit != null) {
        Duration left = left(limit);
        nuts = nuts.limit(left.compareTo(LEAST) < 0 ? LEAST : left);
      }
      nuts = nuts.targetAcceptance(plan.acceptance());
      nuts = variables.found().isEmpty() ? nuts.asWritten() : nuts.startAt(starts(variables));
      String name = "%,d draws of chains, %s".formatted(CHAINS * plan.iterations(), variables);
      McmcRun<D> run;
      try {
        run = nuts.run(data).only(exploration.reported());
      } catch (InterruptionException e) {
        if (best == null) {
          throw e;
        }
        add(name, why, "interrupted before their first draw", start);
        isInterrupted = true;
        return;
      }
      SamplerReport report = run.report();
      isInterrupted |= report.figures().isInterrupted();
      isCut |= report.figures().limit().isPresent();
      String words =
          String.format(
              Locale.ROOT,
              "R-hat at most %.3f, effective sizes at least %,.0f, %,d divergences",
              report.largestRhat(),
              report.leastSize(),
              report.divergences());
      add(name, why, words, start);
      McmcRun<D> before = best;
      if (before != null && !isBetter(report, before.report())) {
        run.close();
        return;
      }
      if (before != null) {
        before.close();
      }
      best = run;
      ofBest = plan;
    }

    private double[][] starts(Variables<D> variables) {
      return IntStream.range(0, CHAINS).mapToObj(variables::start).toArray(double[][]::new);
    }

    private boolean isDoubted() {
      return !requireNonNull(best).report().warnings().isEmpty();
    }

    /** Whether something speaks against chains, and there is time for more. */
    private boolean goesOn() {
      return isDoubted() && hasTime();
    }

    private boolean hasTime() {
      isCut |= limit != null && left(limit).compareTo(LEAST) < 0;
      isInterrupted |= Thread.currentThread().isInterrupted();
      return !isCut && !isInterrupted;
    }

    private Duration left(Duration limit) {
      return limit.minusNanos(System.nanoTime() - began);
    }

    /** Whether less speaks against chains: none, else R-hat, divergences, effective size. */
    private static boolean isBetter(SamplerReport one, SamplerReport other) {
      if (one.warnings().isEmpty() || other.warnings().isEmpty()) {
        return one.warnings().isEmpty();
      }
      double rhat = Math.max(one.largestRhat(), Chains.LARGEST_RHAT);
      double otherRhat = Math.max(other.largestRhat(), Chains.LARGEST_RHAT);
      if (rhat != otherRhat) {
        return rhat < otherRhat;
      }
      double diverged = diverged(one) - diverged(other);
      return diverged != 0 ? diverged < 0 : one.leastSize() > other.leastSize();
    }

    /** The share of trajectories that did. */
    private static double diverged(SamplerReport report) {
      return (double) report.divergences() / report.figures().keptDraws();
    }

    // --- the report

    private InferenceReport report(Variables<D> nearest, Samples draws) {
      PathfinderPosterior<D> found = nearest.found().orElse(null);
      Optional<Judgement> judgement = Optional.empty();
      if (found != null && draws.chains() > 0) { // else they are its own
        try (Samples searched = found.posterior(data, InferenceRun.JUDGED_DRAWS)) {
          judgement = Optional.of(Judgement.of(searched, draws, List.of()));
        }
      }
      ImmutableList.Builder<String> warnings = ImmutableList.builder();
      warnings.addAll(draws.summary().warnings());
      if (isCut && limit != null) {
        warnings.add(
            "its limit of %s s was over before all was tried; give it more time"
                .formatted(limit.toNanos() * 1e-9));
      }
      if (isInterrupted) {
        warnings.add("it was interrupted before all was tried; run it again for what is left");
      }
      return new InferenceReport(
          ImmutableList.copyOf(stages),
          requireNonNull(ofBest),
          judgement,
          warnings.build(),
          since(began));
    }

    private void add(Variables<D> tried) {
      String found = tried.found().map(ended -> ", " + weights(ended)).orElse("");
      stages.add(
          new Stage("searches, " + tried, tried.why(), tried.outcome() + found, tried.seconds()));
    }

    private void add(String name, String why, String found, long start) {
      stages.add(new Stage(name, why, found, since(start)));
    }

    private static double since(long start) {
      return (System.nanoTime() - start) * 1e-9;
    }

    @Override
    public void close() {
      exploration.close();
      if (best != null) {
        best.close();
      }
    }
  }

  @Override
  public String toString() {
    return "Inference of " + model.name();
  }
}
