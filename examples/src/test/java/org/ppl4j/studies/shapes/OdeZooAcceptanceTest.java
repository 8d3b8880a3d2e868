package org.ppl4j.studies.shapes;

import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableMap;
import com.google.common.math.Stats;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.examples.density.PlaneDistribution;
import org.ppl4j.examples.launcher.ExampleOptions;
import org.ppl4j.infer.density.Density;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.testing.AcceptancePoint;

/** How near to the shapes of the zoo continuous flows come: matched alone, and then made likely. */
@Tag("acceptance")
class OdeZooAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("ode.3");
  private static final double MOST_SECONDS = 180;

  /** The most that may be missing to the entropy; of other shapes it is shown. */
  private static final ImmutableMap<String, Double> MOST =
      ImmutableMap.of("two moons", 0.05, "eight Gaussians", 0.03);

  @Test
  @Tag("ode.3")
  @Tag("alone")
  void continuousFlowsComeNear() {
    ExampleOptions options = ExampleOptions.defaults().withFloatType(FloatType.FLOAT32).quietly();
    for (PlaneDistribution shape : DensityZoo.SHAPES) {
      double[] train = shape.draw(options.seed(), DensityZoo.TRAINING_POINTS);
      double[] test = shape.draw(~options.seed(), DensityZoo.TEST_POINTS);
      for (DensityZoo.Family family : DensityZoo.CONTINUOUS) {
        long began = System.nanoTime();
        try (NDManager manager = NDManager.newBaseManager();
            Density density = DensityZoo.fit(family, train, manager, options)) {
          double seconds = (System.nanoTime() - began) / 1e9;
          double gap = -shape.entropy() - Stats.meanOf(DensityZoo.logDensity(density).at(test));
          String what = "gap of " + DensityZoo.key(shape, family);
          Double most = MOST.get(shape.name());
          if (family.name().equals("ode") && most != null) {
            POINT.atMost(what, gap, most);
            POINT.atMost("seconds of " + DensityZoo.key(shape, family), seconds, MOST_SECONDS);
          } else {
            POINT.shown(what, gap);
            POINT.shown("seconds of " + DensityZoo.key(shape, family), seconds);
          }
        }
      }
    }
  }
}
