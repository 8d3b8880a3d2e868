package org.ppl4j.infer.mcmc;

import org.ppl4j.tensor.Rng;

/**
 * Random walk Metropolis: a step ε of N(0, M⁻¹), accepted with probability min(1, π(end) /
 * π(start)).
 *
 * <p>Source: Metropolis, Rosenbluth, Rosenbluth, Teller and Teller (1953).
 */
final class RandomWalkKernel implements TransitionKernel {

  private final Leapfrog leapfrog;
  private final PhasePoint end;

  RandomWalkKernel(Leapfrog leapfrog) {
    this.leapfrog = leapfrog;
    this.end = new PhasePoint(leapfrog.size());
  }

  @Override
  public Transition move(ChainState state, Rng rng) {
    leapfrog.refresh(end, rng); // a velocity of N(0, M⁻¹)
    for (int i = 0; i < end.position.length; i++) {
      end.position[i] = state.position[i] + leapfrog.stepSize() * end.velocity[i];
    }
    leapfrog.target().evaluate(end);
    double acceptance =
        Double.isFinite(end.logDensity)
            ? Math.min(1, Math.exp(end.logDensity - state.logDensity))
            : 0;
    if (rng.nextUniform() < acceptance) {
      state.copyPlace(end);
    }
    return Transition.of(acceptance, 1);
  }
}
