package org.ppl4j.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.ppl4j.testing.DistributionLaws.gradients;
import static org.ppl4j.testing.DistributionLaws.rng;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import java.util.List;
import org.hipparchus.distribution.RealDistribution;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;

/**
 * The derivative −(∂F/∂θ) / p of a draw that is a monotone function of one noise, F by differences
 * of the oracle's cdf, or else of the own one.
 */
final class ImplicitDerivative {

  private static final int DRAWS = 20;
  private static final double STEP = 1e-4;

  private ImplicitDerivative() {}

  static boolean exists(Run run, DistributionCase row) {
    Distribution distribution = row.in(run);
    return distribution.eventShape().dimension() == 0
        && row.atoms().length == 0
        && (row.oracle() != null || distribution.hasCdf());
  }

  static void check(Run run, DistributionCase row) {
    List<NDArray> leaves = row.repeated(run, DRAWS);
    NDArray value = row.of(run, leaves).draw(rng("path")).value();
    List<NDArray> gradients = gradients(value.sum(), leaves);
    NDArray x = value.stopGradient();
    double[] density = Tensors.values(row.in(run).logProb(x).exp());
    double[] draws = Tensors.values(x);
    int judged = 0;
    for (int which = 0; which < leaves.size(); which++) {
      double[] gradient = Tensors.values(gradients.get(which));
      int width = gradient.length / DRAWS;
      for (int at = 0; at < width; at++) {
        if (!row.isFree(which, at)) {
          continue;
        }
        double[] up = cdf(run, row, which, at, STEP, x);
        double[] down = cdf(run, row, which, at, -STEP, x);
        for (int i = 0; i < DRAWS; i++) {
          double rise = up[i] - down[i];
          // The place opposite may pass the cut of the circle, which adds a whole turn.
          double expected = -(rise - Math.rint(rise)) / (2 * STEP) / density[i];
          double own = gradient[i * width + at];
          assertThat(Math.abs(own - expected))
              .as(
                  "derivative of draw %s in parameter %s: %s, expected %s",
                  draws[i], which, own, expected)
              .isLessThan(1e-5 * Math.max(1, Math.abs(expected)));
          judged++;
        }
      }
    }
    Tally.required(judged);
  }

  private static double[] cdf(
      Run run, DistributionCase row, int which, int at, double step, NDArray x) {
    if (row.oracle() == null) {
      Distribution moved = row.of(run, row.moved(run, which, at, step));
      return Tensors.values(
          row.isCircular() ? fromOpposite(run, row, which, step, moved, x) : moved.cdf(x));
    }
    double[] parameters = row.flat();
    parameters[which] += step;
    RealDistribution oracle = row.oracle().apply(parameters);
    return Arrays.stream(Tensors.values(x)).map(oracle::cumulativeProbability).toArray();
  }

  /**
   * On a circle the probability from opposite the mean, the first parameter, where nothing passes
   * by: a cdf starts where the circle is cut, which draws do not see.
   */
  private static NDArray fromOpposite(
      Run run, DistributionCase row, int which, double step, Distribution moved, NDArray x) {
    double mean = row.flat()[0] + (which == 0 ? step : 0);
    double opposite = Math.IEEEremainder(mean + Math.PI, 2 * Math.PI);
    return moved.cdf(x).sub(moved.cdf(run.scalar(opposite)));
  }
}
