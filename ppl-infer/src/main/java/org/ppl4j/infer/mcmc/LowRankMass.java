package org.ppl4j.infer.mcmc;

import com.google.common.primitives.Doubles;
import java.util.Arrays;
import org.ppl4j.infer.approximation.NormalApproximation;
import org.ppl4j.tensor.Rng;

/**
 * A mass matrix whose inverse is a scaled unit matrix but for a few directions,
 *
 * <pre>{@code
 * M⁻¹ = S (I + Uᵀ (Λ − I) U) S
 * }</pre>
 *
 * <p>with scales S = diag(s), orthonormal rows U (K, D) and their variances Λ = diag(λ). A velocity
 * and a draw cost O(K D).
 */
final class LowRankMass implements MassMatrix {

  private final double[] scales; // s
  private final double[][] directions; // U
  private final double[] variances; // λ
  private final double[] stretches; // of momenta, λ^(−1/2) − 1

  /**
   * Of these, which are not copied.
   *
   * @param scales s (D), each positive
   * @param directions U (K, D), of orthonormal rows
   * @param variances λ (K), each positive
   */
  LowRankMass(double[] scales, double[][] directions, double[] variances) {
    this.scales = scales;
    this.directions = directions;
    this.variances = variances;
    this.stretches = Arrays.stream(variances).map(v -> 1 / Math.sqrt(v) - 1).toArray();
  }

  /** Of a rank and its numbers: scales, variances, directions. */
  static LowRankMass of(int rank, double[] numbers) {
    int size = (numbers.length - rank) / (rank + 1);
    double[][] directions = new double[rank][];
    for (int k = 0; k < rank; k++) {
      int from = size + rank + k * size;
      directions[k] = Arrays.copyOfRange(numbers, from, from + size);
    }
    return new LowRankMass(
        Arrays.copyOf(numbers, size), directions, Arrays.copyOfRange(numbers, size, size + rank));
  }

  /** The normal distribution around a location whose covariance is M⁻¹. */
  NormalApproximation around(double[] location) {
    return NormalApproximation.of(location, scales, directions, variances);
  }

  /** How many directions are not as the others, K. */
  int rank() {
    return variances.length;
  }

  /** The logarithm of the square root of the determinant of M⁻¹, of how much room it gives. */
  double logVolume() {
    double sum = 0;
    for (double scale : scales) {
      sum += Math.log(scale);
    }
    for (double variance : variances) {
      sum += Math.log(variance) / 2;
    }
    return sum;
  }

  @Override
  public void velocity(double[] momentum, double[] velocity) {
    for (int i = 0; i < scales.length; i++) {
      velocity[i] = scales[i] * momentum[i];
    }
    for (int k = 0; k < variances.length; k++) {
      stretch(velocity, directions[k], variances[k] - 1);
    }
    for (int i = 0; i < scales.length; i++) {
      velocity[i] *= scales[i];
    }
  }

  /** S⁻¹ (I + Uᵀ (Λ^(−1/2) − I) U) z, z of N(0, 1). */
  @Override
  public void draw(Rng rng, double[] momentum) {
    for (int i = 0; i < scales.length; i++) {
      momentum[i] = rng.nextNormal();
    }
    for (int k = 0; k < variances.length; k++) {
      stretch(momentum, directions[k], stretches[k]);
    }
    for (int i = 0; i < scales.length; i++) {
      momentum[i] /= scales[i];
    }
  }

  /** Adds so much of its part in a direction to x; the parts in others stay, being orthogonal. */
  private static void stretch(double[] x, double[] direction, double by) {
    double part = 0;
    for (int i = 0; i < x.length; i++) {
      part += direction[i] * x[i];
    }
    part *= by;
    for (int i = 0; i < x.length; i++) {
      x[i] += part * direction[i];
    }
  }

  @Override
  public MassMatrix inverted() {
    return new LowRankMass(
        Arrays.stream(scales).map(s -> 1 / s).toArray(),
        directions,
        Arrays.stream(variances).map(v -> 1 / v).toArray());
  }

  @Override
  public double[] numbers() {
    return Doubles.concat(new double[] {2 + rank()}, scales, variances, Doubles.concat(directions));
  }
}
