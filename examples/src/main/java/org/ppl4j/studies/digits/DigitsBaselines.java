package org.ppl4j.studies.digits;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.ppl4j.distributions.MultivariateNormal;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;

/** What a flow of digits has to beat: log-densities of rows, in nats. */
final class DigitsBaselines {

  /** The variance of the noise in a cell. */
  private static final double NOISE = 1.0 / 12;

  private DigitsBaselines() {}

  /**
   * Independent pixels: the histogram of each in the training rows, with one more in each level.
   */
  static double[] independent(DigitsTable train, DigitsTable test) {
    double[][] counts = new double[DigitsTable.PIXELS][DigitsTable.LEVELS];
    for (double[] levels : counts) {
      Arrays.fill(levels, 1);
    }
    for (int i = 0; i < train.rows(); i++) {
      double[] row = train.pixels(i);
      for (int j = 0; j < row.length; j++) {
        counts[j][(int) row[j]]++;
      }
    }
    double[] logs = new double[test.rows()];
    for (int i = 0; i < logs.length; i++) {
      double[] row = test.pixels(i);
      for (int j = 0; j < row.length; j++) {
        logs[i] += Math.log(counts[j][(int) row[j]] / (train.rows() + DigitsTable.LEVELS));
      }
    }
    return logs;
  }

  /**
   * The normal distribution with the means and covariances of the training rows with noise, which
   * adds a twelfth to each variance.
   *
   * @param rows with noise: (N, 64)
   */
  static double[] normal(DigitsTable train, NDArray rows) {
    try (Run run = Run.open(RunConfig.defaults(), 0);
        NDManager manager = NDManager.newBaseManager()) {
      NDArray x = run.bind(train.pixels(manager));
      NDArray mean = x.mean(new int[] {0});
      NDArray centred = x.sub(mean);
      double[] noise = new double[DigitsTable.PIXELS * DigitsTable.PIXELS];
      for (int j = 0; j < DigitsTable.PIXELS; j++) {
        noise[j * (DigitsTable.PIXELS + 1)] = NOISE;
      }
      NDArray covariance =
          Tensors.matMul(centred.transpose(), centred)
              .div(train.rows())
              .add(
                  run.bind(
                      manager.create(noise, new Shape(DigitsTable.PIXELS, DigitsTable.PIXELS))));
      return Tensors.values(
          MultivariateNormal.withCovariance(mean, covariance).on(run).logProb(run.bind(rows)));
    }
  }
}
