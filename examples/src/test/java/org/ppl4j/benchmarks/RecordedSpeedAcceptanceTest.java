package org.ppl4j.benchmarks;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ppl4j.Program;
import org.ppl4j.infer.latent.LogDensity;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.AcceptancePoint;

/**
 * The mean time of a step with default settings, its checks included, and its ratio to the step
 * that the engine makes, in turn.
 */
@Tag("acceptance")
@Tag("alone")
@Tag("recorded.3")
class RecordedSpeedAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("recorded.3");
  private static final int ROUNDS = 5;

  /** Means of a step, in microseconds. */
  @ParameterizedTest
  @CsvSource({"eight_schools, 1.5", "coin, 4"})
  void smallModels(String name, double most) throws IOException, InterruptedException {
    for (FloatType type : FloatType.values()) {
      double mean = RecordedSteps.inNewJvm(name, type, 100_000, 500).mean();
      POINT.atMost(name + " " + type, mean, most);
    }
  }

  /** The engine's time of a step over that of a step from the record. */
  @ParameterizedTest
  @CsvSource({
    "linreg, 20000, 500, 25, 25",
    "hier, 20000, 500, 30, 30",
    "loop, 20000, 5, 500, 500",
    "logreg_sub, 10000, 500, 12, 12",
    "logreg, 1000, 200, 1.5, 2.5",
    "iaf_guide, 1000, 200, 4, 4",
    "spline_density, 1000, 200, 1.5, 1.5",
    "cond_spline, 1000, 200, 1.5, 1.5",
    "cond_spline_coupling, 1000, 100, 1.5, 1.5",
    "spline_ar_density, 500, 50, 1.5, 1.5",
    "cond_spline_ar, 1000, 100, 1.5, 1.5",
    "network, 200, 200, 1, 1",
    "vae, 200, 20, 1, 1"
  })
  void besideTheEngine(String name, int steps, int ofEngine, double least64, double least32)
      throws IOException, InterruptedException {
    RecordedSteps in64 = RecordedSteps.inNewJvm(name, FloatType.FLOAT64, steps, ofEngine);
    RecordedSteps in32 = RecordedSteps.inNewJvm(name, FloatType.FLOAT32, steps, ofEngine);
    POINT.shown(name + " FLOAT64, microseconds", in64.mean());
    POINT.shown(name + " FLOAT32, microseconds", in32.mean());
    POINT.shown("engine / " + name + " FLOAT32", in32.ratio());
    POINT.atLeast("engine / " + name + " FLOAT64", in64.ratio(), least64);
    POINT.atLeast("engine / " + name + " FLOAT32", in32.ratio(), least32);
  }

  /** Microseconds of a log density with its gradient, at vectors that move. */
  private static <D> double density(Program<D> model, D data, int evaluations) {
    try (LogDensity<D> density = LogDensity.of(model, data, RunConfig.defaults())) {
      double[] u = density.start();
      double[] gradient = new double[u.length];
      List<Double> means = new ArrayList<>();
      for (int round = 0; round < ROUNDS + 1; round++) {
        means.add(
            RecordedSteps.mean(
                () -> {
                  u[0] += 1e-9;
                  return density.evaluate(u, gradient);
                },
                evaluations));
      }
      return Speed.middle(means.subList(1, means.size()));
    }
  }

  /** On one machine Stan takes 0.43, 12.2 and 323 microseconds. */
  @Test
  void logDensities() {
    try (NDManager manager = NDManager.newBaseManager()) {
      POINT.atMost(
          "log density of eight_schools, microseconds",
          density(PeerModels.EIGHT_SCHOOLS, PeerModels.schools(manager), 200_000),
          0.15);
      POINT.atMost(
          "log density of hier, microseconds",
          density(PeerModels.HIERARCHICAL, PeerData.hierarchical(manager), 20_000),
          6);
      POINT.atMost(
          "log density of logreg, microseconds",
          density(PeerModels.LOGISTIC_REGRESSION, PeerData.logisticRegression(manager), 1000),
          1.5 * 323);
    }
  }
}
