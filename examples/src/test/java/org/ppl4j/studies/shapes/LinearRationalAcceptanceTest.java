package org.ppl4j.studies.shapes;

import ai.djl.ndarray.NDManager;
import com.google.common.math.Stats;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.examples.density.PlaneDistribution;
import org.ppl4j.examples.density.TwoCircles;
import org.ppl4j.examples.launcher.ExampleOptions;
import org.ppl4j.infer.density.Density;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.testing.AcceptancePoint;

/**
 * Linear rational splines in a stack learn what rational quadratic ones learn: the two circles, and
 * the shapes of the zoo. They would not if a layer lost the gradient in what comes from another.
 */
@Tag("acceptance")
class LinearRationalAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("trust.3");
  private static final double MOST = 0.02;

  @Test
  @Tag("trust.3")
  void stacksOfLinearRationalSplinesKeepUp() {
    ExampleOptions options = ExampleOptions.defaults().withFloatType(FloatType.FLOAT32).quietly();
    judge("two circles", TwoCircles.points("train.csv"), TwoCircles.points("test.csv"), options);
    for (PlaneDistribution shape : DensityZoo.SHAPES) {
      double[] train = shape.draw(options.seed(), DensityZoo.TRAINING_POINTS);
      double[] test = shape.draw(~options.seed(), DensityZoo.TEST_POINTS);
      judge(shape.name(), train, test, options);
    }
  }

  private static void judge(String name, double[] train, double[] test, ExampleOptions options) {
    double quadratic = learned("rational quadratic", train, test, options);
    double linear = learned("linear rational", train, test, options);
    POINT.shown("rational quadratic of " + name, quadratic);
    POINT.shown("linear rational of " + name, linear);
    POINT.atMost("rational quadratic above linear rational, " + name, quadratic - linear, MOST);
  }

  /** The mean log-density of test points under a family of the zoo. */
  static double learned(String name, double[] train, double[] test, ExampleOptions options) {
    List<DensityZoo.Family> families =
        DensityZoo.FAMILIES.stream().filter(family -> family.name().equals(name)).toList();
    try (NDManager manager = NDManager.newBaseManager();
        Density density = DensityZoo.fit(families.get(0), train, manager, options)) {
      return Stats.meanOf(DensityZoo.logDensity(density).at(test));
    }
  }
}
