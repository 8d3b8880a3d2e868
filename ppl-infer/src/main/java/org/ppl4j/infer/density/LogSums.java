package org.ppl4j.infer.density;

import java.util.Arrays;
import java.util.stream.IntStream;

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

  /**
   * The numbers themselves, as shares of the largest of their place; without places where all are 0
   * or one is NaN.
   */
  static double[][] relative(double[][] logs) {
    double[] most = new double[logs[0].length];
    Arrays.setAll(most, i -> most(logs, i));
    int[] places =
        IntStream.range(0, most.length).filter(i -> most[i] > Double.NEGATIVE_INFINITY).toArray();
    double[][] shares = new double[logs.length][places.length];
    for (int k = 0; k < logs.length; k++) {
      for (int j = 0; j < places.length; j++) {
        shares[k][j] = Math.exp(logs[k][places[j]] - most[places[j]]);
      }
    }
    return shares;
  }

  private static double most(double[][] logs, int place) {
    double most = Double.NEGATIVE_INFINITY;
    for (double[] own : logs) {
      most = Math.max(most, own[place]);
    }
    return most;
  }

  private static double of(double[][] logs, int place) {
    double max = most(logs, place);
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
