package org.ppl4j.infer.mcmc;

import java.util.Arrays;

/**
 * The log density of {@link OdeModels} in the logarithms of its seven numbers, with its gradient,
 * written down by hand: Runge and Kutta's method on the states and their derivatives.
 */
final class HaresByHand extends ModelByHand {

  private static final double[] LOCS = {0.5, 0.03, 0.8, 0.03, 30, 6};
  private static final double LOG_ROOT = 0.5 * Math.log(2 * Math.PI);
  private static final int NUMBERS = 6;

  private final double[] counts;
  private final int steps;
  private final double[] p = new double[NUMBERS + 1];

  /** Of counts, hares and lynxes in turn, with so many steps a year. */
  HaresByHand(double[] counts, int steps) {
    super(2 + 2 * NUMBERS);
    this.counts = counts;
    this.steps = steps;
  }

  @Override
  double evaluate(double[] u, double[] gradient) {
    double sum = 0;
    for (int i = 0; i <= NUMBERS; i++) {
      p[i] = Math.exp(u[i]);
      double z = (u[i] - (i < NUMBERS ? Math.log(LOCS[i]) : -1)) / 0.5;
      sum -= z * z / 2 + Math.log(0.5) + LOG_ROOT;
      gradient[i] = -z / 0.5;
    }
    Arrays.fill(state, 0);
    for (int i = 0; i < 2; i++) {
      state[i] = p[4 + i];
      state[2 + NUMBERS * i + 4 + i] = 1;
    }
    for (int year = 0; year < counts.length / 2; year++) {
      for (int i = 0; i < 2; i++) {
        double z = (Math.log(counts[2 * year + i]) - Math.log(state[i])) / p[NUMBERS];
        sum -= z * z / 2 + u[NUMBERS] + LOG_ROOT + Math.log(counts[2 * year + i]);
        gradient[NUMBERS] += z * z - 1;
        for (int q = 0; q < NUMBERS; q++) {
          double slope = state[2 + NUMBERS * i + q] / state[i];
          gradient[q] += z / p[NUMBERS] * slope * p[q];
        }
      }
      for (int step = 0; step < steps; step++) {
        move(1.0 / steps);
      }
    }
    return sum;
  }

  @Override
  void rate(double[] s, double[] to) {
    double hares = s[0];
    double lynxes = s[1];
    to[0] = (p[0] - p[1] * lynxes) * hares;
    to[1] = (p[3] * hares - p[2]) * lynxes;
    double[] ofHares = {hares, -hares * lynxes, 0, 0, 0, 0};
    double[] ofLynxes = {0, 0, -lynxes, hares * lynxes, 0, 0};
    for (int q = 0; q < NUMBERS; q++) {
      double first = s[2 + q];
      double second = s[2 + NUMBERS + q];
      to[2 + q] = (p[0] - p[1] * lynxes) * first - p[1] * hares * second + ofHares[q];
      to[2 + NUMBERS + q] = p[3] * lynxes * first + (p[3] * hares - p[2]) * second + ofLynxes[q];
    }
  }
}
