package org.ppl4j.benchmarks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.errorprone.annotations.MustBeClosed;
import java.util.Arrays;
import org.ppl4j.Program;
import org.ppl4j.distributions.HalfNormal;
import org.ppl4j.distributions.LogNormal;
import org.ppl4j.distributions.MultivariateNormal;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.latent.LogDensity;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Linalg;
import org.ppl4j.tensor.RunConfig;

/** Programs of which the log density and its gradient are timed, as chains evaluate them. */
public final class DensityCases {

  /** Makes a log density of data that a manager owns. */
  @FunctionalInterface
  private interface Case {
    LogDensity<?> of(NDManager manager, RunConfig config);
  }

  /** States of an autoregression, of which noise is seen. */
  private static final Program<NDArray> STATES =
      (p, y) -> {
        NDArray phi = p.sample("phi", Normal.of(0, 1));
        NDArray scale = p.sample("scale", Normal.of(0, 1)).exp();
        p.scan(
            "t",
            Math.toIntExact(y.size()),
            p.scalar(0),
            (q, t, before) -> {
              NDArray z = q.sample("z", Normal.of(0, 1));
              NDArray x = before.mul(phi).add(z.mul(scale));
              q.observe("y", Normal.of(x, 0.5), t.take(y));
              return x;
            });
      };

  /** An autoregression of data. */
  private static final Program<NDArray> LAGS =
      (p, y) -> {
        NDArray phi = p.sample("phi", Normal.of(0, 1));
        NDArray scale = p.sample("scale", Normal.of(0, 1)).exp();
        p.scan(
            "t",
            Math.toIntExact(y.size()),
            p.scalar(0),
            (q, t, before) -> {
              NDArray now = t.take(y);
              q.observe("y", Normal.of(before.mul(phi), scale), now);
              return now;
            });
      };

  /** A state of ten numbers, which is turned at each step. */
  private static final Program<NDArray> TURNS =
      (p, y) -> {
        NDArray w = p.sample("w", Normal.of(0, 1).expand(10, 10).toEvent());
        p.scan(
            "t",
            Math.toIntExact(y.size()),
            p.run().full(0.1, new Shape(10)),
            (q, t, before) -> {
              NDArray x = w.matMul(before).tanh();
              q.factor("f", x.sum().sub(t.take(y)).square().mul(-0.5));
              return x;
            });
      };

  /** A squared exponential kernel with noise. */
  private static final Program<PeerModels.Table> GAUSSIAN_PROCESS =
      (p, curve) -> {
        NDArray length = p.sample("length", LogNormal.of(0, 1));
        NDArray height = p.sample("height", LogNormal.of(0, 1));
        NDArray noise = p.sample("noise", HalfNormal.of(1));
        NDArray x = curve.x();
        NDArray apart = x.expandDims(1).sub(x.expandDims(0)).div(length);
        NDArray kernel = apart.square().mul(-0.5).exp().mul(height.square());
        NDArray own = noise.square().add(1e-6).broadcast(x.getShape());
        NDArray covariance = kernel.add(Linalg.diagonalMatrix(own));
        p.observe("y", MultivariateNormal.withCovariance(0, covariance), curve.y());
      };

  private static final ImmutableMap<String, Case> ALL =
      ImmutableMap.<String, Case>builder()
          .put(
              "eight_schools",
              (m, c) -> LogDensity.of(PeerModels.EIGHT_SCHOOLS, PeerModels.schools(m), c))
          .put(
              "hier", (m, c) -> LogDensity.of(PeerModels.HIERARCHICAL, PeerData.hierarchical(m), c))
          .put(
              "logreg",
              (m, c) ->
                  LogDensity.of(PeerModels.LOGISTIC_REGRESSION, PeerData.logisticRegression(m), c))
          .put("states", (m, c) -> LogDensity.of(STATES, numbers(m, 10_000), c))
          .put("lags", (m, c) -> LogDensity.of(LAGS, numbers(m, 10_000), c))
          .put("turns", (m, c) -> LogDensity.of(TURNS, numbers(m, 1000), c))
          .put("process_100", (m, c) -> LogDensity.of(GAUSSIAN_PROCESS, curve(m, 100), c))
          .put("process_200", (m, c) -> LogDensity.of(GAUSSIAN_PROCESS, curve(m, 200), c))
          .buildOrThrow();

  private DensityCases() {}

  /** The names of all. */
  public static ImmutableSet<String> names() {
    return ALL.keySet();
  }

  /**
   * One by its name.
   *
   * @throws IllegalArgumentException if there is no such case
   */
  @MustBeClosed
  static LogDensity<?> of(String name, FloatType floatType) {
    Case made = ALL.get(name);
    if (made == null) {
      throw new IllegalArgumentException(
          "log density '" + name + "' does not exist; use one of " + names());
    }
    try (NDManager manager = NDManager.newBaseManager()) {
      return made.of(manager, RunConfig.defaults().withFloatType(floatType));
    }
  }

  private static NDArray numbers(NDManager manager, int count) {
    return manager.create(ArrayCases.uniform(count, count));
  }

  /** A sine with noise, at places in order. */
  private static PeerModels.Table curve(NDManager manager, int points) {
    double[] noise = ArrayCases.uniform(points, points);
    double[] x = new double[points];
    double[] y = new double[points];
    Arrays.setAll(x, i -> 10.0 * (i + 0.5) / points);
    Arrays.setAll(y, i -> Math.sin(x[i]) + 0.3 * noise[i]);
    return new PeerModels.Table(manager.create(x), manager.create(y));
  }
}
