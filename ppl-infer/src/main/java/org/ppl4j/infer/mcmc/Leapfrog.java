package org.ppl4j.infer.mcmc;

import com.google.common.primitives.Doubles;
import java.util.Arrays;
import org.ppl4j.tensor.Rng;

/**
 * Motion of a point under the Hamiltonian H(q, p) = −log π(q) + pᵀ M⁻¹ p / 2, by the leapfrog
 * integrator with a step size ε:
 *
 * <pre>{@code
 * p ← p + ε/2 ∇log π(q),  q ← q + ε M⁻¹ p,  p ← p + ε/2 ∇log π(q)
 * }</pre>
 *
 * <p>A step costs one gradient, and makes no object.
 *
 * <p>Source: Neal, "MCMC using Hamiltonian dynamics" (2011).
 */
final class Leapfrog {

  private final ChainTarget target;
  private MassMatrix mass;
  private double stepSize = 1;

  Leapfrog(ChainTarget target) {
    this.target = target;
    this.mass = DiagonalMass.unit(target.size());
  }

  /** How many numbers a position has. */
  int size() {
    return target.size();
  }

  /** ε. */
  double stepSize() {
    return stepSize;
  }

  /** With another ε from now on. */
  void stepSize(double stepSize) {
    this.stepSize = stepSize;
  }

  /** With another M from now on. */
  void mass(MassMatrix mass) {
    this.mass = mass;
  }

  /** ε and M. */
  double[] memory() {
    return Doubles.concat(new double[] {stepSize}, mass.numbers());
  }

  /** With these ε and M from now on. */
  void recall(double[] memory) {
    stepSize = memory[0];
    mass = MassMatrix.of(Arrays.copyOfRange(memory, 1, memory.length));
  }

  /** π. */
  ChainTarget target() {
    return target;
  }

  /** Gives a point a new momentum of N(0, M). */
  void refresh(PhasePoint point, Rng rng) {
    mass.draw(rng, point.momentum);
    weigh(point);
  }

  /**
   * Moves a point by one step.
   *
   * @param direction 1 in time, −1 back
   */
  void step(PhasePoint point, int direction) {
    double step = direction * stepSize;
    kick(point, step / 2);
    mass.velocity(point.momentum, point.velocity);
    for (int i = 0; i < point.position.length; i++) {
      point.position[i] += step * point.velocity[i];
    }
    target.evaluate(point);
    kick(point, step / 2);
    weigh(point);
  }

  private static void kick(PhasePoint point, double time) {
    for (int i = 0; i < point.momentum.length; i++) {
      point.momentum[i] += time * point.gradient[i];
    }
  }

  /** Velocity and energy. */
  private void weigh(PhasePoint point) {
    mass.velocity(point.momentum, point.velocity);
    double energy = 0;
    for (int i = 0; i < point.momentum.length; i++) {
      energy += point.momentum[i] * point.velocity[i];
    }
    energy = energy / 2 - point.logDensity;
    point.energy = Double.isFinite(energy) ? energy : Double.POSITIVE_INFINITY;
  }
}
