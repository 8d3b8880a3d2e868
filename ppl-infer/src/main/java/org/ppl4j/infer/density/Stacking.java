package org.ppl4j.infer.density;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Weights of distributions by what rows that none was learned from say of them, so that few rows do
 * not let a complicated one in by chance: each in turn, the simplest first, is mixed in with those
 * before it if that makes the rows likelier by more than a standard error, what choosing its weight
 * gains by itself taken away. Source: Smyth and Wolpert, "Linearly combining density estimators via
 * stacking" (1999).
 */
final class Stacking {

  private static final int MAX_ROUNDS = 1000;

  /** Of an average over weights, in how many steps each goes from 0 to 1. */
  private static final int STEPS = 20;

  /** A weight that changes by less has been found. */
  private static final double STILL = 1e-6;

  /** Less than this is not worth its time. */
  private static final double LEAST_WEIGHT = 0.02;

  /** By so many standard errors rows must be likelier. */
  private static final double ERRORS = 1;

  private Stacking() {}

  /**
   * The weights, of sum 1; 0 of those that are left out.
   *
   * @param logs of each distribution, the simplest first, the log-density of each row, of all rows
   *     one time or several times with other noise
   * @param rows how many they are
   */
  static double[] weights(double[][] logs, int rows) {
    List<Integer> chosen = new ArrayList<>(List.of(0));
    double[] weights = {1};
    double[] before = logs[0];
    for (int next = 1; next < logs.length; next++) {
      List<Integer> tried = new ArrayList<>(chosen);
      tried.add(next);
      double[][] some = some(logs, tried);
      double[] found = found(some);
      double[] mixed = LogSums.of(some, found);
      if (isBetter(mixed, before, rows)) {
        chosen = tried;
        weights = found;
        before = mixed;
      }
    }
    return kept(logs, chosen, weights);
  }

  /**
   * The weights that are right on average, where all are as probable before rows are seen: of sum
   * 1, and about alike where rows do not tell distributions apart. Of few distributions. Source:
   * Cover, "Universal portfolios" (1991).
   *
   * @param logs of each distribution the log-density of each row, finite
   */
  static double[] average(double[][] logs) {
    List<double[]> all = new ArrayList<>();
    addSimplex(new double[logs.length], 0, STEPS, all);
    double[][] densities = LogSums.relative(logs);
    double[] likelihoods =
        all.stream().mapToDouble(weights -> logLikelihood(densities, weights)).toArray();
    double most = Arrays.stream(likelihoods).max().orElseThrow();
    double[] sums = new double[logs.length];
    double total = 0;
    for (int i = 0; i < likelihoods.length; i++) {
      double likelihood = Math.exp(likelihoods[i] - most);
      total += likelihood;
      for (int k = 0; k < sums.length; k++) {
        sums[k] += likelihood * all.get(i)[k];
      }
    }
    for (int k = 0; k < sums.length; k++) {
      sums[k] /= total;
    }
    return sums;
  }

  private static double logLikelihood(double[][] densities, double[] weights) {
    double sum = 0;
    for (int i = 0; i < densities[0].length; i++) {
      sum += Math.log(mixed(densities, weights, i));
    }
    return sum;
  }

  private static double mixed(double[][] densities, double[] weights, int row) {
    double mixed = 0;
    for (int k = 0; k < weights.length; k++) {
      mixed += weights[k] * densities[k][row];
    }
    return mixed;
  }

  /** All weights of sum 1 in steps; those before a place are there. */
  private static void addSimplex(double[] weights, int place, int left, List<double[]> all) {
    if (place == weights.length - 1) {
      weights[place] = (double) left / STEPS;
      all.add(weights.clone());
      return;
    }
    for (int steps = 0; steps <= left; steps++) {
      weights[place] = (double) steps / STEPS;
      addSimplex(weights, place + 1, left - steps, all);
    }
  }

  /** Without those of little weight. */
  private static double[] kept(double[][] logs, List<Integer> chosen, double[] weights) {
    List<Integer> kept = new ArrayList<>();
    for (int k = 0; k < weights.length; k++) {
      if (weights[k] >= LEAST_WEIGHT) {
        kept.add(chosen.get(k));
      }
    }
    double[] found = found(some(logs, kept));
    double[] all = new double[logs.length];
    for (int k = 0; k < found.length; k++) {
      all[kept.get(k)] = found[k];
    }
    return all;
  }

  private static double[][] some(double[][] logs, List<Integer> chosen) {
    return chosen.stream().map(k -> logs[k]).toArray(double[][]::new);
  }

  private static boolean isBetter(double[] logs, double[] before, int rows) {
    double[] gains = new double[rows];
    double times = (double) logs.length / rows;
    for (int i = 0; i < logs.length; i++) {
      gains[i % rows] += logs[i] > Double.NEGATIVE_INFINITY ? (logs[i] - before[i]) / times : 0;
    }
    double mean = Arrays.stream(gains).average().orElseThrow() - 1.0 / rows;
    double error = Standardisation.deviation(gains) / Math.sqrt(Math.max(1, rows - 1));
    return mean == Double.POSITIVE_INFINITY || mean > ERRORS * error;
  }

  /** The likeliest weights, by EM. */
  private static double[] found(double[][] logs) {
    double[] weights = new double[logs.length];
    Arrays.fill(weights, 1.0 / weights.length);
    double[][] densities = LogSums.relative(logs);
    int rows = densities[0].length;
    double change = rows > 0 ? 1 : 0;
    for (int round = 0; round < MAX_ROUNDS && change > STILL; round++) {
      double[] next = new double[weights.length];
      for (int i = 0; i < rows; i++) {
        double mixed =
            mixed(densities, weights, i); // above 0: whoever alone has a row keeps weight
        for (int k = 0; k < next.length; k++) {
          next[k] += weights[k] * densities[k][i] / mixed;
        }
      }
      change = 0;
      for (int k = 0; k < next.length; k++) {
        next[k] /= rows;
        change = Math.max(change, Math.abs(next[k] - weights[k]));
      }
      weights = next;
    }
    return weights;
  }
}
