package org.ppl4j.infer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Map;
import java.util.SplittableRandom;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.Normal;
import org.ppl4j.tensor.Tensors;

/**
 * A normal posterior: intercept and slope of N(0, 1) from measurements of variance 1 at 0, 1, 2 and
 * 3. Their precisions are 5 and 15, their correlation −6 / √75.
 */
public final class MeasuredLine {

  private static final int ROWS = 4;

  public static final Program<NDArray> MODEL =
      (p, y) -> {
        NDArray intercept = p.sample("intercept", Normal.of(0, 1));
        NDArray slope = p.sample("slope", Normal.of(0, 1));
        NDArray x = p.run().create(new double[] {0, 1, 2, 3}, new Shape(ROWS));
        try (Plate rows = p.plate("rows", ROWS)) {
          p.observe("y", Normal.of(x.mul(slope).add(intercept), 1), rows.take(y));
        }
      };

  private MeasuredLine() {}

  /** Both from the prior, and measurements. */
  public static Simulated<NDArray> simulated(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double intercept = random.nextGaussian();
    double slope = random.nextGaussian();
    double[] y = new double[ROWS];
    for (int i = 0; i < ROWS; i++) {
      y[i] = intercept + slope * i + random.nextGaussian();
    }
    return Simulated.of(
        Map.of("intercept", new double[] {intercept}, "slope", new double[] {slope}),
        Tensors.vector(y));
  }
}
