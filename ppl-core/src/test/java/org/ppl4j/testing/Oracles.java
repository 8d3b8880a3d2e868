package org.ppl4j.testing;

import java.util.function.DoubleUnaryOperator;
import org.hipparchus.distribution.IntegerDistribution;
import org.hipparchus.distribution.RealDistribution;
import org.hipparchus.distribution.continuous.AbstractRealDistribution;

/** Distributions that Hipparchus lacks, from those that it has. */
final class Oracles {

  private Oracles() {}

  /** The absolute value of a variable that is symmetric about 0. */
  static RealDistribution folded(RealDistribution symmetric) {
    return new Derived(0) {
      @Override
      public double density(double x) {
        return x < 0 ? 0 : 2 * symmetric.density(x);
      }

      @Override
      public double cumulativeProbability(double x) {
        return x < 0 ? 0 : 2 * symmetric.cumulativeProbability(x) - 1;
      }
    };
  }

  /** A distribution of whole numbers; its density is the probability. */
  static RealDistribution counts(IntegerDistribution whole) {
    return new Derived(whole.getSupportLowerBound()) {
      @Override
      public double density(double x) {
        return whole.probability((int) x);
      }

      @Override
      public double cumulativeProbability(double x) {
        return whole.cumulativeProbability((int) Math.floor(x));
      }

      @Override
      public double getNumericalMean() {
        return whole.getNumericalMean();
      }

      @Override
      public double getNumericalVariance() {
        return whole.getNumericalVariance();
      }
    };
  }

  /** loc + scale · z. */
  static RealDistribution affine(RealDistribution z, double loc, double scale) {
    return new Derived(Double.NEGATIVE_INFINITY) {
      @Override
      public double density(double x) {
        return z.density((x - loc) / scale) / scale;
      }

      @Override
      public double cumulativeProbability(double x) {
        return z.cumulativeProbability((x - loc) / scale);
      }
    };
  }

  /** By formulas of density and cdf. */
  static RealDistribution of(double lower, DoubleUnaryOperator density, DoubleUnaryOperator cdf) {
    return new Derived(lower) {
      @Override
      public double density(double x) {
        return x < lower ? 0 : density.applyAsDouble(x);
      }

      @Override
      public double cumulativeProbability(double x) {
        return x < lower ? 0 : cdf.applyAsDouble(x);
      }
    };
  }

  /** Exponential with the scale {@code left} below loc and {@code right} above it. */
  static RealDistribution twoSided(double loc, double left, double right) {
    double width = left + right;
    return of(
        Double.NEGATIVE_INFINITY,
        x -> Math.exp(x < loc ? (x - loc) / left : (loc - x) / right) / width,
        x ->
            x < loc
                ? left / width * Math.exp((x - loc) / left)
                : 1 - right / width * Math.exp((loc - x) / right));
  }

  private abstract static class Derived extends AbstractRealDistribution {

    private static final long serialVersionUID = 1;

    private final double lower;

    Derived(double lower) {
      this.lower = lower;
    }

    @Override
    public double getNumericalMean() {
      return Double.NaN;
    }

    @Override
    public double getNumericalVariance() {
      return Double.NaN;
    }

    @Override
    public double getSupportLowerBound() {
      return lower;
    }

    @Override
    public double getSupportUpperBound() {
      return Double.POSITIVE_INFINITY;
    }

    @Override
    public boolean isSupportConnected() {
      return true;
    }
  }
}
