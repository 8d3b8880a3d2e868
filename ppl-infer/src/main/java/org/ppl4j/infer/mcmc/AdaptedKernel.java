package org.ppl4j.infer.mcmc;

import org.ppl4j.tensor.Rng;

/**
 * A kernel that a warm-up makes fit its target.
 *
 * @param kernel moves the chain
 * @param warmup learns what it moves by
 */
record AdaptedKernel(TransitionKernel kernel, Warmup warmup) implements TransitionKernel {

  @Override
  public void begin(ChainState state, Rng rng) {
    warmup.begin(state, rng);
  }

  @Override
  public Transition move(ChainState state, Rng rng) {
    return kernel.move(state, rng);
  }

  @Override
  public boolean adapt(int iteration, ChainState state, Transition transition, Rng rng) {
    return warmup.learn(iteration, state, transition.acceptance(), rng);
  }

  @Override
  public double[] memory() {
    return warmup.memory();
  }

  @Override
  public void recall(double[] memory) {
    warmup.recall(memory);
  }

  @Override
  public double stepSize() {
    return warmup.stepSize();
  }

  @Override
  public double logWeight() {
    return warmup.logWeight();
  }
}
