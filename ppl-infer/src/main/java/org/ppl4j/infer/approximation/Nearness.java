package org.ppl4j.infer.approximation;

import com.google.common.math.StatsAccumulator;
import java.util.Arrays;
import org.ppl4j.infer.latent.LogDensity;
import org.ppl4j.tensor.Rng;

/**
 * How near a normal distribution is to a log density, by 50 draws of it.
 *
 * @param bound the evidence lower bound, the mean logarithm of a weight; −∞ or NaN if a draw lies
 *     where the density is not finite
 * @param deviation the standard deviation of that logarithm, 0 of a distribution that is the
 *     density up to a constant
 */
public record Nearness(double bound, double deviation) {

  /** A normal distribution, and how near it is. */
  public record Measured(NormalApproximation normal, Nearness nearness) {

    /** Of a log density. */
    public static Measured of(LogDensity<?> density, NormalApproximation normal, long seed) {
      return new Measured(normal, Nearness.of(density, normal, seed));
    }

    /** The one whose bound is greater by a nat; this if they are alike. */
    public Measured orBetter(Measured other) {
      return other.nearness.isBetterThan(nearness) ? other : this;
    }

    /** The one of the greater bound, by however little. */
    Measured orGreater(Measured other) {
      return other.nearness.bound > nearness.bound ? other : this;
    }

    /** Whether it is near. */
    public boolean isNear() {
      return nearness.isNear(normal.size());
    }
  }

  private static final int DRAWS = 50;

  /** In this standard deviation, times √D beyond 16 numbers. */
  private static final double NEAR = 2;

  /**
   * That of a normal distribution.
   *
   * @param seed of the draws
   */
  static Nearness of(LogDensity<?> density, NormalApproximation normal, long seed) {
    int size = normal.size();
    double[] vectors = normal.draws(Rng.of(seed, Rng.Purpose.GUIDE, 0, "nearness"), DRAWS);
    double[] gradient = new double[size];
    StatsAccumulator weights = new StatsAccumulator();
    for (int i = 0; i < DRAWS; i++) {
      double[] u = Arrays.copyOfRange(vectors, i * size, (i + 1) * size);
      boolean isThere = Arrays.stream(u).allMatch(Double::isFinite);
      double value = isThere ? density.evaluateOrNaN(u, gradient) : Double.NaN;
      weights.add(value - normal.logProb(u));
    }
    return new Nearness(weights.mean(), weights.populationStandardDeviation());
  }

  /** Whether log densities are alike but for a constant, of so many numbers. */
  private boolean isNear(int size) {
    return deviation <= NEAR * Math.max(1, Math.sqrt(size) / 4);
  }

  /** Whether its bound is greater by a nat than another. */
  private boolean isBetterThan(Nearness other) {
    return bound > other.bound + 1 || (Double.isFinite(bound) && !Double.isFinite(other.bound));
  }
}
