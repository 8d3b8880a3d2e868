package org.ppl4j.infer.mcmc;

import com.google.common.primitives.ImmutableDoubleArray;
import java.io.Serializable;
import org.ppl4j.tensor.Rng;

/**
 * Hamiltonian Monte Carlo: a trajectory of leapfrog steps from a new momentum, whose end is
 * accepted with probability min(1, exp(H(start) − H(end))).
 *
 * <p>Source: Duane, Kennedy, Pendleton and Roweth (1987); Neal (2011).
 */
final class HmcKernel implements TransitionKernel {

  /** How many steps a trajectory has. */
  @FunctionalInterface
  interface Steps extends Serializable {

    /** At this step size; at least 1. */
    int at(double stepSize);
  }

  private final Leapfrog leapfrog;
  private final Steps steps;
  private final PhasePoint start;
  private final PhasePoint end;

  HmcKernel(Leapfrog leapfrog, Steps steps) {
    this.leapfrog = leapfrog;
    this.steps = steps;
    this.start = new PhasePoint(leapfrog.size());
    this.end = new PhasePoint(leapfrog.size());
  }

  @Override
  public Transition move(ChainState state, Rng rng) {
    start.copyPlace(state);
    leapfrog.refresh(start, rng);
    end.copy(start);
    int count = steps.at(leapfrog.stepSize());
    int done = 0;
    boolean isDivergent = false;
    while (done < count && !isDivergent) {
      leapfrog.step(end, 1);
      done++;
      isDivergent = end.energy - start.energy > Transition.MOST_GAIN;
    }
    double acceptance = Math.min(1, Math.exp(start.energy - end.energy));
    boolean isAccepted = !isDivergent && rng.nextUniform() < acceptance;
    if (isAccepted) {
      state.copyPlace(end);
    }
    double energy = isAccepted ? end.energy : start.energy;
    return new Transition(
        acceptance, 0, done, isDivergent, false, energy, ImmutableDoubleArray.of());
  }
}
