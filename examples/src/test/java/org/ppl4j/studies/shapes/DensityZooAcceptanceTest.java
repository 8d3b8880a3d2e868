package org.ppl4j.studies.shapes;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.examples.density.PlaneDistribution;
import org.ppl4j.examples.launcher.ExampleOptions;
import org.ppl4j.examples.launcher.ExampleResult;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.testing.AcceptancePoint;

/** No flow claims more than the truth, and splines come close to it. */
@Tag("acceptance")
class DensityZooAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("flows.6");
  private static final double MOST_ERRORS = 3;

  /** A density with edges cannot be met by one without. */
  private static double mostOfSplines(PlaneDistribution shape) {
    return shape.name().equals("checkerboard") ? 0.2 : 0.1;
  }

  @Test
  @Tag("flows.6")
  void flowsLearnTheZoo() {
    ExampleResult result =
        new DensityZoo(DensityZoo.SHAPES, DensityZoo.FAMILIES)
            .run(ExampleOptions.defaults().withFloatType(FloatType.FLOAT32).quietly());
    System.out.println(result.table());
    for (PlaneDistribution shape : DensityZoo.SHAPES) {
      double errors = Double.NEGATIVE_INFINITY;
      double gap = Double.NEGATIVE_INFINITY;
      for (DensityZoo.Family family : DensityZoo.FAMILIES) {
        String key = DensityZoo.key(shape, family);
        double most = result.reference().get(key).mean();
        double found = result.parameters().get(key).mean();
        double error = result.parameters().get(key).sd() / Math.sqrt(DensityZoo.TEST_POINTS);
        errors = Math.max(errors, (found - most) / error);
        if (family.isSpline()) {
          gap = Math.max(gap, most - found);
        }
      }
      POINT.atMost("standard errors above the bound, " + shape.name(), errors, MOST_ERRORS);
      POINT.atMost("largest gap of a spline, " + shape.name(), gap, mostOfSplines(shape));
    }
  }
}
