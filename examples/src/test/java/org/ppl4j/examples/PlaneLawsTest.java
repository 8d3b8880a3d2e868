package org.ppl4j.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.infer.report.Area;

/** The densities of the laws in the plane are those of their draws. */
class PlaneLawsTest {

  private static final int DRAWS = 20_000;

  static List<PlaneLaw> laws() {
    return List.of(new TwoCirclesLaw());
  }

  /** A function of a point. */
  private interface Value {
    double at(double x, double y, double logDensity);
  }

  /** The integral of a function times the density, over a square far beyond the area. */
  private static double expectation(PlaneLaw law, Value value) {
    Area area = law.area();
    double half = 1.2 * Math.max(area.right() - area.left(), area.top() - area.bottom()) / 2;
    double x0 = (area.left() + area.right()) / 2 - half;
    double y0 = (area.top() + area.bottom()) / 2 - half;
    int cells = 600;
    double side = 2 * half / cells;
    double sum = 0;
    for (int i = 0; i < cells; i++) {
      for (int j = 0; j < cells; j++) {
        double x = x0 + (i + 0.5) * side;
        double y = y0 + (j + 0.5) * side;
        double log = law.logDensity(x, y);
        if (log > Double.NEGATIVE_INFINITY) {
          sum += Math.exp(log) * value.at(x, y, log) * side * side;
        }
      }
    }
    return sum;
  }

  @ParameterizedTest
  @MethodSource("laws")
  void densityIntegratesToOne(PlaneLaw law) {
    assertThat(expectation(law, (x, y, log) -> 1)).isCloseTo(1, within(1e-3));
  }

  @ParameterizedTest
  @MethodSource("laws")
  void drawsHaveTheMomentsOfTheDensity(PlaneLaw law) {
    double[] points = law.draw(7, DRAWS);
    List<Value> values =
        List.of(
            (x, y, log) -> x,
            (x, y, log) -> y,
            (x, y, log) -> x * x,
            (x, y, log) -> x * y,
            (x, y, log) -> Math.sin(3 * x) * Math.cos(2 * y),
            (x, y, log) -> log);
    for (int k = 0; k < values.size(); k++) {
      Value value = values.get(k);
      double[] found = new double[DRAWS];
      for (int i = 0; i < DRAWS; i++) {
        double x = points[2 * i];
        double y = points[2 * i + 1];
        found[i] = value.at(x, y, law.logDensity(x, y));
      }
      Reference.Moments moments = Reference.Moments.of(found);
      double error = Math.max(moments.sd() / Math.sqrt(DRAWS), 1e-3);
      assertThat((moments.mean() - expectation(law, value)) / error)
          .as("moment %s of %s in standard errors", k, law.name())
          .isBetween(-4.5, 4.5);
    }
  }

  @Test
  void trueDensityOfTheTestPointsIsTheOneThatIsKnown() {
    double[] logs = new TwoCirclesLaw().logDensities(TwoCircles.points("test.csv"));

    assertThat(logs).hasSize(20_000);
    assertThat(Arrays.stream(logs).average().orElseThrow()).isCloseTo(-1.766, within(1e-3));
  }
}
