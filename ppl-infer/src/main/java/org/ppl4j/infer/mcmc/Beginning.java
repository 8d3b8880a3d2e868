package org.ppl4j.infer.mcmc;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.errorprone.annotations.MustBeClosed;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Program;
import org.ppl4j.infer.InterruptionException;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.approximation.Exploration;
import org.ppl4j.infer.approximation.Pathfinder;
import org.ppl4j.infer.approximation.Variables;
import org.ppl4j.infer.latent.LogDensity;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.RunConfig;

/**
 * The log density that chains sample, and where they begin: in the variables, and at draws, that
 * searches find, or of the model as it is written, where they are told to.
 *
 * @param <D> the data of the model
 */
final class Beginning<D extends @Nullable Object> implements AutoCloseable {

  /** Of each distribution along a path: to choose among them it takes few. */
  private static final int BOUND_DRAWS = 5;

  private static final int OTHERS = 3; // of a chain that was stuck

  private final LogDensity<D> density;
  private final Starts starts;
  private final @Nullable Exploration<D> found;
  private final @Nullable Variables<D> variables; // of it
  private final Optional<SamplerReport.Searches> searches;

  private Beginning(
      LogDensity<D> density,
      Starts starts,
      @Nullable Exploration<D> found,
      @Nullable Variables<D> variables,
      Optional<SamplerReport.Searches> searches) {
    this.density = density;
    this.starts = starts;
    this.found = found;
    this.variables = variables;
    this.searches = searches;
  }

  /**
   * Of the model as it is written.
   *
   * @throws IllegalArgumentException as {@link LogDensity#of}
   */
  @MustBeClosed
  static <D extends @Nullable Object> Beginning<D> asWritten(
      Program<D> model, D data, ParamStore params, RunConfig config, Starts starts) {
    return asWritten(model, data, params, config, starts, Optional.empty());
  }

  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // of the density, by this
  private static <D extends @Nullable Object> Beginning<D> asWritten(
      Program<D> model,
      D data,
      ParamStore params,
      RunConfig config,
      Starts starts,
      Optional<SamplerReport.Searches> searches) {
    LogDensity<D> density =
        LogDensity.withDiscrete(model, data, params, config, starts.initializer());
    boolean hasDiscrete = density.length() > density.size(); // which no search takes
    return new Beginning<>(density, starts, null, null, hasDiscrete ? Optional.empty() : searches);
  }

  /**
   * Of what searches find, which looked in as many threads; as written if they find nothing.
   *
   * @param starts where the chains begin then
   * @param progress where the searches show how far they are
   * @throws IllegalArgumentException as {@link LogDensity#of}
   * @throws InterruptionException if the thread is interrupted meanwhile
   */
  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // of all, by this
  static <D extends @Nullable Object> Beginning<D> searched(
      Program<D> model,
      D data,
      ParamStore params,
      RunConfig config,
      Starts starts,
      int threads,
      Progress progress) {
    long began = System.nanoTime();
    Exploration<D> found;
    try {
      found =
          Pathfinder.of(model)
              .params(params)
              .config(config)
              .boundDraws(BOUND_DRAWS)
              .threads(threads)
              .progress(progress)
              .explore(data);
    } catch (InterruptionException e) {
      throw Kept.interrupted(e);
    } catch (IllegalArgumentException noStart) { // what is wrong then is said below
      return asWritten(model, data, params, config, starts);
    }
    try {
      Pilot.Choice<D> choice = Pilot.choose(found, config.seed(), threads);
      Variables<D> nearest = choice.variables();
      SamplerReport.Searches words =
          new SamplerReport.Searches(
              nearest.toString(),
              nearest.found().isPresent() ? "" : nearest.outcome(),
              found.evaluations() + choice.gradients(),
              (System.nanoTime() - began) * 1e-9,
              ImmutableList.of());
      if (nearest.found().isEmpty()) {
        found.close();
        return asWritten(model, data, params, config, starts, Optional.of(words));
      }
      LogDensity<D> density =
          config.floatType() == FloatType.FLOAT64
              ? nearest.density()
              : LogDensity.of(nearest.program(), data, params, config, starts.initializer());
      return new Beginning<>(density, starts, found, nearest, Optional.of(words));
    } catch (RuntimeException e) {
      found.close();
      throw e;
    }
  }

  /**
   * The same log density as that of {@link #asWritten} or {@link #searched}, elsewhere: nothing is
   * searched, and there is no start.
   *
   * @param moved the sites that searches moved; null if none chose the variables
   */
  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // of the density, by this
  static <D extends @Nullable Object> Beginning<D> known(
      Program<D> model,
      D data,
      ParamStore params,
      RunConfig config,
      Starts starts,
      @Nullable ImmutableSet<String> moved) {
    if (moved == null) {
      return asWritten(model, data, params, config, starts);
    }
    Program<D> program = Variables.program(model, moved);
    LogDensity<D> density = LogDensity.of(program, data, params, config, starts.initializer());
    return new Beginning<>(density, starts, null, null, Optional.empty());
  }

  /** The sites that searches moved; null if none chose the variables. */
  @Nullable ImmutableSet<String> moved() {
    return variables == null ? null : variables.moved();
  }

  LogDensity<D> density() {
    return density;
  }

  /**
   * What searches did, and what chains have missed of what they found; empty if there were none.
   *
   * @param draws of the model's sites
   * @param chains of how many chains they are
   * @param vectors the same (N, D), row by row
   * @param seed of the chains
   * @throws InterruptionException if the thread is interrupted meanwhile
   */
  Optional<SamplerReport.Searches> searches(
      Samples draws, int chains, double[] vectors, long seed) {
    return variables == null
        ? searches
        : searches.map(did -> did.with(MissedModes.of(variables, draws, chains, vectors, seed)));
  }

  /** What searches did; empty if there were none. */
  Optional<SamplerReport.Searches> searches() {
    return searches;
  }

  /** The sites of the model at vectors (N, D), as it is written. */
  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // by the caller
  Samples samples(double[] vectors) {
    Samples all = density.samples(vectors);
    return found == null ? all : all.only(found.reported());
  }

  /**
   * Where a chain begins, where density and gradient are finite.
   *
   * @param chain counted from 0
   * @throws IllegalArgumentException if there is no such place
   */
  double[] start(int chain) {
    if (variables != null) {
      double[] start = variables.start(chain);
      if (isFinite(start)) { // which it may not be in single precision
        return start;
      }
    }
    return starts.of(density, chain);
  }

  private boolean isFinite(double[] start) {
    double[] gradient = new double[start.length];
    return Double.isFinite(density.evaluateOrNaN(start, gradient))
        && Arrays.stream(gradient).allMatch(Double::isFinite);
  }

  /**
   * Where a chain may begin if it was stuck; nowhere if vectors are given.
   *
   * @param chain counted from 0
   * @param chains how many there are
   */
  Iterator<double[]> others(int chain, int chains) {
    return starts.given().isEmpty()
        ? IntStream.rangeClosed(1, OTHERS).mapToObj(k -> start(chain + k * chains)).iterator()
        : Collections.emptyIterator();
  }

  @Override
  public void close() {
    density.close();
    if (found != null) {
      found.close();
    }
  }
}
