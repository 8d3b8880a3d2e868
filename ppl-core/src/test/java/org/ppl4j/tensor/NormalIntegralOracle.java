package org.ppl4j.tensor;

import org.hipparchus.distribution.continuous.NormalDistribution;
import org.hipparchus.util.FastMath;

/** What {@link NormalIntegral} computes, by the normal distribution function of Hipparchus. */
final class NormalIntegralOracle {

  private static final NormalDistribution NORMAL = new NormalDistribution(0, 1);

  private NormalIntegralOracle() {}

  /** Of {@code f(t) = exp(-c t - t²/2)} from 0 to b. */
  static double value(double c, double b) {
    return FastMath.sqrt(2 * FastMath.PI) * FastMath.exp(c * c / 2) * NORMAL.probability(c, c + b);
  }

  /** By {@code f' = -(t + c) f}. */
  static double mean(double c, double b) {
    return (1 - FastMath.exp(-b * (c + b / 2))) / value(c, b) - c;
  }

  /** By {@code (t f)' = f - t (t + c) f}. */
  static double variance(double c, double b) {
    double mean = mean(c, b);
    double edge = b * FastMath.exp(-b * (c + b / 2)) / value(c, b);
    return 1 - c * mean - edge - mean * mean;
  }

  /** By the tail above, whose size is not lost beside 1. */
  static double quantile(double c, double p) {
    double above = NORMAL.cumulativeProbability(-c) - p * NORMAL.probability(c, c + 1);
    return -NORMAL.inverseCumulativeProbability(above) - c;
  }
}
