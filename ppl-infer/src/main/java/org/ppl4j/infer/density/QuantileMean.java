package org.ppl4j.infer.density;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.ppl4j.internal.math.Erfc;

/**
 * Means of one column by quantiles: the integral of the quantile of Φ(z) over normal z, by the rule
 * of trapezoids. A smooth map of normal noise, as a flow is, has a mean that is right to many
 * digits, however long its tail.
 */
final class QuantileMean {

  private static final int POINTS = 1000;

  /** Beyond there is a probability of 2e-9. */
  private static final double FARTHEST = 6;

  /** So many quantiles are held at once, unless those of one context are more. */
  private static final int MOST = 1 << 18;

  private static final double[] LEVELS = new double[POINTS];
  private static final double[] WEIGHTS = new double[POINTS];

  static {
    double width = 2 * FARTHEST / POINTS;
    for (int i = 0; i < POINTS; i++) {
      double z = (i + 0.5) * width - FARTHEST;
      LEVELS[i] = Erfc.of(-z * Math.sqrt(0.5)) / 2;
      WEIGHTS[i] = Math.exp(-0.5 * z * z);
    }
    double sum = Arrays.stream(WEIGHTS).sum();
    Arrays.setAll(WEIGHTS, i -> WEIGHTS[i] / sum);
  }

  private QuantileMean() {}

  /** Of a distribution given so many contexts. */
  static double[] of(RowDistribution distribution, int count, @Nullable Table contexts) {
    double[] means = new double[count];
    int batch = MOST / POINTS;
    for (int from = 0; from < count; from += batch) {
      int size = Math.min(batch, count - from);
      double[] levels = new double[size * POINTS];
      Arrays.setAll(levels, i -> LEVELS[i / size]);
      Table some = contexts == null ? null : contexts.range(from, from + size).repeated(POINTS);
      double[] at = distribution.quantile(new Tables(new Table("levels", 1, levels), some));
      for (int i = 0; i < at.length; i++) {
        means[from + i % size] += WEIGHTS[i / size] * at[i];
      }
    }
    return means;
  }
}
