package org.ppl4j.infer.mcmc;

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

  private final Target target;
  private final int size;
  private MassMatrix mass;
  private double stepSize = 1;
  private long gradients;

  Leapfrog(Target target, int size) {
    this.target = target;
    this.size = size;
    this.mass = DiagonalMass.unit(size);
  }

  /** How many numbers a position has. */
  int size() {
    return size;
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

  /** How many gradients were computed. */
  long gradients() {
    return gradients;
  }

  /** Puts a point at a position, the first numbers of a vector. */
  void place(double[] position, PhasePoint point) {
    System.arraycopy(position, 0, point.position, 0, size);
    evaluate(point);
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
    evaluate(point);
    kick(point, step / 2);
    weigh(point);
  }

  private static void kick(PhasePoint point, double time) {
    for (int i = 0; i < point.momentum.length; i++) {
      point.momentum[i] += time * point.gradient[i];
    }
  }

  private void evaluate(PhasePoint point) {
    gradients++;
    point.logDensity = target.evaluate(point.position, point.gradient);
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
