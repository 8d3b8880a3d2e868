package org.ppl4j.infer.density;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Random;
import org.ppl4j.infer.Progress;

/** Rows whose density is a normal distribution or a linear regression, and what learns them. */
final class NormalRows {

  /** Training that takes no time. */
  static final Training QUICK =
      Training.standard().steps(400).batch(128).rate(0.03).decay(0).progress(Progress.silent());

  static final DensityEstimator NORMAL =
      DensityEstimator.of(AffineFlows::normal).withoutBaselines().training(QUICK);

  static final ConditionalDensityEstimator REGRESSION =
      ConditionalDensityEstimator.of(AffineFlows::regression).withoutBaselines().training(QUICK);

  private NormalRows() {}

  /** Rows of two columns of different units: 100 + 5 z and −0.3 + 0.01 z. */
  static double[] two(int rows) {
    Random random = new Random(4);
    double[] values = new double[2 * rows];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          i % 2 == 0 ? 100 + 5 * random.nextGaussian() : -0.3 + 0.01 * random.nextGaussian();
    }
    return values;
  }

  /** The rows of so many columns. */
  static NDArray table(NDManager manager, double[] values, int columns) {
    return manager.create(values, new Shape(values.length / columns, columns));
  }
}
