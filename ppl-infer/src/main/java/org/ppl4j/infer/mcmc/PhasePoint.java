package org.ppl4j.infer.mcmc;

/** A point of phase space, and what is known of it; its arrays are written again and again. */
final class PhasePoint {

  final double[] position;
  final double[] momentum;
  final double[] gradient; // of the log density
  final double[] velocity; // of the position
  double logDensity;
  double energy; // potential and kinetic; ∞ where there is no density

  PhasePoint(int size) {
    position = new double[size];
    momentum = new double[size];
    gradient = new double[size];
    velocity = new double[size];
  }

  /** Becomes the other. */
  void copy(PhasePoint other) {
    copyPlace(other);
    System.arraycopy(other.momentum, 0, momentum, 0, momentum.length);
    System.arraycopy(other.velocity, 0, velocity, 0, velocity.length);
  }

  /** Gets the other's position and energy; its motion is left out. */
  void copyPlace(PhasePoint other) {
    System.arraycopy(other.position, 0, position, 0, position.length);
    System.arraycopy(other.gradient, 0, gradient, 0, gradient.length);
    logDensity = other.logDensity;
    energy = other.energy;
  }
}
