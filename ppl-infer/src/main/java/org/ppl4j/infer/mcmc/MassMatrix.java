package org.ppl4j.infer.mcmc;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import org.ppl4j.tensor.Rng;

/**
 * The mass matrix M (D, D) of a Hamiltonian, known by its inverse: where that is the covariance of
 * the target, all directions look alike. Immutable.
 */
public sealed interface MassMatrix permits DiagonalMass, DenseMass, LowRankMass {

  /**
   * The one whose inverse is diagonal, of these variances (D).
   *
   * @throws IllegalArgumentException if one is not positive and finite
   */
  static MassMatrix diagonal(double... variances) {
    for (double variance : variances) {
      checkArgument(
          variance > 0 && Double.isFinite(variance),
          "mass matrix has variance %s, but it must be positive and finite",
          variance);
    }
    return DiagonalMass.of(variances);
  }

  /**
   * The one whose inverse is this covariance (D, D), row by row; its diagonal alone if rounding has
   * left it without a Cholesky factor.
   *
   * @throws IllegalArgumentException if it is not of D² numbers
   */
  static MassMatrix dense(double[] covariance, int size) {
    checkArgument(
        covariance.length == size * size,
        "mass matrix has %s covariances, but %s numbers have %s; pass all, row by row",
        covariance.length,
        size,
        size * size);
    return DenseMass.of(covariance, size);
  }

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

  /** All of it, which {@link #of} makes the same matrix of, to the bit. */
  double[] numbers();

  /** That of these {@link #numbers}. */
  static MassMatrix of(double[] numbers) {
    double[] rest = Arrays.copyOfRange(numbers, 1, numbers.length);
    int kind = (int) numbers[0];
    return switch (kind) {
      case 0 -> DiagonalMass.of(rest);
      case 1 -> DenseMass.of(rest, (int) Math.round(Math.sqrt(rest.length)));
      default -> LowRankMass.of(kind - 2, rest);
    };
  }
}
