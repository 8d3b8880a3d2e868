package org.ppl4j.ode;

import org.jspecify.annotations.Nullable;

/**
 * A way by {@link DormandPrince}: the derivatives obey dS/dt = ∂f/∂z S + ∂f/∂(z₀, θ), and are
 * solved beside the states.
 */
final class DormandPrinceWay extends JavaWay {

  private final double[][] rates;
  private final double[] ofStates;
  private final double[] errors;
  private final double @Nullable [][] changes; // null without derivatives

  DormandPrinceWay(Problem problem) {
    super(problem);
    this.rates = new double[DormandPrince.stages() + 1][state.length];
    this.ofStates = new double[states];
    this.errors = new double[states];
    this.changes = width > 0 ? new double[states][1 + width] : null;
  }

  @Override
  double[] first() {
    evaluate(time, state, rates[0]);
    return rates[0];
  }

  private void evaluate(double at, double[] of, double[] to) {
    rate.at(at, of, ofStates, changes);
    System.arraycopy(ofStates, 0, to, 0, states);
    if (changes != null) {
      chain(changes, of, to);
    }
  }

  @Override
  double[] attempt(double h) {
    for (int stage = 0; stage < DormandPrince.stages(); stage++) {
      for (int k = 0; k < state.length; k++) {
        double sum = 0;
        for (int j = 0; j <= stage; j++) {
          sum += DormandPrince.share(stage, j) * rates[j][k];
        }
        next[k] = state[k] + h * sum;
      }
      evaluate(time + h * DormandPrince.time(stage), next, rates[stage + 1]);
    }
    for (int k = 0; k < states; k++) {
      double sum = 0;
      for (int j = 0; j < rates.length; j++) {
        sum += DormandPrince.errorShare(j) * rates[j][k];
      }
      errors[k] = h * sum;
    }
    return errors;
  }

  @Override
  void keep(double h) {
    System.arraycopy(rates[rates.length - 1], 0, rates[0], 0, state.length);
  }
}
