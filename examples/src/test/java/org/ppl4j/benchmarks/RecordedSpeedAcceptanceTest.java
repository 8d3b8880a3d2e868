package org.ppl4j.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ppl4j.Program;
import org.ppl4j.infer.latent.LogDensity;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Recording;
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

  /** The mean of a step, in microseconds, and the engine's over it. */
  private record Times(double mean, double ratio) {}

  private static double mean(DoubleSupplier step, int steps) {
    long start = System.nanoTime();
    double sum = 0;
    for (int i = 0; i < steps; i++) {
      sum += step.getAsDouble();
    }
    assertThat(sum).isFinite();
    return (System.nanoTime() - start) / 1e3 / steps;
  }

  private static Times times(String name, FloatType floatType, int steps, int engineSteps) {
    List<Double> means = new ArrayList<>();
    List<Double> ratios = new ArrayList<>();
    try (Fit fit = PeerCases.fit(name, floatType);
        Fit engine = PeerCases.fit(name, floatType, Recording.OFF)) {
      double unused = mean(fit::step, steps) + mean(engine::step, 3 * engineSteps);
      for (int round = 0; round < ROUNDS; round++) {
        means.add(mean(fit::step, steps));
        ratios.add(mean(engine::step, engineSteps) / means.get(round));
      }
      assertThat(unused).isFinite();
    }
    Times times = new Times(Speed.middle(means), Speed.middle(ratios));
    POINT.shown(name + " " + floatType + ", microseconds", times.mean());
    return times;
  }

  private static void atMost(String name, FloatType floatType, double most) {
    POINT.atMost(name + " " + floatType, times(name, floatType, 100_000, 500).mean(), most);
  }

  private static void faster(
      String name, FloatType floatType, int steps, int engineSteps, double least) {
    double ratio = times(name, floatType, steps, engineSteps).ratio();
    POINT.atLeast("engine / " + name + " " + floatType, ratio, least);
  }

  @ParameterizedTest
  @EnumSource(FloatType.class)
  void smallModels(FloatType floatType) {
    atMost("eight_schools", floatType, 1.5);
    atMost("coin", floatType, 4);
    faster("linreg", floatType, 20_000, 500, 25);
    faster("hier", floatType, 20_000, 500, 30);
  }

  @ParameterizedTest
  @EnumSource(FloatType.class)
  void largerModels(FloatType floatType) {
    faster("loop", floatType, 20_000, 5, 500);
    faster("network", floatType, 200, 200, 1);
    ratio("logreg_sub", floatType, 10_000, 500);
    ratio("logreg", floatType, 1000, 200);
    ratio("iaf_guide", floatType, 1000, 200);
    ratio("spline_density", floatType, 400, 200);
    ratio("cond_spline", floatType, 400, 200);
    ratio("cond_spline_coupling", floatType, 200, 100);
    ratio("spline_ar_density", floatType, 100, 50);
    ratio("cond_spline_ar", floatType, 200, 100);
  }

  /** Microseconds of a log density with its gradient, at vectors that move. */
  private static <D> double density(Program<D> model, D data, int evaluations) {
    try (LogDensity<D> density = LogDensity.of(model, data, RunConfig.defaults())) {
      double[] u = density.start();
      double[] gradient = new double[u.length];
      List<Double> means = new ArrayList<>();
      for (int round = 0; round < ROUNDS + 1; round++) {
        means.add(
            mean(
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

  private static void ratio(String name, FloatType floatType, int steps, int engineSteps) {
    double ratio = times(name, floatType, steps, engineSteps).ratio();
    POINT.shown("engine / " + name + " " + floatType, ratio);
  }
}
