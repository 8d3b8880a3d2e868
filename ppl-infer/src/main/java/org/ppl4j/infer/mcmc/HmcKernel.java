package org.ppl4j.infer.mcmc;

import org.ppl4j.tensor.Rng;

/**
 * Hamiltonian Monte Carlo: a trajectory of leapfrog steps from a new momentum, whose end is
 * accepted with probability min(1, exp(H(start) − H(end))).
 *
 * <p>Source: Duane, Kennedy, Pendleton and Roweth (1987); Neal (2011).
 */
final class HmcKernel implements Kernel {

  /** How many steps a trajectory has. */
  @FunctionalInterface
  interface Steps {

    /** At this step size; at least 1. */
    int at(double stepSize);
  }

  private final Leapfrog leapfrog;
  private final Steps steps;
  private final PhasePoint end;

  HmcKernel(Leapfrog leapfrog, int size, Steps steps) {
    this.leapfrog = leapfrog;
    this.steps = steps;
    this.end = new PhasePoint(size);
  }

  @Override
  public Transition move(PhasePoint state, Rng rng) {
    leapfrog.refresh(state, rng);
    end.copy(state);
    int count = steps.at(leapfrog.stepSize());
    int done = 0;
    boolean isDivergent = false;
    while (done < count && !isDivergent) {
      leapfrog.step(end, 1);
      done++;
      isDivergent = end.energy - state.energy > Transition.MOST_GAIN;
    }
    double acceptance = Math.min(1, Math.exp(state.energy - end.energy));
    if (!isDivergent && rng.nextUniform() < acceptance) {
      state.copyPlace(end);
    }
    return new Transition(acceptance, 0, done, isDivergent, false);
  }
}
