package org.ppl4j.infer.mcmc;

/** A place with its motion: a point of phase space. */
final class PhasePoint extends ChainState {

  final double[] momentum;
  final double[] velocity; // of the position
  double energy; // potential and kinetic; ∞ where there is no density

  PhasePoint(int size) {
    super(size);
    momentum = new double[size];
    velocity = new double[size];
  }

  /** Becomes the other. */
  void copy(PhasePoint other) {
    copyEnergy(other);
    System.arraycopy(other.momentum, 0, momentum, 0, momentum.length);
    System.arraycopy(other.velocity, 0, velocity, 0, velocity.length);
  }

  /** Gets the other's place and energy; its motion is left out. */
  void copyEnergy(PhasePoint other) {
    copyPlace(other);
    energy = other.energy;
  }
}
