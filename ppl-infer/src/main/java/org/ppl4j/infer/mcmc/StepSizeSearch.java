package org.ppl4j.infer.mcmc;

import static com.google.common.base.Preconditions.checkState;

import org.ppl4j.tensor.Rng;

/**
 * A first step size: from the one there is it doubles, or halves, until the acceptance of one step
 * from a new momentum crosses 0.8.
 *
 * <p>Source: Hoffman and Gelman (2014), algorithm 4, with Stan's 0.8 for 0.5.
 */
final class StepSizeSearch {

  private static final double CROSSED = Math.log(0.8);
  private static final double LARGEST = 1e7;
  private static final double SMALLEST = 1e-100;

  private final Leapfrog leapfrog;
  private final PhasePoint moved;

  StepSizeSearch(Leapfrog leapfrog) {
    this.leapfrog = leapfrog;
    this.moved = new PhasePoint(leapfrog.size());
  }

  /**
   * Leaves the step size in the integrator.
   *
   * @param state where the chain is
   * @throws IllegalStateException if there is none
   */
  void run(ChainState state, Rng rng) {
    boolean grows = isAccepted(state, rng);
    boolean goesOn = true;
    while (goesOn) {
      double stepSize = leapfrog.stepSize() * (grows ? 2 : 0.5);
      checkState(
          stepSize <= LARGEST,
          "steps of any length up to %s are accepted, so the log density is flat; give all latent"
              + " sites proper priors",
          LARGEST);
      checkState(
          stepSize >= SMALLEST,
          "no step is accepted, however short, so the log density is not continuous; look at sites"
              + " and factors that jump");
      leapfrog.stepSize(stepSize);
      goesOn = isAccepted(state, rng) == grows;
    }
  }

  private boolean isAccepted(ChainState state, Rng rng) {
    moved.copyPlace(state);
    leapfrog.refresh(moved, rng);
    double energy = moved.energy;
    leapfrog.step(moved, 1);
    return energy - moved.energy > CROSSED;
  }
}
