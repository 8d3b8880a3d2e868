package org.ppl4j.studies.shapes;

import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.examples.density.PlaneDistribution;
import org.ppl4j.examples.launcher.ExampleOptions;
import org.ppl4j.infer.density.Density;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.testing.AcceptancePoint;

/** Two moons by residual blocks, as the zoo learns them. */
@Tag("acceptance")
@Tag("images.1")
@Tag("alone")
class ResidualZooAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("images.1");

  @Test
  void residualBlocksLearnTwoMoons() {
    PlaneDistribution moons = PlaneDistributions.moons();
    ExampleOptions options = ExampleOptions.defaults().withFloatType(FloatType.FLOAT32).quietly();
    double[] train = moons.draw(options.seed(), DensityZoo.TRAINING_POINTS);
    double[] test = moons.draw(~options.seed(), DensityZoo.TEST_POINTS);
    long began = System.nanoTime();
    try (NDManager manager = NDManager.newBaseManager();
        Density density = DensityZoo.fit(DensityZoo.RESIDUAL, train, manager, options)) {
      double minutes = (System.nanoTime() - began) / 60e9;
      double[] found = DensityZoo.logDensity(density).at(test);
      double gap = -moons.entropy() - Arrays.stream(found).average().orElseThrow();

      POINT.between("nats of two moons from their entropy", gap, -0.03, 0.2);
      POINT.atMost("minutes of two moons", minutes, 6);
    }
  }
}
