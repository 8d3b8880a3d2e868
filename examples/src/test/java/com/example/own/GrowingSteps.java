package com.example.own;

import com.google.common.collect.ImmutableList;
import org.ppl4j.infer.mcmc.ChainState;
import org.ppl4j.infer.mcmc.ChainTarget;
import org.ppl4j.infer.mcmc.Transition;
import org.ppl4j.infer.mcmc.TransitionKernel;
import org.ppl4j.tensor.Rng;

/**
 * A kernel of one's own: Metropolis' steps s N(0, I), of which it learns log s, so that 0.3 of them
 * are taken, by steps that shrink (Robbins and Monro 1951).
 */
public final class GrowingSteps implements TransitionKernel {

  private static final double TAKEN = 0.3;

  private final ChainTarget target;
  private final ChainState next;
  private double logScale;

  public GrowingSteps(ChainTarget target) {
    this.target = target;
    this.next = new ChainState(target.size());
  }

  @Override
  public Transition move(ChainState state, Rng rng) {
    double square = 0;
    for (int i = 0; i < target.size(); i++) {
      double step = Math.exp(logScale) * rng.nextNormal();
      next.position()[i] = state.position()[i] + step;
      square += step * step;
    }
    target.evaluate(next);
    double odds = Math.exp(next.logDensity() - state.logDensity());
    double acceptance = Double.isNaN(odds) ? 0 : Math.min(1, odds);
    if (rng.nextUniform() < acceptance) {
      state.copyPlace(next);
    }
    return Transition.of(acceptance, 1, Math.sqrt(square));
  }

  @Override
  public boolean adapt(int iteration, ChainState state, Transition transition, Rng rng) {
    logScale += (transition.acceptance() - TAKEN) / Math.sqrt(1 + iteration);
    return false;
  }

  @Override
  public double[] memory() {
    return new double[] {logScale};
  }

  @Override
  public void recall(double[] memory) {
    logScale = memory[0];
  }

  @Override
  public double stepSize() {
    return Math.exp(logScale);
  }

  @Override
  public ImmutableList<String> statistics() {
    return ImmutableList.of("proposed__");
  }
}
