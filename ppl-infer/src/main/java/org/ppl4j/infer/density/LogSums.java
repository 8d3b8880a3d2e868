package org.ppl4j.infer.density;

import java.util.Arrays;

/** Logarithms of sums of numbers that are given by their logarithms. */
final class LogSums {

  private LogSums() {}

  /** Of each place, that over all arrays; NaN where one is NaN. */
  static double[] of(double[][] logs) {
    double[] sums = new double[logs[0].length];
    Arrays.setAll(sums, i -> of(logs, i));
    return sums;
  }

  /** The same of arrays that count as much as their weights say, none negative. */
  static double[] of(double[][] logs, double[] weights) {
    double[][] weighted = new double[logs.length][];
    for (int k = 0; k < logs.length; k++) {
      double log = Math.log(weights[k]);
      weighted[k] = Arrays.stream(logs[k]).map(own -> own + log).toArray();
    }
    return of(weighted);
  }

  private static double of(double[][] logs, int place) {
    double max = Double.NEGATIVE_INFINITY;
    for (double[] own : logs) {
      max = Math.max(max, own[place]);
    }
    if (Double.isInfinite(max) || logs.length == 1) {
      return max;
    }
    double sum = 0;
    for (double[] own : logs) {
      sum += Math.exp(own[place] - max);
    }
    return max + Math.log(sum);
  }
}
