package org.ppl4j.infer.mcmc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.ppl4j.infer.latent.LogDensity;

/**
 * The log density of a model with a differential equation, with its gradient, written down by hand:
 * Runge and Kutta's method on the states and their derivatives.
 */
abstract class ModelByHand {

  /** The states, then their derivatives. */
  final double[] state;

  private final double[] at;
  private final double[][] rates;

  ModelByHand(int size) {
    this.state = new double[size];
    this.at = new double[size];
    this.rates = new double[4][size];
  }

  abstract double evaluate(double[] u, double[] gradient);

  abstract void rate(double[] s, double[] to);

  /** A step. */
  final void move(double h) {
    rate(state, rates[0]);
    rate(moved(rates[0], h / 2), rates[1]);
    rate(moved(rates[1], h / 2), rates[2]);
    rate(moved(rates[2], h), rates[3]);
    for (int k = 0; k < state.length; k++) {
      state[k] += h / 6 * (rates[0][k] + 2 * (rates[1][k] + rates[2][k]) + rates[3][k]);
    }
  }

  private double[] moved(double[] rate, double h) {
    for (int k = 0; k < state.length; k++) {
      at[k] = state[k] + h * rate[k];
    }
    return at;
  }

  /** That a density of the same steps is this one to rounding, where it starts. */
  final void assertIs(LogDensity<?> density) {
    double[] u = density.start();
    double[] gradient = new double[u.length];
    double[] expected = new double[u.length];

    double value = density.evaluate(u, gradient);

    double wanted = evaluate(u, expected);
    assertThat(value).isCloseTo(wanted, within(1e-10 * (1 + Math.abs(wanted))));
    for (int i = 0; i < u.length; i++) {
      assertThat(gradient[i]).isCloseTo(expected[i], within(1e-9 * (1 + Math.abs(expected[i]))));
    }
  }
}
