package org.ppl4j.infer.approximation;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableSet;
import com.google.errorprone.annotations.MustBeClosed;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Program;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.internal.Workers;
import org.ppl4j.infer.latent.Initializer;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.RunConfig;

/**
 * Normal distributions along the paths of an optimizer towards the mode of a posterior, in
 * unconstrained space; of each path the one that is nearest to the posterior, and of all of their
 * draws those that importance weights choose.
 *
 * <pre>{@code
 * try (PathfinderPosterior<NDArray> posterior = Pathfinder.of(MODEL).run(flips)) {
 *   System.out.println(posterior);
 *   System.out.println(posterior.summary(flips, 1000));
 * }
 * }</pre>
 *
 * <p>It needs no mode: the best distribution may lie before one that is far from the mass. It is
 * quick, a few hundred gradients, and a start for what is exact. What depends on each other in more
 * directions than the optimizer remembers comes out too narrow.
 *
 * <p>A value: each setting gives a new one. All is computed in double precision, on several
 * threads, and the same bits come out on any number of them.
 *
 * <p>Source: Zhang, Carpenter, Gelman and Vehtari, "Pathfinder: parallel quasi-Newton variational
 * inference" (2022). Four times as many paths as Stan has, with a quarter of the draws each, from
 * prior draws as well, since a mode counts only if a path meets it. Other than there, a draw's
 * weight has the density of all paths together below the fraction line ({@link
 * PathfinderPosterior}).
 *
 * @param <D> the data of the model
 */
public final class Pathfinder<D extends @Nullable Object> {

  private static final Settings STANDARD =
      new Settings(16, 250, 10, Runtime.getRuntime().availableProcessors());

  /**
   * Numbers that all have a default.
   *
   * @param draws of a path, to choose from
   * @param boundDraws of each distribution along a path
   */
  private record Settings(int paths, int draws, int boundDraws, int threads) {

    Settings {
      check("paths", paths);
      check("draws of a path", draws);
      check("draws of a bound", boundDraws);
      check("threads", threads);
    }

    private static void check(String what, int number) {
      checkArgument(number >= 1, "pathfinder has %s %s, but needs at least 1", number, what);
    }
  }

  private final Program<D> model;
  private final TargetSettings target;
  private final Lbfgs optimizer;
  private final Settings settings;
  private final Progress progress;

  private Pathfinder(
      Program<D> model,
      TargetSettings target,
      Lbfgs optimizer,
      Settings settings,
      Progress progress) {
    this.model = requireNonNull(model, "model");
    this.target = target;
    this.optimizer = requireNonNull(optimizer, "optimizer");
    this.settings = settings;
    this.progress = requireNonNull(progress, "progress");
  }

  /** That of a model, with default settings. */
  public static <D extends @Nullable Object> Pathfinder<D> of(Program<D> model) {
    return of(model, TargetSettings.standard());
  }

  /** That of a model, with a target's settings. */
  static <D extends @Nullable Object> Pathfinder<D> of(Program<D> model, TargetSettings target) {
    return new Pathfinder<>(model, target, Lbfgs.patient(), STANDARD, Progress.silent());
  }

  /** The same searches of another program. */
  Pathfinder<D> inVariablesOf(Program<D> program) {
    return new Pathfinder<>(program, target, optimizer, settings, progress);
  }

  Program<D> model() {
    return model;
  }

  TargetSettings target() {
    return target;
  }

  /** Where it shows how many paths have ended. */
  Progress progress() {
    return progress;
  }

  private Pathfinder<D> with(TargetSettings other) {
    return new Pathfinder<>(model, other, optimizer, settings, progress);
  }

  private Pathfinder<D> with(int paths, int draws, int boundDraws, int threads) {
    return new Pathfinder<>(
        model, target, optimizer, new Settings(paths, draws, boundDraws, threads), progress);
  }

  /** With seed, device and validation; those of the store, or the defaults, unless set. */
  public Pathfinder<D> config(RunConfig config) {
    return with(target.withConfig(config));
  }

  /** With the model's parameters, which are held as they are; a store of its own unless set. */
  public Pathfinder<D> params(ParamStore params) {
    return with(target.withParams(params));
  }

  /**
   * In the variables that the model is written in; unless set, where a site's location or scale is
   * latent, in those of the greatest bound, as {@link Exploration} finds them. Values are the
   * model's in any.
   */
  public Pathfinder<D> asWritten() {
    return with(target.asWritten());
  }

  /**
   * With paths from an initializer's values, of the model as it is written; {@link
   * Initializer#dispersed()} unless set.
   */
  public Pathfinder<D> initializer(Initializer initializer) {
    return with(target.withInitializer(initializer));
  }

  /**
   * On the paths of this, whose memory the covariances have; {@link Lbfgs#patient()} unless set.
   */
  public Pathfinder<D> optimizer(Lbfgs optimizer) {
    return new Pathfinder<>(model, target, optimizer, settings, progress);
  }

  /**
   * With so many paths, each from a start of its own; 16 unless set.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public Pathfinder<D> paths(int paths) {
    return with(paths, settings.draws, settings.boundDraws, settings.threads);
  }

  /** How many paths it has. */
  int paths() {
    return settings.paths;
  }

  /**
   * With so many draws of each path to choose from; 250 unless set.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public Pathfinder<D> drawsOfPath(int draws) {
    return with(settings.paths, draws, settings.boundDraws, settings.threads);
  }

  /**
   * With so many draws for the bound of each distribution along a path; 10 unless set.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public Pathfinder<D> boundDraws(int draws) {
    return with(settings.paths, settings.draws, draws, settings.threads);
  }

  /**
   * With so many paths at once; as many as the machine has processors unless set.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public Pathfinder<D> threads(int threads) {
    return with(settings.paths, settings.draws, settings.boundDraws, threads);
  }

  /** Where it shows how many paths have ended; nowhere unless set. */
  public Pathfinder<D> progress(Progress progress) {
    return new Pathfinder<>(model, target, optimizer, settings, progress);
  }

  /**
   * The posterior given data; close it.
   *
   * @throws IllegalArgumentException if no start is found, or as {@link
   *     org.ppl4j.infer.latent.LogDensity#of}
   * @throws IllegalStateException if no path has a distribution whose bound is finite
   * @throws org.ppl4j.infer.InterruptionException if the thread is interrupted while it follows
   *     paths; nothing is kept
   */
  @MustBeClosed
  @SuppressWarnings("MustBeClosed") // the posterior closes the target
  public PathfinderPosterior<D> run(D data) {
    Optional<Exploration<D>> explored = Exploration.ofMovable(this, data);
    if (explored.isPresent()) {
      return new PathfinderPosterior<>(explored.get());
    }
    Target<D> opened = open(data, null);
    try {
      return posterior(opened, follow(opened));
    } catch (RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  /**
   * What searches with these settings find of the model in several variables; close it.
   *
   * @throws IllegalArgumentException if no start is found
   * @throws org.ppl4j.infer.InterruptionException as {@link #run}
   */
  @MustBeClosed
  public Exploration<D> explore(D data) {
    return Exploration.of(this, data, null);
  }

  /**
   * The same in certain variables alone.
   *
   * @param nonCentred the sites that are drawn without their location and scale
   * @throws IllegalArgumentException likewise, or if the model has no such site
   * @throws org.ppl4j.infer.InterruptionException as {@link #run}
   */
  @MustBeClosed
  public Exploration<D> explore(D data, Set<String> nonCentred) {
    return Exploration.of(this, data, ImmutableSet.copyOf(nonCentred));
  }

  /**
   * The normal distribution of the greatest bound given data, in unconstrained space of the model
   * as it is written, with no draws weighed: what a guide starts at. Where it fits badly, and there
   * are no more than 200 numbers, it is that of the mode which Newton's method finds from there, if
   * the bound of this is greater.
   *
   * @throws IllegalArgumentException as {@link #run}
   * @throws IllegalStateException as {@link #run}
   * @throws org.ppl4j.infer.InterruptionException as {@link #run}
   */
  public NormalApproximation normal(D data) {
    return measured(data).normal();
  }

  /** The same, and how near it is. */
  public Nearness.Measured measured(D data) {
    try (Target<D> opened = open(data, null)) {
      return Refined.of(
          opened,
          PathfinderPosterior.sorted(follow(opened)).stream()
              .map(path -> path.normal().orElseThrow())
              .toList());
    }
  }

  private List<Path.Followed> follow(Target<D> opened) {
    SearchProgress shown = SearchProgress.start(progress, settings.paths);
    try (Workers workers = workers()) {
      return shown.all(
          workers,
          IntStream.range(0, settings.paths).mapToObj(path -> path(opened, path)).toList());
    } finally {
      shown.end();
    }
  }

  /**
   * The log density that paths follow.
   *
   * @param reported the sites of its draws; null: all
   */
  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // by the caller
  Target<D> open(D data, @Nullable ImmutableSet<String> reported) {
    return Target.open(model, data, target, reported);
  }

  /** Threads that follow paths. */
  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // by the caller
  Workers workers() {
    return Workers.of("pathfinder", Math.min(settings.threads, settings.paths));
  }

  /**
   * The search for the start of a path, and the path.
   *
   * @param number of it, counted from 0
   */
  Workers.Part<Path.Followed> path(Target<D> opened, int number) {
    Rng noise = Rng.of(opened.config().seed(), Rng.Purpose.GUIDE, 0, "pathfinder");
    return isStopped ->
        Path.follow(
            opened,
            opened.start(number),
            optimizer,
            settings.boundDraws,
            noise.split(number),
            isStopped);
  }

  /**
   * What paths led to, which closes the target.
   *
   * @throws IllegalStateException if none has a distribution whose bound is finite
   */
  @MustBeClosed
  PathfinderPosterior<D> posterior(Target<D> opened, List<Path.Followed> followed) {
    return new PathfinderPosterior<>(opened, followed, followed.size() * settings.draws);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "pathfinder: %,d paths of %,d draws, seed %d",
        settings.paths(),
        settings.draws(),
        target.doubles().seed());
  }
}
