package org.ppl4j.infer.mcmc;

/**
 * The way of a chain from a start that is far out to where it can begin: steps
 *
 * <pre>{@code
 * x' = x + t S² ∇log π(x)
 * }</pre>
 *
 * <p>with the scales S of a single gradient, by which each number moves by t. The time t grows
 * while steps gain log density, and shrinks when one does not. The way ends where a step promises
 * to gain no more than some nats a number: a trajectory does that too, and this is no search for a
 * mode, which may be nowhere near the mass.
 */
final class Approach {

  private static final int MOST = 200; // gradients
  private static final double FAR = 10; // nats a number
  private static final double GAIN = 1e-4; // of what the slope promises (Armijo)
  private static final double LONGER = 2;
  private static final double SHORTER = 0.25;

  private final Leapfrog leapfrog;

  Approach(Leapfrog leapfrog) {
    this.leapfrog = leapfrog;
  }

  /**
   * Moves a chain.
   *
   * @return the mass matrix of the gradient where it ends
   */
  LowRankMass run(ChainState state) {
    int size = state.position.length;
    ChainState next = new ChainState(size);
    double[] velocity = new double[size];
    LowRankMass mass = FisherEstimate.ofGradient(state.gradient);
    double slope = slope(mass, state, velocity);
    double time = 1;
    for (int i = 0; i < MOST && time * slope > FAR * size; i++) {
      for (int k = 0; k < size; k++) {
        next.position[k] = state.position[k] + time * velocity[k];
      }
      leapfrog.target().evaluate(next);
      if (next.logDensity - state.logDensity >= GAIN * time * slope) {
        state.copyPlace(next);
        mass = FisherEstimate.ofGradient(state.gradient);
        slope = slope(mass, state, velocity);
        time *= LONGER;
      } else {
        time *= SHORTER;
      }
    }
    return mass;
  }

  /** The gain a time at first, of a velocity M⁻¹ ∇log π. */
  private static double slope(MassMatrix mass, ChainState state, double[] velocity) {
    mass.velocity(state.gradient, velocity);
    double slope = 0;
    for (int k = 0; k < velocity.length; k++) {
      slope += state.gradient[k] * velocity[k];
    }
    return slope;
  }
}
