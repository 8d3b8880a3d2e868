package org.ppl4j.infer.mcmc;

import com.google.common.math.Stats;
import java.util.Arrays;

/**
 * The estimated Bayesian fraction of missing information of a chain: how far new momenta move its
 * energy in one iteration, measured by how far it moves in all,
 *
 * <pre>{@code
 * Σ (Eₙ − Eₙ₋₁)² / Σ (Eₙ − Ē)²
 * }</pre>
 *
 * <p>Where it is small the chain walks slowly through its energies, and hardly sees the tails.
 *
 * <p>Source: Betancourt, "Diagnosing suboptimal cotangent disintegrations in Hamiltonian Monte
 * Carlo" (2016).
 */
final class Ebfmi {

  /** Below this it is too small. */
  static final double LEAST = 0.3;

  private Ebfmi() {}

  /**
   * Of these energies; NaN if they are all the same, or none.
   *
   * @param count how many of them count
   */
  static double of(double[] energies, int count) {
    if (count == 0) {
      return Double.NaN;
    }
    double moved = 0;
    for (int i = 1; i < count; i++) {
      double step = energies[i] - energies[i - 1];
      moved += step * step;
    }
    return moved / (count * Stats.of(Arrays.copyOf(energies, count)).populationVariance());
  }
}
