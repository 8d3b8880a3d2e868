package org.ppl4j.ode;

import org.ppl4j.internal.math.PivotedFactors;

/**
 * A way by {@link Rosenbrock}. The derivatives are those of the step's equations, W k₁ = f₀ + h d
 * ∂f/∂t, W u = f₁ − k₁ and z ← z + h (k₁ + u) with W = 1 − h d ∂f/∂z: of W dk₁ = d(f₀) + h d (∂f/∂t
 * + ∂f/∂z k₁)′ and so on, where k₁ stays in the bracket that is derived, so that the same matrix
 * solves them. They are computed for steps that are kept.
 */
final class RosenbrockWay extends JavaWay {

  private final double[] factors; // of W
  private final double[] here; // the rates
  private final double[][] changesHere;
  private final double[] first; // k₁
  private final double[] second; // u = k₂ − k₁
  private final double[] third;
  private final double[] middle; // the state there
  private final double[] ofMiddle; // and its rates
  private final double[][] changesOfMiddle;
  private final double[] there;
  private final double[][] changesThere;
  private final double[][] changesAlong;
  private final double[] moved; // derivatives of k₁, then of u
  private final double[] side;
  private final double[] change;

  RosenbrockWay(Problem problem) {
    super(problem);
    int all = 1 + rate.width();
    this.factors = new double[states * (states + 1)];
    this.here = new double[states];
    this.changesHere = new double[states][all];
    this.first = new double[states];
    this.second = new double[states];
    this.third = new double[states];
    this.middle = new double[state.length];
    this.ofMiddle = new double[states];
    this.changesOfMiddle = new double[states][all];
    this.there = new double[states];
    this.changesThere = new double[states][all];
    this.changesAlong = new double[states][all];
    this.moved = new double[state.length];
    this.side = new double[state.length];
    this.change = new double[state.length];
  }

  @Override
  double[] first() {
    rate.at(time, state, here, changesHere);
    return here;
  }

  @Override
  double[] attempt(double h) {
    double share = h * Rosenbrock.D;
    for (int i = 0; i < states; i++) {
      for (int j = 0; j < states; j++) {
        factors[i * states + j] = (i == j ? 1 : 0) - share * changesHere[i][1 + j];
      }
      first[i] = here[i] + share * changesHere[i][0];
    }
    PivotedFactors.factor(factors, 0, states);
    solve(first);
    for (int i = 0; i < states; i++) {
      middle[i] = state[i] + h / 2 * first[i];
    }
    rate.at(time + h / 2, middle, ofMiddle, width > 0 ? changesOfMiddle : null);
    for (int i = 0; i < states; i++) {
      second[i] = ofMiddle[i] - first[i];
    }
    solve(second);
    for (int i = 0; i < states; i++) {
      next[i] = state[i] + h * (second[i] + first[i]);
    }
    rate.at(time + h, next, there, changesThere);
    for (int i = 0; i < states; i++) {
      third[i] =
          there[i]
              - Rosenbrock.E * (second[i] + first[i] - ofMiddle[i])
              - 2 * (first[i] - here[i])
              + share * changesHere[i][0];
    }
    solve(third);
    for (int i = 0; i < states; i++) {
      third[i] = h / 6 * (third[i] - first[i] - 2 * second[i]);
    }
    return third;
  }

  @Override
  void keep(double h) {
    if (width > 0) {
      derive(h);
    }
    System.arraycopy(there, 0, here, 0, states);
    for (int i = 0; i < states; i++) {
      System.arraycopy(changesThere[i], 0, changesHere[i], 0, changesHere[i].length);
    }
  }

  /** The derivatives after the step. */
  private void derive(double h) {
    chain(changesHere, state, moved);
    addAlong(h, 1, first);
    solveMoved();
    for (int k = states; k < state.length; k++) {
      middle[k] = state[k] + h / 2 * moved[k];
      next[k] = state[k] + h * moved[k];
      side[k] = moved[k];
    }
    chain(changesOfMiddle, middle, moved);
    for (int k = states; k < state.length; k++) {
      moved[k] -= side[k];
    }
    addAlong(h, 0, second);
    solveMoved();
    for (int k = states; k < state.length; k++) {
      next[k] += h * moved[k];
    }
  }

  /** Adds h d times how ∂f/∂t and ∂f/∂z, along a direction, change with start and parameters. */
  private void addAlong(double h, double ofTime, double[] ofStates) {
    rate.along(time, state, ofTime, ofStates, changesAlong);
    chain(changesAlong, state, change);
    for (int k = states; k < state.length; k++) {
      moved[k] += h * Rosenbrock.D * change[k];
    }
  }

  private void solveMoved() {
    for (int q = 0; q < width; q++) {
      PivotedFactors.solve(factors, states, moved, states + q, width);
    }
  }

  private void solve(double[] side) {
    PivotedFactors.solve(factors, states, side, 0, 1);
  }
}
