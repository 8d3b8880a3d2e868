package org.ppl4j.testing;

import java.util.List;

/** Sums of one number a draw and an entry of a parameter, and of its square. */
final class Averages {

  private final double[] sum;
  private final double[] squares;
  private long count;

  private Averages(int width) {
    this.sum = new double[width];
    this.squares = new double[width];
  }

  /** For each parameter of a row. */
  static List<Averages> ofParameters(DistributionCase row) {
    return row.parameters().stream().map(values -> new Averages(values.length)).toList();
  }

  /** How many entries there are. */
  int width() {
    return sum.length;
  }

  /** Adds draws, {@code (draws, entries)} one after the other. */
  void add(double[] draws) {
    for (int i = 0; i < draws.length; i++) {
      sum[i % sum.length] += draws[i];
      squares[i % sum.length] += draws[i] * draws[i];
    }
    count += draws.length / sum.length;
  }

  /** The average of an entry is 0. */
  void checkZero(String what, int at) {
    double mean = sum[at] / count;
    double variance = Math.max(0, squares[at] / count - mean * mean);
    Significance.checkMean(what + " at " + at, mean, 0, Math.sqrt(variance / count));
  }
}
