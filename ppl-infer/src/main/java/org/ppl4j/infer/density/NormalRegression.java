package org.ppl4j.infer.density;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.Linalg;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;

/**
 * A number that is normal given contexts, with a mean and a logarithm of the variance that follow
 * these smoothly: what a flow can make of it that is affine given contexts, in closed form.
 *
 * <p>Both functions are sums of a {@link SmoothBasis} with normal coefficients. The mean is the
 * likeliest given the variances, and its own variance is a part of what is predicted; the variances
 * are the likeliest given the errors, each of a mean that has not seen its number. They take turns.
 * Sources: Smyth, "Generalized linear models with varying dispersion" (1989); Fisher's scoring.
 */
final class NormalRegression {

  /** Mean and variance take so many turns. */
  private static final int TURNS = 3;

  /** Steps of the variances in each, of which there are none where nothing is gained any more. */
  private static final int STEPS = 8;

  private static final int HALVINGS = 8;

  /** The deviations of slopes beforehand, of the mean and of the logarithm of the variance. */
  private static final double MEAN_PRIOR = 5;

  private static final double LOG_VARIANCE_PRIOR = 2;

  /** No error is a smaller share of the deviation of all. */
  private static final double LEAST_ERROR = 1e-6;

  private final SmoothBasis basis;
  private final double[] mean;
  private final double[] logVariance;
  private final double[] factor;

  /**
   * With these coefficients.
   *
   * @param factor L of the precision L Lᵀ of those of the mean, row by row
   */
  private NormalRegression(
      SmoothBasis basis, double[] mean, double[] logVariance, double[] factor) {
    this.basis = basis;
    this.mean = mean;
    this.logVariance = logVariance;
    this.factor = factor;
  }

  /**
   * The likeliest.
   *
   * @param numbers about in standard units
   * @param contexts one a number; null for a normal distribution
   */
  static NormalRegression of(SmoothBasis basis, double[] numbers, @Nullable Table contexts) {
    double deviation = Standardisation.deviation(numbers);
    double least = Math.max(LEAST_ERROR * deviation, Double.MIN_NORMAL);
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      return run.withoutGradients(
          () -> {
            NDArray x = basis.of(run, contexts, numbers.length);
            NDArray y = run.create(numbers, new Shape(numbers.length, 1));
            NDArray ridge = basis.ridge(run, MEAN_PRIOR);
            Spread spread = new Spread(x, basis.ridge(run, LOG_VARIANCE_PRIOR));
            NDArray logVariance = basis.constant(run, 2 * Math.log(Math.max(deviation, least)));
            NDArray mean = logVariance;
            NDArray factor = ridge;
            for (int turn = 0; turn < TURNS; turn++) {
              NDArray weights = Tensors.matMul(x, logVariance).neg().exp();
              NDArray weighted = x.mul(weights);
              factor = Linalg.cholesky(x.transpose().matMul(weighted).add(ridge));
              mean = Linalg.choleskySolve(weighted.transpose().matMul(y), factor);
              NDArray own = known(x, factor).mul(weights);
              NDArray error = y.sub(x.matMul(mean)).div(own.neg().add(1));
              logVariance = spread.of(error.square().maximum(least * least), logVariance);
            }
            return new NormalRegression(
                basis, Tensors.values(mean), Tensors.values(logVariance), Tensors.values(factor));
          });
    }
  }

  /** The variance of the mean at each row of a basis (N, F), as (N, 1). */
  private static NDArray known(NDArray x, NDArray factor) {
    return Linalg.solveTriangular(factor, x.transpose(), false)
        .square()
        .sum(new int[] {0})
        .expandDims(1);
  }

  /**
   * Finds the logarithms of variances.
   *
   * @param x the basis (N, F)
   * @param ridge (F, F)
   * @param factor L of the expected curvature, which is the same wherever one is
   */
  private record Spread(NDArray x, NDArray ridge, NDArray factor) {

    Spread(NDArray x, NDArray ridge) {
      this(x, ridge, Linalg.cholesky(x.transpose().matMul(x).div(2).add(ridge)));
    }

    /** The likeliest coefficients (F, 1) of squared errors (N, 1), from others on. */
    NDArray of(NDArray squares, NDArray start) {
      NDArray at = start;
      double cost = cost(squares, at);
      for (int step = 0; step < STEPS; step++) {
        NDArray excess = squares.mul(x.matMul(at).neg().exp()).sub(1).div(2);
        NDArray move =
            Linalg.choleskySolve(x.transpose().matMul(excess).sub(ridge.matMul(at)), factor);
        NDArray next = at.add(move);
        double of = cost(squares, next);
        for (int halving = 0; halving < HALVINGS && !(of < cost); halving++) {
          move = move.div(2);
          next = at.add(move);
          of = cost(squares, next);
        }
        if (!(of < cost)) {
          return at;
        }
        at = next;
        cost = of;
      }
      return at;
    }

    private double cost(NDArray squares, NDArray at) {
      NDArray logs = x.matMul(at);
      NDArray terms = logs.add(squares.mul(logs.neg().exp()));
      NDArray penalty = at.mul(ridge.matMul(at));
      return terms.sum().add(penalty.sum()).div(2).getDouble();
    }
  }

  /** The log-density of each number but for a constant. */
  double[] logProb(double[] numbers, @Nullable Table contexts) {
    int size = mean.length;
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      return run.withoutGradients(
          () -> {
            NDArray x = basis.of(run, contexts, numbers.length);
            NDArray y = run.create(numbers, new Shape(numbers.length, 1));
            NDArray lower = run.create(factor, new Shape(size, size));
            NDArray error = y.sub(x.matMul(run.create(mean, new Shape(size, 1))));
            NDArray variance =
                x.matMul(run.create(logVariance, new Shape(size, 1))).exp().add(known(x, lower));
            return Tensors.values(
                error.square().div(variance).add(variance.log()).div(-2).squeeze(1));
          });
    }
  }
}
