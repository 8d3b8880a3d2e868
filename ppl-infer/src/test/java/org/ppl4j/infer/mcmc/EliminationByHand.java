package org.ppl4j.infer.mcmc;

import java.util.Arrays;

/**
 * The log density of {@link EliminationModelTest} in the logarithms of its four numbers, with its
 * gradient, written down by hand: Runge and Kutta's method on the concentration and its three
 * derivatives.
 */
final class EliminationByHand extends ModelByHand {

  private static final double LOG_ROOT = 0.5 * Math.log(2 * Math.PI);
  private static final int NUMBERS = 3;

  private final double[] logs;
  private final double[] locs;
  private final int steps;
  private final double[] p = new double[NUMBERS + 1];

  /**
   * Of concentrations at times 0, 1, 2 and so on, with so many steps between two.
   *
   * @param locs of the logarithms, with deviations of 1/2: of the largest rate, of where it is
   *     halved, of the first concentration, and of the spread
   */
  EliminationByHand(double[] concentrations, double[] locs, int steps) {
    super(1 + NUMBERS);
    this.logs = Arrays.stream(concentrations).map(Math::log).toArray();
    this.locs = locs.clone();
    this.steps = steps;
  }

  @Override
  double evaluate(double[] u, double[] gradient) {
    double sum = 0;
    for (int i = 0; i <= NUMBERS; i++) {
      p[i] = Math.exp(u[i]);
      double z = (u[i] - locs[i]) / 0.5;
      sum -= z * z / 2 + Math.log(0.5) + LOG_ROOT;
      gradient[i] = -z / 0.5;
    }
    Arrays.fill(state, 0);
    state[0] = p[2];
    state[3] = 1;
    for (double log : logs) {
      double z = (log - Math.log(state[0])) / p[NUMBERS];
      sum -= z * z / 2 + u[NUMBERS] + LOG_ROOT + log;
      gradient[NUMBERS] += z * z - 1;
      for (int q = 0; q < NUMBERS; q++) {
        gradient[q] += z / p[NUMBERS] * state[1 + q] / state[0] * p[q];
      }
      for (int step = 0; step < steps; step++) {
        move(1.0 / steps);
      }
    }
    return sum;
  }

  @Override
  void rate(double[] s, double[] to) {
    double sum = p[1] + s[0];
    double share = s[0] / sum;
    double slope = -p[0] * p[1] / (sum * sum);
    to[0] = -p[0] * share;
    to[1] = slope * s[1] - share;
    to[2] = slope * s[2] + p[0] * share / sum;
    to[3] = slope * s[3];
  }
}
