package org.ppl4j.studies.shapes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.common.collect.ImmutableList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.examples.density.PlaneDistribution;
import org.ppl4j.examples.density.TwoCircles;
import org.ppl4j.examples.density.TwoCirclesDistribution;
import org.ppl4j.examples.launcher.Reference;
import org.ppl4j.infer.report.Area;

/** The densities of distributions in the plane are those of their draws. */
class PlaneDistributionsTest {

  private static final int DRAWS = 20_000;

  private static final ImmutableList<PlaneDistribution> SHAPES =
      ImmutableList.<PlaneDistribution>builder()
          .add(new TwoCirclesDistribution())
          .addAll(PlaneDistributions.zoo())
          .build();

  private static final Map<PlaneDistribution, Grid> GRIDS = new HashMap<>();

  static List<PlaneDistribution> shapes() {
    return SHAPES;
  }

  private static Grid grid(PlaneDistribution shape) {
    return GRIDS.computeIfAbsent(shape, Grid::new);
  }

  /** A function of a point. */
  private interface Value {
    double at(double x, double y, double logDensity);
  }

  /** A density on a grid over a square far beyond its area. */
  private static final class Grid {

    /** Of which the checkerboard's edges are multiples. */
    private static final int CELLS = 320;

    private final double[] points = new double[2 * CELLS * CELLS];
    private final double[] logs;
    private final double surface;

    Grid(PlaneDistribution shape) {
      Area area = shape.area();
      double half = 1.6 * Math.max(area.right() - area.left(), area.top() - area.bottom()) / 2;
      double side = 2 * half / CELLS;
      for (int i = 0; i < CELLS; i++) {
        for (int j = 0; j < CELLS; j++) {
          int at = 2 * (i * CELLS + j);
          points[at] = (area.left() + area.right()) / 2 - half + (i + 0.5) * side;
          points[at + 1] = (area.top() + area.bottom()) / 2 - half + (j + 0.5) * side;
        }
      }
      logs = shape.logDensities(points);
      surface = side * side;
    }

    double expectation(Value value) {
      double sum = 0;
      for (int i = 0; i < logs.length; i++) {
        if (logs[i] > Double.NEGATIVE_INFINITY) {
          sum += Math.exp(logs[i]) * value.at(points[2 * i], points[2 * i + 1], logs[i]);
        }
      }
      return sum * surface;
    }
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void densityIntegratesToOne(PlaneDistribution shape) {
    assertThat(grid(shape).expectation((x, y, log) -> 1)).isCloseTo(1, within(1e-3));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void drawsHaveTheMomentsOfTheDensity(PlaneDistribution shape) {
    double[] points = shape.draw(7, DRAWS);
    Grid grid = grid(shape);
    double[] logs = shape.logDensities(points);
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
        found[i] = value.at(points[2 * i], points[2 * i + 1], logs[i]);
      }
      Reference.Moments moments = Reference.Moments.of(found);
      double error = Math.max(moments.sd() / Math.sqrt(DRAWS), 1e-3);
      assertThat((moments.mean() - grid.expectation(value)) / error)
          .as("moment %s of %s in standard errors", k, shape.name())
          .isBetween(-4.5, 4.5);
    }
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void entropyIsThatOfTheDensity(PlaneDistribution shape) {
    assertThat(shape.entropy())
        .isCloseTo(-grid(shape).expectation((x, y, log) -> log), within(2e-3));
  }

  @Test
  void trueDensityOfTheTestPointsIsTheOneThatIsKnown() {
    double[] logs = new TwoCirclesDistribution().logDensities(TwoCircles.points("test.csv"));

    assertThat(logs).hasSize(20_000);
    assertThat(Arrays.stream(logs).average().orElseThrow()).isCloseTo(-1.766, within(1e-3));
  }
}
