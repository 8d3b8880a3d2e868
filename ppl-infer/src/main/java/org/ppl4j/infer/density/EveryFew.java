package org.ppl4j.infer.density;

import org.ppl4j.infer.optim.Clipping;
import org.ppl4j.infer.optim.Optimizer;

/**
 * An optimizer that moves in every so many-th step alone, and takes no notice of the others.
 *
 * @param every how many steps are one of its own
 */
record EveryFew(Optimizer optimizer, int every) implements Optimizer {

  /** Itself for 1. */
  static Optimizer of(Optimizer optimizer, int every) {
    return every == 1 ? optimizer : new EveryFew(optimizer, every);
  }

  @Override
  public int stateVectors() {
    return optimizer.stateVectors();
  }

  @Override
  public Clipping clipping() {
    return optimizer.clipping();
  }

  @Override
  public void update(
      int step, double[] parameters, double[] gradient, double[][] state, int from, int to) {
    if (step % every == 0) {
      optimizer.update(step / every, parameters, gradient, state, from, to);
    }
  }

  @Override
  public String toString() {
    return optimizer + ", in 1 of " + every + " steps";
  }
}
