package org.ppl4j.infer.density;

import ai.djl.ndarray.NDArray;

/**
 * How alike two rows are: a function k(x, y) by which an {@link Mmd} compares samples. It should be
 * positive definite, or conditionally so as minus the distance is; then the discrepancy is never
 * negative. If it is characteristic, as all here are, the discrepancy is 0 only where both samples
 * are of one distribution.
 *
 * <p>A kernel of one's own, such as one of features of rows, is a function of batches that is
 * differentiable in the rows.
 */
@FunctionalInterface
public interface Kernel {

  /**
   * k of each pair of rows.
   *
   * @param x {@code (*, N, D)}
   * @param y {@code (*, M, D)}, whose batch broadcasts against that of {@code x}
   * @return {@code (*, N, M)}
   */
  NDArray between(NDArray x, NDArray y);

  /**
   * This kernel with what it takes from data, such as the scale of its distances; itself unless it
   * says otherwise. A training asks for it once, of rows in standard units.
   *
   * @param rows of D numbers, one after the other
   * @param columns D
   */
  default Kernel fitted(double[] rows, int columns) {
    return this;
  }

  /**
   * The mean of exp(−|x − y|² / (2 s²)) over bandwidths s that are 1/8, 1/4, 1/2, 1 and 2 times the
   * median distance between rows, so that it sees what is as wide as the data, and what is much
   * finer. Sources: Gretton, Borgwardt, Rasch, Schölkopf and Smola, "A kernel two-sample test"
   * (2012), section 8, for the median; Li, Swersky and Zemel, "Generative moment matching networks"
   * (2015), for several bandwidths.
   */
  static Kernel gaussian() {
    return RadialKernel.gaussian();
  }

  /**
   * The mean of exp(−|x − y|² / (2 s²)) over bandwidths s, in standard units where a training
   * compares.
   *
   * @throws IllegalArgumentException if there is none, or one is not positive and finite
   */
  static Kernel gaussian(double... bandwidths) {
    return RadialKernel.gaussian(bandwidths);
  }

  /** That of {@link #inverseMultiquadric(double...)} with the bandwidths of {@link #gaussian()}. */
  static Kernel inverseMultiquadric() {
    return RadialKernel.inverseMultiquadric();
  }

  /**
   * The mean of s² / (s² + |x − y|²) over bandwidths s: its tails are heavy, so that rows draw
   * draws from afar. Source: Tolstikhin, Bousquet, Gelly and Schölkopf, "Wasserstein auto-encoders"
   * (2018), section 4.
   *
   * @throws IllegalArgumentException if there is none, or one is not positive and finite
   */
  static Kernel inverseMultiquadric(double... bandwidths) {
    return RadialKernel.inverseMultiquadric(bandwidths);
  }

  /**
   * −|x − y|, Euclidean; it has no bandwidth. Its squared discrepancy is the energy distance.
   * Source: Sejdinovic, Sriperumbudur, Gretton and Fukumizu, "Equivalence of distance-based and
   * RKHS-based statistics in hypothesis testing" (2013).
   */
  static Kernel distance() {
    return DistanceKernel.INSTANCE;
  }
}
