package org.ppl4j.infer.approximation;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Maps;
import com.google.errorprone.annotations.MustBeClosed;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Program;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.internal.RunStore;
import org.ppl4j.infer.latent.Initializer;
import org.ppl4j.infer.latent.LatentSite;
import org.ppl4j.infer.latent.LatentSpace;
import org.ppl4j.infer.latent.LogDensity;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;

/**
 * The log density of a program given its data, in double precision, with the names of its numbers.
 * Any number of threads may ask for values; it owns its copy of the data.
 */
final class Target<D extends @Nullable Object> implements AutoCloseable {

  /** So many vectors at once where the program is not recorded. */
  private static final int TOGETHER = 100;

  private final LogDensity<D> density;
  private final RunConfig config;
  private final Initializer initializer;
  private final RunStore store;
  private final @Nullable ImmutableSet<String> reported;

  private Target(
      LogDensity<D> density,
      RunStore store,
      RunConfig config,
      Initializer initializer,
      @Nullable ImmutableSet<String> reported) {
    this.density = density;
    this.store = store;
    this.config = config;
    this.initializer = initializer;
    this.reported = reported;
  }

  /**
   * That of a program.
   *
   * @param reported the sites that {@link #samples} has; null: all
   * @throws IllegalArgumentException as {@link LogDensity#of}
   */
  @MustBeClosed
  @SuppressWarnings("MustBeClosed") // the target closes the density and the manager
  static <D extends @Nullable Object> Target<D> open(
      Program<D> model, D data, TargetSettings settings, @Nullable ImmutableSet<String> reported) {
    RunConfig config = settings.doubles();
    Initializer first = start(settings.initializer(), 0);
    RunStore store = RunStore.of(settings.params(), config);
    try {
      LogDensity<D> density = LogDensity.of(model, data, store.params(), config, first);
      return new Target<>(density, store, config, settings.initializer(), reported);
    } catch (RuntimeException e) {
      store.close();
      throw e;
    }
  }

  /** The same initializer with noise of its own for each start. */
  private static Initializer start(Initializer initializer, int number) {
    return initializer.withNoise(rng -> rng.split("start").split(number));
  }

  ParamStore params() {
    return store.params();
  }

  RunConfig config() {
    return config;
  }

  /** What it is of. */
  LogDensity<D> density() {
    return density;
  }

  /** The latent sites. */
  LatentSpace space() {
    return density.space();
  }

  int size() {
    return density.size();
  }

  /**
   * A vector to start at, where density and gradient are finite.
   *
   * @param number other numbers give other vectors, if the initializer draws them
   * @throws IllegalArgumentException if there is none
   */
  double[] start(int number) {
    return number == 0 ? density.start() : density.start(start(initializer, number));
  }

  /** {@link LogDensity#evaluateOrNaN}. */
  double evaluate(double[] u, double[] gradient) {
    return density.evaluateOrNaN(u, gradient);
  }

  /** The negative log density, to be minimised. */
  Lbfgs.Objective negative() {
    return (u, gradient) -> {
      double value = evaluate(u, gradient);
      Vectors.scale(gradient, -1);
      return -value;
    };
  }

  /**
   * The log densities of vectors; −∞ where there is none, NaN where an operation overflows or
   * fails.
   *
   * @param vectors (N, D), row by row
   */
  double[] values(double[] vectors) {
    int size = size();
    int count = vectors.length / size;
    int step = density.isRecorded() ? 1 : TOGETHER;
    double[] values = new double[count];
    for (int from = 0; from < count; from += step) {
      int to = Math.min(count, from + step);
      double[] some = some(Arrays.copyOfRange(vectors, from * size, to * size));
      System.arraycopy(some, 0, values, from, to - from);
    }
    return values;
  }

  private double[] some(double[] vectors) {
    int size = size();
    if (vectors.length > size) {
      try {
        return density.evaluate(vectors).values();
      } catch (IllegalStateException ofOne) {
        // one by one then: what is no failure of the engine's is thrown again
      }
    }
    double[] values = new double[vectors.length / size];
    double[] gradient = new double[size];
    for (int i = 0; i < values.length; i++) {
      values[i] = evaluate(Arrays.copyOfRange(vectors, i * size, (i + 1) * size), gradient);
    }
    return values;
  }

  /** The log density of a vector of a run, with gradients. */
  NDArray value(Run run, NDArray u) {
    return density.value(run, u);
  }

  /** The latent and deterministic sites at vectors (N, D), those that are reported. */
  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // by the caller
  Samples samples(double[] vectors) {
    Samples all = density.samples(vectors);
    return reported == null ? all : all.only(reported);
  }

  /** The values of the latent sites at vectors (N, D), by name, each (N, site) row by row. */
  Map<String, double[]> latents(double[] vectors) {
    try (Run run = Run.open(config, 0)) {
      return run.withoutGradients(
          () -> {
            Map<String, double[]> values = Maps.newLinkedHashMap();
            density
                .constrain(run, vectors)
                .forEach((name, mapped) -> values.put(name, Tensors.values(mapped.value())));
            return values;
          });
    }
  }

  /** The name of a number of the vector: its site, and its place there counted from 1. */
  String name(int at) {
    long before = 0;
    for (LatentSite site : space().sites()) {
      if (at < before + site.size()) {
        return site.name() + Summary.subscript(site.unconstrained(), (int) (at - before));
      }
      before += site.size();
    }
    throw new IndexOutOfBoundsException(at);
  }

  @Override
  public void close() {
    density.close();
    store.close();
  }
}
