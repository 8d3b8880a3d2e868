package org.ppl4j.infer.sbi;

import java.util.Arrays;

/**
 * Draws of posteriors that are farther from the middle than the parameters of any simulation, each
 * beside the draws of its own data.
 *
 * <p>If the posterior is right, the parameters are like one more of their draws, so that of N
 * simulations a share of about 1 / N of the draws is farther than the farthest parameters, and one
 * of more than k / N has a chance of about exp(−k).
 */
final class Strays {

  /** So many draws are beside the parameters of each simulation. */
  static final int DRAWS = 16;

  /** So many simulations are looked at. */
  static final int MOST_SIMULATIONS = 2000;

  /** The chance that a posterior which is right has too many is exp(−5). */
  private static final double LIMIT = 5;

  private Strays() {}

  /**
   * Whether there are more than chance explains.
   *
   * @param parameters of simulations, row by row
   * @param draws of their posteriors (DRAWS, simulations, columns)
   */
  static boolean areMany(double[] parameters, double[] draws, int columns) {
    int simulations = parameters.length / columns;
    double[] distances = distances(parameters, draws, columns);
    double farthest = Arrays.stream(distances, 0, simulations).max().orElseThrow();
    long beyond =
        Arrays.stream(distances, simulations, distances.length)
            .filter(distance -> distance > farthest)
            .count();
    return beyond > LIMIT * DRAWS;
  }

  /**
   * How far each row is from the median of its simulation's, in median distances from it: of the
   * column in which that is most; the parameters first, which count as one more draw.
   */
  private static double[] distances(double[] parameters, double[] draws, int columns) {
    int simulations = parameters.length / columns;
    double[] distances = new double[(1 + DRAWS) * simulations];
    for (int i = 0; i < parameters.length; i++) {
      double[] all = new double[1 + DRAWS];
      all[0] = parameters[i];
      for (int k = 0; k < DRAWS; k++) {
        all[1 + k] = draws[k * parameters.length + i];
      }
      double middle = median(all);
      Arrays.setAll(all, k -> Math.abs(all[k] - middle));
      double typical = Math.max(median(all), Double.MIN_NORMAL);
      for (int k = 0; k <= DRAWS; k++) {
        int place = k * simulations + i / columns;
        distances[place] = Math.max(distances[place], all[k] / typical);
      }
    }
    return distances;
  }

  private static double median(double[] odd) {
    double[] sorted = odd.clone();
    Arrays.sort(sorted);
    return sorted[odd.length / 2];
  }
}
