package org.ppl4j.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ppl4j.Program;
import org.ppl4j.distributions.HalfNormal;
import org.ppl4j.distributions.LogNormal;
import org.ppl4j.distributions.MultivariateNormal;
import org.ppl4j.infer.latent.LogDensity;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Linalg;
import org.ppl4j.tensor.Recording;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.AcceptancePoint;

/**
 * Regression by a Gaussian process: its log density with the gradient, recorded as it is by
 * default, and by the engine alone, in turn.
 */
@Tag("acceptance")
@Tag("alone")
@Tag("whole.3")
class GaussianProcessAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("whole.3");
  private static final int PAIRS = 15;
  private static final double MILLISECONDS = 60; // of a measurement

  private record Curve(NDArray x, NDArray y) {

    static Curve of(NDManager manager, int points) {
      SplittableRandom random = new SplittableRandom(points);
      double[] x = new double[points];
      double[] y = new double[points];
      for (int i = 0; i < points; i++) {
        x[i] = 10.0 * (i + random.nextDouble()) / points;
        y[i] = Math.sin(x[i]) + 0.6 * (random.nextDouble() - 0.5);
      }
      return new Curve(manager.create(x, new Shape(points)), manager.create(y, new Shape(points)));
    }
  }

  /** A squared exponential kernel with noise. */
  private static Program<Curve> regression(int points) {
    return (p, curve) -> {
      NDArray length = p.sample("length", LogNormal.of(0, 1));
      NDArray height = p.sample("height", LogNormal.of(0, 1));
      NDArray noise = p.sample("noise", HalfNormal.of(1));
      NDArray x = p.constant(curve.x());
      NDArray apart = x.expandDims(1).sub(x.expandDims(0)).div(length);
      NDArray kernel = apart.square().mul(-0.5).exp().mul(height.square());
      NDArray own = noise.square().add(1e-6).broadcast(new Shape(points));
      NDArray covariance = kernel.add(Linalg.diagonalMatrix(own));
      p.observe("y", MultivariateNormal.withCovariance(0, covariance), p.constant(curve.y()));
    };
  }

  /** Microseconds of an evaluation at places that move. */
  private static double time(LogDensity<Curve> density, double[] u) {
    double[] gradient = new double[u.length];
    long start = System.nanoTime();
    int times = 0;
    while (System.nanoTime() - start < 1e6 * MILLISECONDS) {
      u[0] += 1e-9;
      assertThat(density.evaluate(u, gradient)).isFinite();
      times++;
    }
    return (System.nanoTime() - start) / 1e3 / times;
  }

  /** On one machine NumPyro takes 283 to 517 microseconds for 100 points, and 2900 for 200. */
  @ParameterizedTest
  @CsvSource({"50, 0", "100, 400", "200, 2900", "500, 0"})
  void regression(int points, double numpyro) {
    for (FloatType type : FloatType.values()) {
      RunConfig config = RunConfig.defaults().withFloatType(type);
      Program<Curve> model = regression(points);
      try (NDManager manager = NDManager.newBaseManager()) {
        Curve curve = Curve.of(manager, points);
        try (LogDensity<Curve> ours = LogDensity.of(model, curve, config);
            LogDensity<Curve> engine =
                LogDensity.of(model, curve, config.withRecording(Recording.OFF))) {
          assertThat(ours.whyNotRecorded()).isEmpty();
          double[] u = ours.start();
          for (int warm = 0; warm < 10; warm++) {
            assertThat(time(ours, u)).isPositive();
          }
          List<Double> times = new ArrayList<>();
          List<Double> ratios = new ArrayList<>();
          for (int pair = 0; pair < PAIRS; pair++) {
            double recorded = time(ours, u);
            times.add(recorded);
            ratios.add(time(engine, u) / recorded);
          }
          String what = points + " points " + type;
          POINT.shown(what + ", microseconds", Speed.middle(times));
          if (numpyro > 0 && type == FloatType.FLOAT64) {
            POINT.shown(what + " / NumPyro's time", Speed.middle(times) / numpyro);
          }
          POINT.atLeast("engine / " + what, Speed.middle(ratios), 1);
        }
      }
    }
  }
}
