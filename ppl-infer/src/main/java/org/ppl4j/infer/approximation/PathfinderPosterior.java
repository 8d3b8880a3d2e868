package org.ppl4j.infer.approximation;

import static com.google.common.collect.ImmutableList.toImmutableList;
import static java.util.Objects.requireNonNull;

import com.google.common.base.Supplier;
import com.google.common.base.Suppliers;
import com.google.common.collect.ImmutableList;
import com.google.errorprone.annotations.MustBeClosed;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.diagnostics.Wording;
import org.ppl4j.infer.importance.ImportanceSamples;

/**
 * A posterior as draws of the normal distributions of several paths, chosen by importance weights,
 * found by {@link Pathfinder}. The weight of a draw is the density of the posterior over the mean
 * of the densities of all paths' distributions, so that two paths to one mode do not count it
 * twice.
 *
 * <p>It owns a copy of the data: close it. Every other method of a closed one that needs them
 * throws an {@link IllegalStateException}.
 *
 * @param <D> the data of the model
 */
public final class PathfinderPosterior<D extends @Nullable Object> extends FittedNormal<D> {

  private final ImmutableList<Path.Followed> paths; // that led somewhere, the best first
  private final List<Path.Followed> all;
  private final int pool;
  private final @Nullable Exploration<D> explored;
  private final Supplier<Optional<String>> flat; // looked for when it is first asked for

  /** Of paths in one target, which is closed with this. */
  PathfinderPosterior(Target<D> target, List<Path.Followed> all, int pool) {
    this(target, sorted(all), all, pool, null);
  }

  /**
   * Of those in the variables of the greatest bound.
   *
   * @param explored which is closed with this
   * @throws RuntimeException why no path led anywhere, in any of them; it is closed then
   */
  PathfinderPosterior(Exploration<D> explored) {
    this(explored.foundOrThrow(), explored);
  }

  private PathfinderPosterior(PathfinderPosterior<D> found, Exploration<D> explored) {
    this(found.target(), found.paths, found.all, found.pool, explored);
  }

  private PathfinderPosterior(
      Target<D> target,
      ImmutableList<Path.Followed> paths,
      List<Path.Followed> all,
      int pool,
      @Nullable Exploration<D> explored) {
    super(target, mixture(paths), pool, explored == null ? target::close : explored::close);
    this.paths = paths;
    this.all = all;
    this.pool = pool;
    this.explored = explored;
    this.flat = Suppliers.memoize(() -> FlatDirection.around(target, normal().location()));
  }

  /**
   * In the order of their bounds, the greatest first.
   *
   * @throws IllegalStateException if none led to a distribution with a finite bound
   */
  static ImmutableList<Path.Followed> sorted(List<Path.Followed> all) {
    ImmutableList<Path.Followed> good =
        all.stream()
            .filter(path -> path.normal().isPresent())
            .sorted(Comparator.comparingDouble(path -> -path.bound()))
            .collect(toImmutableList());
    if (good.isEmpty()) {
      throw new IllegalStateException(
          ("pathfinder found no normal distribution with a finite bound on any of %s paths; the"
                  + " first %s after %s steps, where the log density is %.6g; start elsewhere"
                  + " (initializer(...)), or write the model in other variables")
              .formatted(
                  all.size(),
                  all.get(0).end().stop(),
                  all.get(0).end().last().number(),
                  -all.get(0).end().value()));
    }
    return good;
  }

  private static Mixture mixture(List<Path.Followed> paths) {
    return new Mixture(
        paths.stream().map(path -> path.normal().orElseThrow()).collect(toImmutableList()));
  }

  /**
   * The normal distribution of the greatest bound, in unconstrained space of the variables that
   * were chosen, which are those of the model {@link Pathfinder#asWritten as it is written} unless
   * this says otherwise.
   */
  public NormalApproximation normal() {
    return normals().get(0);
  }

  /** Those of all paths that led to one, of the greatest bound first. */
  public ImmutableList<NormalApproximation> normals() {
    return mixture(paths).parts();
  }

  /** The evidence lower bound of {@link #normal}, estimated. */
  public double bound() {
    return paths.get(0).bound();
  }

  /** Those of {@link #normals}, in their order. */
  public ImmutableList<Double> bounds() {
    return paths.stream().map(Path.Followed::bound).collect(toImmutableList());
  }

  /** How often the log density was evaluated to find them. */
  public int evaluations() {
    return explored == null
        ? all.stream().mapToInt(Path.Followed::evaluations).sum()
        : explored.evaluations();
  }

  /**
   * Draws of the posterior: chosen by their weights from the draws of all paths, of which there are
   * at least as many. Choosing them may repeat some.
   *
   * @param data those that it was found for, which it keeps: others are not looked at
   * @param draws how many, at least 1
   * @throws IllegalArgumentException if no draw of a path lies where the posterior does
   */
  @Override
  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // by the caller
  public Samples posterior(D data, int draws) {
    checkDraws(draws);
    try (ImportanceSamples weighted = importance(data, Math.max(draws, pool))) {
      return weighted.samples().resample(draws, config().seed()).withWarnings(pathWarnings());
    }
  }

  /**
   * Vectors for chains to start at, as the sampler's {@code startAt} takes them, of the model as it
   * is written: draws of the posterior, chosen by their weights as those of {@link #posterior}.
   *
   * @param chains how many, at least 1
   * @return (chains, D)
   * @throws IllegalArgumentException if no draw of a path lies where the posterior does
   * @throws IllegalStateException if searches of the model as it is written failed, but not those
   *     in other variables
   */
  public double[][] starts(int chains) {
    checkDraws(chains);
    double[][] chosen = chosen(pool, chains);
    return explored == null ? chosen : explored.written(target(), chosen);
  }

  @Override
  public ImmutableList<String> warnings() {
    return ImmutableList.<String>builder()
        .addAll(pathWarnings())
        .addAll(check().ofWeighted())
        .build();
  }

  private ImmutableList<String> pathWarnings() {
    ImmutableList.Builder<String> warnings = ImmutableList.builder();
    int lost = all.size() - paths.size();
    if (lost > 0) {
      warnings.add(
          "%s of %s paths led to no normal distribution with a finite bound"
              .formatted(lost, all.size()));
    }
    requireNonNull(flat.get()).ifPresent(warnings::add);
    return warnings.build();
  }

  /** The bounds, what weights say, and what is to be watched, a line each. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "pathfinder: bounds of %s paths %.6g to %.6g, %,d evaluations%n",
            paths.size(),
            paths.get(paths.size() - 1).bound(),
            bound(),
            evaluations()));
    if (explored != null) {
      text.append(String.format("  %s%n", explored.choice(explored.nearest())));
    }
    text.append("  ").append(check());
    text.append(Wording.warnings(warnings()));
    return text.toString();
  }
}
