package org.ppl4j.infer.mcmc;

import org.ppl4j.tensor.Rng;

/**
 * Random walk Metropolis: a step ε of N(0, M⁻¹), accepted with probability min(1, π(end) /
 * π(start)).
 *
 * <p>Source: Metropolis, Rosenbluth, Rosenbluth, Teller and Teller (1953).
 */
final class RandomWalkKernel implements Kernel {

  private final Leapfrog leapfrog;
  private final PhasePoint end;
  private final double[] proposal;

  RandomWalkKernel(Leapfrog leapfrog, int size) {
    this.leapfrog = leapfrog;
    this.end = new PhasePoint(size);
    this.proposal = new double[size];
  }

  @Override
  public Transition move(PhasePoint state, Rng rng) {
    leapfrog.refresh(state, rng); // a velocity of N(0, M⁻¹)
    for (int i = 0; i < proposal.length; i++) {
      proposal[i] = state.position[i] + leapfrog.stepSize() * state.velocity[i];
    }
    leapfrog.place(proposal, end);
    double acceptance =
        Double.isFinite(end.logDensity)
            ? Math.min(1, Math.exp(end.logDensity - state.logDensity))
            : 0;
    if (rng.nextUniform() < acceptance) {
      state.copyPlace(end);
    }
    state.energy = Double.NaN; // nothing moves by its energy
    return new Transition(acceptance, 0, 1, false, false);
  }
}
