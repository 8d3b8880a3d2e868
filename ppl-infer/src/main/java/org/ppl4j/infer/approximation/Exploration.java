package org.ppl4j.infer.approximation;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.math.Stats;
import com.google.common.primitives.Doubles;
import com.google.errorprone.annotations.MustBeClosed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.BoundData;
import org.ppl4j.Program;
import org.ppl4j.SampleSite;
import org.ppl4j.infer.Draws;
import org.ppl4j.infer.InterruptionException;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.internal.Workers;
import org.ppl4j.infer.latent.Initializer;
import org.ppl4j.infer.latent.LogDensity;
import org.ppl4j.infer.latent.Start;
import org.ppl4j.infer.reparam.LocScale;
import org.ppl4j.infer.reparam.Reparam;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;

/**
 * What searches find out of a model and its data before anything else: in which variables its
 * posterior is the nearest to normal, and where they ended.
 *
 * <p>They see the model as it is written and, where a site's location or scale is latent, with all
 * such sites non-centred ({@link LocScale}), then with one after the other the other way. The
 * greatest evidence lower bound decides, unless draws of the posterior are at hand that show what
 * searches for a mode do not ({@link #nearest(Samples)}).
 *
 * <p>It owns copies of the data: close it.
 *
 * @param <D> the data of the model
 */
public final class Exploration<D extends @Nullable Object> implements AutoCloseable {

  /** Of more sites that may be moved, all are or none. */
  private static final int MOST = 8;

  /** Variables whose bound is less by more, and by more than bounds vary, are not nearer. */
  private static final double NATS = 10;

  private static final double DEVIATIONS = 3; // of a log density from its mean, √(D / 2)

  private final ImmutableSet<String> reported;
  private final ImmutableSet<String> movable;
  private final ImmutableList<Variables<D>> tried;
  private final Variables<D> nearest;

  private Exploration(
      ImmutableSet<String> reported,
      ImmutableSet<String> movable,
      ImmutableList<Variables<D>> tried,
      Variables<D> nearest) {
    this.reported = reported;
    this.movable = movable;
    this.tried = tried;
    this.nearest = nearest;
  }

  /**
   * Of the model of a Pathfinder, by its searches.
   *
   * @param moved the sites that are drawn without their location and scale; null: it is found out
   * @throws IllegalArgumentException as {@link Start#of}
   * @throws InterruptionException if the thread is interrupted meanwhile; nothing is kept
   */
  @MustBeClosed
  static <D extends @Nullable Object> Exploration<D> of(
      Pathfinder<D> searches, D data, @Nullable ImmutableSet<String> moved) {
    Search<D> search = new Search<>(searches, data);
    search.look();
    if (moved != null) {
      checkArgument(
          search.reported.containsAll(moved),
          "sites %s are to be non-centred, but the model has %s; take what a report of this model"
              + " says",
          moved,
          search.reported);
    }
    return of(search, moved);
  }

  /**
   * The same of a model with a site whose location or scale is latent; empty of others, of those
   * that are to be searched as they are written, and where no start is found.
   */
  @SuppressWarnings("MustBeClosedChecker") // by the caller
  static <D extends @Nullable Object> Optional<Exploration<D>> ofMovable(
      Pathfinder<D> searches, D data) {
    if (searches.target().isAsWritten()) {
      return Optional.empty();
    }
    Search<D> search = new Search<>(searches, data);
    try {
      search.look();
    } catch (IllegalArgumentException noStart) { // what is wrong is said where it is searched
      return Optional.empty();
    }
    return search.movable.isEmpty() ? Optional.empty() : Optional.of(of(search, null));
  }

  @MustBeClosed
  private static <D extends @Nullable Object> Exploration<D> of(
      Search<D> search, @Nullable ImmutableSet<String> moved) {
    try (Workers workers = search.searches.workers()) {
      Variables<D> nearest =
          moved == null ? search.nearest(workers) : search.planned(workers, moved);
      return new Exploration<>(
          search.reported,
          ImmutableSet.copyOf(search.movable),
          ImmutableList.copyOf(search.tried.values()),
          nearest);
    } catch (RuntimeException e) {
      search.close();
      throw e;
    } finally {
      search.shown.end();
    }
  }

  /** The model's own latent and deterministic sites, in their order. */
  public ImmutableSet<String> reported() {
    return reported;
  }

  /** All variables that were tried, in order; the first are those of the model as written. */
  public ImmutableList<Variables<D>> tried() {
    return tried;
  }

  /** Those of the greatest bound; as written if all searches failed. */
  public Variables<D> nearest() {
    return nearest;
  }

  /**
   * Those in which these sites are moved.
   *
   * @throws IllegalArgumentException if they were not tried
   */
  public Variables<D> in(ImmutableSet<String> moved) {
    return tried.stream()
        .filter(each -> each.moved().equals(moved))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "variables with %s non-centred were not tried, only %s"
                        .formatted(moved, tried)));
  }

  /** The tried ones whose bound does not say that they are worse; none if all searches failed. */
  private List<Variables<D>> near() {
    return tried.stream()
        .filter(each -> each.found().isPresent())
        .filter(each -> each.bound() >= leastBound(nearest))
        .toList();
  }

  /** Below it other variables are worse than these. */
  private static double leastBound(Variables<?> than) {
    return than.bound() - NATS - DEVIATIONS * Math.sqrt(than.size() / 2.0);
  }

  /** Whether draws of the posterior may show that other variables are nearer. */
  public boolean isOpen() {
    return tried.get(0).found().isPresent() && near().size() > 1;
  }

  /**
   * The variables in which draws of the posterior are the nearest to those of a normal
   * distribution, as far as their log densities show it: of a normal distribution the log density
   * has variance D / 2, of a funnel, which searches for a mode do not see, a far greater one. Where
   * bounds differ, by so many nats, half the difference of variances has to be as large.
   *
   * @param draws of the model's sites, that count alike
   */
  public Variables<D> nearest(Samples draws) {
    if (!isOpen()) {
      return nearest;
    }
    LogDensity<D> density = tried.get(0).density();
    double[] vectors = density.vectors(draws);
    double[] logDensities = density.evaluate(vectors).values();
    ImmutableMap<String, double[]> volumes = volumes(density, vectors, draws);
    Variables<D> best = nearest;
    double most = Double.NEGATIVE_INFINITY;
    for (Variables<D> each : near()) {
      double[] moved = logDensities.clone();
      each.moved().forEach(site -> Vectors.add(moved, 1, requireNonNull(volumes.get(site))));
      double score = each.bound() - Stats.of(moved).populationVariance() / 2;
      if (score > most) {
        most = score;
        best = each;
      }
    }
    return best;
  }

  /**
   * For each movable site the log determinant of its values by those without location and scale:
   * the sum of the logarithms of its scales, in each draw.
   */
  private ImmutableMap<String, double[]> volumes(
      LogDensity<D> density, double[] vectors, Samples draws) {
    try (Samples scales = density.samples(vectors, new DecentredSites(movable))) {
      ImmutableMap.Builder<String, double[]> volumes = ImmutableMap.builder();
      for (String site : movable) {
        double[] all = scales.values(DecentredSites.scale(site));
        int count = Math.toIntExact(draws.draws());
        int size = all.length / count;
        double times = (double) draws.shape(site).size() / size;
        double[] volume = new double[count];
        for (int i = 0; i < all.length; i++) {
          volume[i / size] += times * Math.log(all[i]);
        }
        volumes.put(site, volume);
      }
      return volumes.buildOrThrow();
    }
  }

  /**
   * The vectors (N, D), row by row, of variables at which the model's sites have the values of
   * draws.
   *
   * @throws IllegalStateException if searches of the model as it is written failed
   */
  public double[] vectors(Variables<D> variables, Samples draws) {
    LogDensity<D> written = tried.get(0).density();
    double[] vectors = written.vectors(draws);
    if (variables.moved().isEmpty()) {
      return vectors;
    }
    try (Samples all = written.samples(vectors, new DecentredSites(movable))) {
      return variables.density().vectors(all);
    }
  }

  /** The same of vectors of others, row by row, of the model as it is written. */
  double[][] written(Target<D> others, double[][] vectors) {
    if (nearest.moved().isEmpty()) {
      return vectors;
    }
    LogDensity<D> written = tried.get(0).density();
    try (Samples draws = others.samples(Doubles.concat(vectors))) {
      double[] all = written.vectors(draws);
      int size = written.size();
      return IntStream.range(0, vectors.length)
          .mapToObj(i -> Arrays.copyOfRange(all, i * size, (i + 1) * size))
          .toArray(double[][]::new);
    }
  }

  /**
   * What searches found in the nearest variables.
   *
   * @throws RuntimeException why all failed, of the model as it is written; this is closed then
   */
  PathfinderPosterior<D> foundOrThrow() {
    try {
      return nearest.foundOrThrow();
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** All variables, those of the greatest bound first. */
  List<Variables<D>> nearestFirst() {
    return tried.stream()
        .sorted(Comparator.comparingDouble((Variables<D> each) -> -each.bound()))
        .toList();
  }

  /** Which variables were chosen, and which were not, with their bounds. */
  String choice(Variables<D> chosen) {
    return String.format(
        Locale.ROOT,
        "in variables: %s, evidence bound %.6g; others: %s",
        chosen,
        chosen.bound(),
        tried.stream()
            .filter(each -> each != chosen)
            .map(each -> String.format(Locale.ROOT, "%s %.6g", each, each.bound()))
            .collect(Collectors.joining(", ")));
  }

  /** How often log densities were evaluated. */
  public int evaluations() {
    return tried.stream().mapToInt(Variables::evaluations).sum();
  }

  /** Frees the copies of the data. A second call does nothing. */
  @Override
  public void close() {
    tried.forEach(Variables::close);
  }

  /** Where searches ended, in which variables of how many. */
  @Override
  public String toString() {
    return "searches, %s: %s".formatted(nearest, nearest.outcome());
  }

  /** One that is being made. */
  private static final class Search<D extends @Nullable Object> {

    private static final Initializer ELSEWHERE =
        Initializer.uniform().withNoise(rng -> rng.split("elsewhere"));

    private final Pathfinder<D> searches;
    private final D data;
    private final Set<String> movable = new LinkedHashSet<>();
    private ImmutableSet<String> reported = ImmutableSet.of();
    private final Map<Set<String>, Variables<D>> tried = new LinkedHashMap<>();
    private final List<Trial<D>> trials = new ArrayList<>(); // that have not ended
    private final SearchProgress shown;

    Search(Pathfinder<D> searches, D data) {
      this.searches = searches;
      this.data = data;
      this.shown = SearchProgress.start(searches.progress(), 0);
    }

    /**
     * Finds the sites that are reported, and those whose location or scale is not the same wherever
     * latent sites are.
     */
    void look() {
      Map<String, List<Double>> places = new HashMap<>();
      Program<D> watched =
          searches
              .model()
              .with(
                  Reparam.of(
                      site -> {
                        if (LocScale.depends(site)) {
                          List<Double> here = LocScale.place(site);
                          List<Double> before = places.putIfAbsent(site.name(), here);
                          if (before != null && !before.equals(here)) {
                            movable.add(site.name());
                          }
                        }
                        return null;
                      }));
      TargetSettings settings = searches.target();
      RunConfig config = settings.doubles();
      try (NDManager manager = NDManager.newBaseManager(config.device());
          ParamStore own = new ParamStore(manager, config);
          BoundData<D> bound = BoundData.of(data, config);
          Run run = Run.open(config, 0)) {
        ParamStore given = settings.params();
        ParamStore params = given == null ? own : given;
        run.cutLongScans();
        Start unused = Start.of(run, params, watched, bound.in(run), Initializer.uniform());
        InterruptionException.check("exploration", null);
        Start elsewhere = Start.of(run, params, watched, bound.in(run), ELSEWHERE);
        reported =
            elsewhere.trace().sites().stream()
                .filter(Draws::isOfPosterior)
                .map(SampleSite::name)
                .collect(ImmutableSet.toImmutableSet());
      }
    }

    Variables<D> nearest(Workers workers) {
      Trial<D> written = trial(ImmutableSet.of(), "to begin with");
      if (movable.isEmpty()) {
        follow(workers, List.of(written));
        return ended(written);
      }
      Trial<D> moved =
          trial(ImmutableSet.copyOf(movable), "since a location or scale is latent").toFew();
      follow(workers, List.of(written, moved));
      Variables<D> nearest = nearer(workers, ended(written), moved);
      if (movable.size() > 1 && movable.size() <= MOST) {
        for (String site : movable) {
          Set<String> flipped = new LinkedHashSet<>(nearest.moved());
          if (!flipped.remove(site)) {
            flipped.add(site);
          }
          if (!tried.containsKey(flipped)) {
            Trial<D> other =
                trial(ImmutableSet.copyOf(flipped), "as '" + site + "' may differ").toFew();
            follow(workers, List.of(other));
            nearest = nearer(workers, nearest, other);
          }
        }
      }
      return nearest;
    }

    Variables<D> planned(Workers workers, ImmutableSet<String> moved) {
      Trial<D> trial = trial(moved, "as planned");
      follow(workers, List.of(trial));
      return ended(trial);
    }

    /** The other ones, which few searches have seen, are seen by all unless they are far worse. */
    private Variables<D> nearer(Workers workers, Variables<D> nearest, Trial<D> other) {
      if (nearest.found().isEmpty() || !(other.bound() < leastBound(nearest))) {
        follow(workers, List.of(other.toAll()));
      }
      Variables<D> variables = ended(other);
      return variables.bound() > nearest.bound() ? variables : nearest;
    }

    private Trial<D> trial(ImmutableSet<String> moved, String why) {
      Trial<D> trial = new Trial<>(searches, moved, reported, why);
      trials.add(trial);
      return trial;
    }

    /** Follows the paths that trials have before them, all side by side. */
    private void follow(Workers workers, List<Trial<D>> some) {
      List<Workers.Part<Boolean>> openings = new ArrayList<>();
      some.forEach(trial -> openings.add(isStopped -> trial.open(data, isStopped)));
      List<Boolean> unused = workers.all(openings, () -> {});
      List<Workers.Part<Boolean>> paths = new ArrayList<>();
      some.forEach(trial -> paths.addAll(trial.paths()));
      unused = shown.all(workers, paths);
    }

    private Variables<D> ended(Trial<D> trial) {
      Variables<D> variables = trial.variables();
      trials.remove(trial);
      tried.put(variables.moved(), variables);
      return variables;
    }

    void close() {
      trials.forEach(Trial::close);
      tried.values().forEach(Variables::close);
    }
  }
}
