package org.ppl4j.infer.internal;

import java.util.Arrays;

/**
 * The generalized Pareto distribution of what exceeds a threshold: P(X > x) = (1 + k x / σ)^(−1/k),
 * exp(−x / σ) for k = 0. Moments of order 1 / k and higher do not exist.
 *
 * @param shape k
 * @param scale σ > 0
 */
public record GeneralizedPareto(double shape, double scale) {

  /** The prior of the shape counts as this many observations of {@link #PRIOR_SHAPE}. */
  private static final double PRIOR_COUNT = 10;

  private static final double PRIOR_SHAPE = 0.5;

  /**
   * The fit of Zhang and Stephens, "A new and efficient estimation method for the generalized
   * Pareto distribution" (2009): with θ = −k / σ, of which k(θ) = mean log(1 − θ x) is the
   * likeliest shape, the mean of θ under its profile likelihood on a grid of 30 + √n places. Both
   * are infinite if the excesses span more than the range of doubles.
   *
   * @param x what exceeds the threshold, ascending, at least 0, the last above 0
   */
  public static GeneralizedPareto likeliest(double[] x) {
    Unit unit = Unit.of(x, new double[] {0});
    GeneralizedPareto ofUnits = likeliestOfUnits(unit.divide(x));
    return new GeneralizedPareto(ofUnits.shape, unit.times(ofUnits.scale));
  }

  private static GeneralizedPareto likeliestOfUnits(double[] x) {
    int n = x.length;
    int places = 30 + (int) Math.sqrt(n);
    double quartile = firstPositive(x, Math.max(0, (int) (n / 4.0 + 0.5) - 1));
    double[] theta = new double[places];
    double[] logLikelihood = new double[places];
    for (int j = 0; j < places; j++) {
      theta[j] = 1 / x[n - 1] + (1 - Math.sqrt(places / (j + 0.5))) / (3 * quartile);
      double shape = likeliestShape(theta[j], x);
      logLikelihood[j] = n * (logRate(theta[j], shape, x) - shape - 1);
    }
    double max =
        Arrays.stream(logLikelihood)
            .filter(Double::isFinite)
            .max()
            .orElse(Double.NEGATIVE_INFINITY);
    double weights = 0;
    double sum = 0;
    for (int j = 0; j < places; j++) {
      if (!Double.isFinite(logLikelihood[j])) {
        continue; // beyond the range of doubles, where no likelihood is
      }
      double weight = Math.exp(logLikelihood[j] - max);
      weights += weight;
      sum += weight * theta[j];
    }
    if (weights == 0) {
      return new GeneralizedPareto(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);
    }
    double mean = sum / weights;
    double shape = likeliestShape(mean, x);
    double scale = mean == 0 ? mean(x) : -shape / mean;
    return new GeneralizedPareto(shape, scale);
  }

  /**
   * {@link #likeliest}, the shape drawn towards ½ by as much as ten observations weigh (Vehtari et
   * al. 2024, appendix G).
   *
   * @param x as there
   */
  public static GeneralizedPareto fit(double[] x) {
    GeneralizedPareto likeliest = likeliest(x);
    double shape =
        (likeliest.shape * x.length + PRIOR_COUNT * PRIOR_SHAPE) / (x.length + PRIOR_COUNT);
    return new GeneralizedPareto(shape, likeliest.scale);
  }

  /** The value at a rank, or the first after it that is above 0: the grid divides by it. */
  private static double firstPositive(double[] x, int rank) {
    int at = rank;
    while (x[at] <= 0) {
      at++;
    }
    return x[at];
  }

  private static double likeliestShape(double theta, double[] x) {
    double sum = 0;
    for (double value : x) {
      sum += Math.log1p(-theta * value);
    }
    return sum / x.length;
  }

  /** log(−θ / k) = −log σ; its limit for θ = 0. */
  private static double logRate(double theta, double shape, double[] x) {
    return theta == 0 ? -Math.log(mean(x)) : Math.log(-theta / shape);
  }

  private static double mean(double[] x) {
    return Arrays.stream(x).sum() / x.length;
  }

  /** The value below which a draw lies with probability p, from 0 to below 1. */
  public double quantile(double p) {
    double exponential = -Math.log1p(-p);
    return shape == 0 ? scale * exponential : scale * Math.expm1(shape * exponential) / shape;
  }
}
