package com.example.own;

import org.ppl4j.infer.optim.Clipping;
import org.ppl4j.infer.optim.Optimizer;

/**
 * An optimizer of one's own, which remembers gradients and follows their signs alone (Chen et al.,
 * "Symbolic discovery of optimization algorithms", 2023).
 *
 * @param rate the length of each step
 */
record Lion(double rate) implements Optimizer {

  @Override
  public int stateVectors() {
    return 1;
  }

  @Override
  public Clipping clipping() {
    return Clipping.none();
  }

  @Override
  public void update(
      int step, double[] parameters, double[] gradient, double[][] state, int from, int to) {
    double[] momentum = state[0];
    for (int i = from; i < to; i++) {
      parameters[i] -= rate * Math.signum(0.9 * momentum[i] + 0.1 * gradient[i]);
      momentum[i] = 0.99 * momentum[i] + 0.01 * gradient[i];
    }
  }
}
