package org.ppl4j.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.types.DataType;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.testing.AcceptancePoint;

/**
 * Operations and speed of a step, as ratios of what runs in the same minute: the step written by
 * hand and, where {@code -Dacceptance.pyro="python /path/bench.py"} names the peers' program, Pyro
 * in its default and its JIT form.
 */
@Tag("acceptance")
@Tag("alone")
class SpeedAcceptanceTest {

  private static final Speed FLOOR = new Speed("floor.7");
  private static final Speed DISTRIBUTIONS = new Speed("distributions.8");
  private static final Speed FLOWS = new Speed("flows.8");
  private static final double MOST_OF_HAND_WRITTEN = 1.3;

  @Test
  @Tag("floor.7")
  void operationsOfEightSchools() {
    operations(FLOOR, "eight_schools", 90);
  }

  @Test
  @Tag("floor.7")
  void stepAgainstTheStepByHand() {
    for (FloatType floatType : FloatType.values()) {
      try (Fit fit = PeerCases.fit("eight_schools", floatType);
          HandWrittenEightSchools byHand =
              new HandWrittenEightSchools(DataType.valueOf(floatType.name()))) {
        List<Double> ours = new ArrayList<>();
        List<Double> theirs = new ArrayList<>();
        for (int round = 0; round < 60; round++) {
          double a = Speed.median(fit::step, 300);
          double b = Speed.median(byHand::step, 300);
          // The first rounds run before the compiler is done.
          if (round >= 40) {
            ours.add(a);
            theirs.add(b);
          }
        }
        double ratio = Speed.middle(ours) / Speed.middle(theirs);
        AcceptancePoint point = FLOOR.point();
        point.shown("eight_schools, microseconds", Speed.middle(ours));
        point.shown("eight_schools by hand, microseconds", Speed.middle(theirs));
        point.atMost("eight_schools / by hand, " + floatType, ratio, MOST_OF_HAND_WRITTEN);
      }
    }
  }

  @Test
  @Tag("floor.7")
  void stepAgainstPyro() throws Exception {
    if (FLOOR.hasPyro()) {
      FLOOR.againstPyro("eight_schools", 8);
      FLOOR.againstPyro("eight_schools", 3, "--jit");
      FLOOR.againstPyro("coin", 5);
      FLOOR.againstPyro("coin_plate", 5);
      FLOOR
          .point()
          .shown(
              "Pyro's eight_schools in float64, microseconds",
              Speed.pyro("eight_schools", "--dtype", "float64"));
    }
  }

  @Test
  @Tag("distributions.8")
  void operationsOfRegressions() {
    operations(DISTRIBUTIONS, "linreg", 90);
    operations(DISTRIBUTIONS, "hier", 130);
  }

  /** The peers' linreg_mvn is linreg's model; with AutoNormal it is the same fit. */
  @Test
  @Tag("distributions.8")
  void regressionsAgainstPyro() throws Exception {
    if (DISTRIBUTIONS.hasPyro()) {
      DISTRIBUTIONS.againstPyro("hier", 6);
      DISTRIBUTIONS.againstPyro("linreg", 5);
      DISTRIBUTIONS.againstPyro("logreg_sub", 5);
      DISTRIBUTIONS.againstPyro("logreg", 2.5);
      for (String name : List.of("hier", "linreg", "logreg_sub", "logreg")) {
        DISTRIBUTIONS.againstPyro(name, 1, "--jit");
      }
    }
  }

  /** The whole of a density by a spline coupling, of which the spline is the most. */
  @Test
  @Tag("flows.8")
  void operationsOfASplineLayer() {
    operations(FLOWS, "spline_density", 100);
  }

  /** Pyro's autoregressive spline takes D passes for a density, and one the other way round. */
  @Test
  @Tag("flows.8")
  void flowsAgainstPyro() throws Exception {
    if (FLOWS.hasPyro()) {
      FLOWS.flowAgainstPyro("spline_density", 6000, "spline_density", 1.8);
      FLOWS.flowAgainstPyro("cond_spline", 6000, "cond_spline", 1.8);
      FLOWS.flowAgainstPyro("iaf_guide", 6000, "iaf_guide", 3);
      FLOWS.flowAgainstPyro("cond_spline_coupling", 3000, "cond_spline_coupling", 2);
      FLOWS.flowAgainstPyro("spline_ar_density", 1800, "spline_ar_density", 8);
      FLOWS.flowAgainstPyro("spline_ar_density", 1800, "spline_ar_density_inv", 1.5);
      FLOWS.flowAgainstPyro("cond_spline_ar", 3000, "cond_spline_ar", 3);
    }
  }

  private static void operations(Speed speed, String name, double most) {
    try (Fit fit = PeerCases.fit(name, FloatType.FLOAT64)) {
      assertThat(fit.step()).isFinite();
      speed.point().atMost(name + " operations", fit.forwardOperations(), most);
    }
  }
}
