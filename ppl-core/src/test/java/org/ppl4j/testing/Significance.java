package org.ppl4j.testing;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.hipparchus.distribution.continuous.ChiSquaredDistribution;
import org.hipparchus.distribution.continuous.NormalDistribution;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.tensor.Tensors;

/**
 * Tests of draws at one level. The chance that a right library fails any of them is {@link
 * #ALPHA_OVER_ALL}: this is divided by more comparisons than the whole table makes (Bonferroni),
 * which acceptance counts.
 */
public final class Significance {

  /** Of failing anything, over all rows and entries together. */
  public static final double ALPHA_OVER_ALL = 1e-4;

  /** More comparisons than are made over the whole table. */
  public static final int MOST_COMPARISONS = 5000;

  private static final double ALPHA = ALPHA_OVER_ALL / MOST_COMPARISONS;

  /** 5.6: as many standard errors as leave that share outside on both sides. */
  static final double STANDARD_ERRORS =
      new NormalDistribution().inverseCumulativeProbability(1 - ALPHA / 2);

  /** Expected counts from which on χ² holds that far out. */
  private static final double LEAST_EXPECTED = 100;

  private Significance() {}

  /** The mean of independent numbers is as expected, judged by their own variance. */
  static void checkMean(String what, double[] x, double expected) {
    double mean = Arrays.stream(x).sum() / x.length;
    double variance = Arrays.stream(x).map(v -> (v - mean) * (v - mean)).sum() / x.length;
    checkMean(what, mean, expected, Math.sqrt(variance / x.length));
  }

  /** A mean with its standard error is as expected. */
  static void checkMean(String what, double mean, double expected, double error) {
    assertThat(Math.abs(mean - expected))
        .as("%s: %s, %s expected, in units of %s", what, mean, expected, error)
        .isLessThanOrEqualTo(STANDARD_ERRORS * error + 1e-12 * Math.max(1, Math.abs(expected)));
  }

  /**
   * Ascending numbers are uniform between 0 and 1: their largest distance (Kolmogorov–Smirnov) and
   * their spread, which sees a wrong scale with far fewer numbers.
   *
   * @return how many comparisons these are
   */
  static int checkUniform(double[] ascending) {
    int n = ascending.length;
    double distance = 0;
    for (int i = 0; i < n; i++) {
      double u = ascending[i];
      distance = Math.max(distance, Math.max(u - i / (double) n, (i + 1.0) / n - u));
    }
    double critical = Math.sqrt(-0.5 * Math.log(ALPHA / 2) / n);
    assertThat(distance).as("Kolmogorov–Smirnov distance").isLessThan(critical);
    double[] squares = Arrays.stream(ascending).map(u -> (u - 0.5) * (u - 0.5)).toArray();
    checkMean("variance of uniform numbers", squares, 1 / 12.0);
    return 2;
  }

  /** Counts of discrete draws fit their probabilities (χ²); the number of comparisons, 1. */
  static int checkCounts(Quadrature values, Distribution distribution, double[] draws) {
    NDArray points = values.points();
    int width = Math.toIntExact(distribution.eventShape().size());
    int n = draws.length / width;
    Map<List<Double>, Integer> seen = new HashMap<>();
    for (int i = 0; i < n; i++) {
      seen.merge(at(draws, i, width), 1, Integer::sum);
    }
    double[] support = Tensors.values(points);
    double[] logProb = Tensors.values(distribution.logProb(points));
    double statistic = 0;
    double restExpected = n;
    double restSeen = n;
    int cells = 0;
    for (int i = 0; i < logProb.length; i++) {
      double expected = n * Math.exp(logProb[i]);
      if (expected >= LEAST_EXPECTED) {
        double count = seen.getOrDefault(at(support, i, width), 0);
        statistic += (count - expected) * (count - expected) / expected;
        restExpected -= expected;
        restSeen -= count;
        cells++;
      }
    }
    if (restExpected >= LEAST_EXPECTED) {
      statistic += (restSeen - restExpected) * (restSeen - restExpected) / restExpected;
      cells++;
    } else {
      assertThat(restSeen).as("draws of rare values").isLessThan(2 * LEAST_EXPECTED);
    }
    assertThat(cells).as("values that are not rare").isGreaterThan(1);
    double critical = new ChiSquaredDistribution(cells - 1).inverseCumulativeProbability(1 - ALPHA);
    assertThat(statistic).as("χ² of draws").isLessThan(critical);
    return 1;
  }

  private static List<Double> at(double[] values, int i, int width) {
    return Arrays.stream(values, i * width, (i + 1) * width).boxed().toList();
  }
}
