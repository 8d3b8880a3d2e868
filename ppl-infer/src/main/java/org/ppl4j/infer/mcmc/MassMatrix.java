package org.ppl4j.infer.mcmc;

import org.ppl4j.tensor.Rng;

/**
 * The mass matrix M (D, D) of a Hamiltonian, known by its inverse: where that is the covariance of
 * the target, all directions look alike.
 */
interface MassMatrix {

  /**
   * The velocity M⁻¹ p.
   *
   * @param velocity to be filled
   */
  void velocity(double[] momentum, double[] velocity);

  /**
   * A draw of N(0, M).
   *
   * @param momentum to be filled
   */
  void draw(Rng rng, double[] momentum);

  /** The matrix whose momenta have the covariance that the target has under this one, M⁻¹. */
  MassMatrix inverted();
}
