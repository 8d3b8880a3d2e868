package org.ppl4j.infer.approximation;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Program;
import org.ppl4j.infer.internal.Reason;
import org.ppl4j.infer.latent.LogDensity;
import org.ppl4j.infer.reparam.LocScale;
import org.ppl4j.infer.reparam.Reparam;
import org.ppl4j.tensor.Rng;

/**
 * A model in variables that suit it or not, and what searches found of it there. They belong to an
 * {@link Exploration}, and are closed with it.
 *
 * @param <D> the data of the model
 */
public final class Variables<D extends @Nullable Object> {

  /** So many draws of a normal distribution are tried as a start before its location is. */
  private static final int TRIES = 10;

  private final ImmutableSet<String> moved;
  private final Program<D> program;
  private final @Nullable PathfinderPosterior<D> found;
  private final ImmutableList<NormalApproximation> ends; // those first that are far apart
  private final String why;
  private final @Nullable RuntimeException failure; // of the searches
  private final double seconds;

  private Variables(
      ImmutableSet<String> moved,
      Program<D> program,
      @Nullable PathfinderPosterior<D> found,
      String why,
      @Nullable RuntimeException failure,
      double seconds) {
    this.moved = moved;
    this.program = program;
    this.found = found;
    this.ends = found == null ? ImmutableList.of() : ImmutableList.copyOf(Apart.of(found));
    this.why = why;
    this.failure = failure;
    this.seconds = seconds;
  }

  /**
   * Of searches that ended.
   *
   * @param moved the sites that are drawn without their location and scale
   * @param why they were tried
   */
  static <D extends @Nullable Object> Variables<D> of(
      ImmutableSet<String> moved,
      Program<D> program,
      PathfinderPosterior<D> found,
      String why,
      double seconds) {
    return new Variables<>(moved, program, found, why, null, seconds);
  }

  /** Of searches that found nothing, for a reason. */
  static <D extends @Nullable Object> Variables<D> failed(
      ImmutableSet<String> moved,
      Program<D> program,
      String why,
      RuntimeException failure,
      double seconds) {
    return new Variables<>(moved, program, null, why, failure, seconds);
  }

  /** A model with some of its sites drawn without their location and scale. */
  public static <D extends @Nullable Object> Program<D> program(
      Program<D> model, Collection<String> moved) {
    Map<String, LocScale> ways = new LinkedHashMap<>();
    moved.forEach(site -> ways.put(site, LocScale.nonCentred()));
    return ways.isEmpty() ? model : model.with(Reparam.of(ways));
  }

  /** The sites that are drawn without their location and scale. */
  public ImmutableSet<String> moved() {
    return moved;
  }

  /** The model in these variables; what is moved is deterministic under its old name. */
  public Program<D> program() {
    return program;
  }

  /** What searches found; empty if they failed. It is closed with the exploration. */
  public Optional<PathfinderPosterior<D>> found() {
    return Optional.ofNullable(found);
  }

  /**
   * What searches found.
   *
   * @throws RuntimeException why they failed
   */
  PathfinderPosterior<D> foundOrThrow() {
    if (found == null) {
      throw requireNonNull(failure);
    }
    return found;
  }

  /** The greatest evidence lower bound of a search, −∞ if all failed. */
  public double bound() {
    return found == null ? Double.NEGATIVE_INFINITY : found.bound();
  }

  /** D, how many numbers there are; 0 if all searches failed. */
  int size() {
    return found == null ? 0 : found.normal().size();
  }

  /** How often the log density was evaluated. */
  public int evaluations() {
    return found == null ? 0 : found.evaluations();
  }

  /** Why they were tried. */
  public String why() {
    return why;
  }

  /** What came of the searches. */
  public String outcome() {
    return found == null
        ? Reason.of(requireNonNull(failure))
        : String.format(
            Locale.ROOT, "%d ended, evidence bound %.6g", found.normals().size(), found.bound());
  }

  /** That the searches took, on the clock. */
  public double seconds() {
    return seconds;
  }

  /** The log density that was searched, in double precision; closed with the exploration. */
  public LogDensity<D> density() {
    return searches().density();
  }

  /**
   * The normal distributions where searches ended that are of the posterior's by their evidence,
   * those first that are far from each other; none if all searches failed.
   */
  public ImmutableList<NormalApproximation> ends() {
    return ends;
  }

  /**
   * A vector for a chain to start at: a draw of a normal distribution where a search ended. Those
   * of the first numbers are of searches that ended far from each other, so that no mode is missed.
   *
   * @param number of the chain, counted from 0
   * @return where density and gradient are finite
   * @throws IllegalStateException if the searches failed
   */
  public double[] start(int number) {
    LogDensity<D> density = searches().density();
    NormalApproximation end = ends.get(number % ends.size());
    Rng noise =
        Rng.of(searches().config().seed(), Rng.Purpose.CHAIN, 0, "exploration").split(number);
    for (int i = 0; i < TRIES; i++) {
      double[] start = end.draws(noise, 1);
      if (isFinite(density, start)) {
        return start;
      }
    }
    return end.location();
  }

  private static boolean isFinite(LogDensity<?> density, double[] u) {
    double[] gradient = new double[u.length];
    return Double.isFinite(density.evaluateOrNaN(u, gradient))
        && Arrays.stream(gradient).allMatch(Double::isFinite);
  }

  private PathfinderPosterior<D> searches() {
    if (found == null) {
      throw new IllegalStateException(
          "searches of a model, %s, failed: %s".formatted(this, outcome()), failure);
    }
    return found;
  }

  void close() {
    if (found != null) {
      found.close();
    }
  }

  /** Which sites are moved. */
  @Override
  public String toString() {
    return moved.isEmpty() ? "as written" : "non-centred " + String.join(", ", moved);
  }
}
