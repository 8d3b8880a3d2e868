package org.ppl4j.infer.density;

import static java.util.Objects.requireNonNull;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.infer.InterruptionException;
import org.ppl4j.infer.density.PolynomialRegressions.Kernel;
import org.ppl4j.infer.density.PolynomialRegressions.One;
import org.ppl4j.infer.density.Regressions.Order;
import org.ppl4j.internal.math.Cholesky;
import org.ppl4j.tensor.Linalg;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;

/**
 * Fits {@link PolynomialRegressions}, each number's mean by ridge regression with the kernel k(z,
 * w) = {@value #CONSTANT} + a₁ g + a₂ g² + a₃ g³, g = Σ_j s_j z_j w_j / m, of the m numbers before
 * it, and noise of variance 1: α = (K + I)⁻¹ y, whose error of a row that is left out is α_i / (K +
 * I)⁻¹_ii. The weights a are those of least such errors, of some of the rows, found by steps up and
 * down. The shares s of the numbers are 1 at first, and then go as the root mean square of the
 * mean's slope along each, while that makes the errors less: numbers that say nothing lose their
 * share. The deviations are fitted to the same errors of all rows, with a ridge chosen by fifths of
 * the rows. Cost of n rows: O(n³) for each number. Sources: Rasmussen, Williams, "Gaussian
 * processes for machine learning" (2006), sections 2.2 and 5.4.2; Radhakrishnan, Beaglehole,
 * Pandit, Belkin, "Mechanism for feature learning in neural networks and backpropagation-free
 * machine learning models" (2024), of whose matrices of mean products of slopes these are the
 * diagonals.
 */
final class PolynomialFit {

  /** Fewer rows are too few for functions so free. */
  private static final int FEWEST_ROWS = 50;

  /** More rows are not used, nor more numbers times the third power of rows. */
  private static final int MOST_ROWS = 1500;

  private static final double MOST_WORK = 1e10;

  /** Nor more to find weights. */
  private static final int MOST_TO_SEARCH = 500;

  /** More monomials of all numbers would take long, each time a density is asked for. */
  private static final int MOST_MONOMIALS = 20_000;

  private static final double CONSTANT = 100;

  private static final double[] BEGINNING = {3, 0.3, 0.3};

  /** Shares are found anew so many times at most. */
  private static final int MOST_SHARES = 2;

  /** What each number keeps of an equal share. */
  private static final double EQUAL = 0.1;

  private static final double LEAST_WEIGHT = 1e-4;
  private static final double MOST_WEIGHT = 1e6;

  /** Steps of weights, first coarse and then fine; so many rounds of each. */
  private static final double[] STEPS = {10, Math.sqrt(10)};

  private static final int ROUNDS = 3;

  /** What a step gains at least. */
  private static final double GAIN = 1e-3;

  private static final double LEAST_VARIANCE = 1e-12;
  private static final int FOLDS = 5;

  /** Of multiples and of those of squares. */
  private static final double[] NO_SLOPES = {Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY};

  private static final double[] SCALE_RIDGES = {300, 30, 3};
  private static final int NEWTON_STEPS = 12;
  private static final double LONGEST_STEP = 1;

  /** Shorter steps end the search. */
  private static final double STILL = 1e-3;

  private static final double FREE = 1e-6;

  private PolynomialFit() {}

  /**
   * Whether there are contexts, enough rows, and numbers given others have few enough monomials.
   * Without contexts they gain nothing: of red wines that are not alike others are as likely.
   */
  static boolean isOf(int rows, int contextDim, int dim) {
    long monomials = 0;
    for (int j = 0; j < dim; j++) {
      monomials += PolynomialRegressions.size(contextDim + j);
    }
    return contextDim > 0 && rows >= FEWEST_ROWS && monomials <= MOST_MONOMIALS;
  }

  /**
   * Those of rows.
   *
   * @param contextDim how many numbers are a context, the first ones
   * @param columns the rows by columns
   */
  static PolynomialRegressions of(int contextDim, Order order, double[][] columns) {
    return of(contextDim, order, columns, null);
  }

  /** Those of other rows, by the same kernels. */
  static PolynomialRegressions like(PolynomialRegressions other, double[][] columns) {
    return of(other.contextDim(), other.order(), columns, other);
  }

  private static PolynomialRegressions of(
      int contextDim, Order order, double[][] given, @Nullable PolynomialRegressions like) {
    int dim = given.length - contextDim;
    double[][] columns = given.clone();
    for (int j = 0; j < dim; j++) {
      columns[contextDim + j] = given[contextDim + order.column(j, dim)];
    }
    double[][] used = evenly(columns, (int) Math.min(MOST_ROWS, Math.cbrt(MOST_WORK / dim)));
    double[][] few = evenly(columns, MOST_TO_SEARCH);
    List<One> each = new ArrayList<>();
    Kernel kernel = Kernel.equal(0, BEGINNING);
    for (int number = 0; number < dim; number++) {
      int known = contextDim + number;
      kernel = like == null ? searched(few, known, kernel.weights()) : like.kernel(number);
      each.add(one(used, known, kernel));
    }
    return new PolynomialRegressions(
        contextDim,
        order,
        each,
        Arrays.stream(columns).mapToDouble(c -> Arrays.stream(c).min().orElseThrow()).toArray(),
        Arrays.stream(columns).mapToDouble(c -> Arrays.stream(c).max().orElseThrow()).toArray());
  }

  private static double[][] evenly(double[][] columns, int most) {
    int rows = columns[0].length;
    if (rows <= most) {
      return columns;
    }
    int[] chosen = Tables.evenly(rows, most);
    return Arrays.stream(columns)
        .map(column -> Arrays.stream(chosen).mapToDouble(i -> column[i]).toArray())
        .toArray(double[][]::new);
  }

  // --- means

  /**
   * What a kernel comes to.
   *
   * @param alpha what rows weigh
   * @param errors of each row, left out
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Ridge(double[] alpha, double[] errors) {

    double meanSquare() {
      return Arrays.stream(errors).map(e -> e * e).average().orElseThrow();
    }
  }

  /** Of the numbers of a column given those before it. */
  private static One one(double[][] columns, int known, Kernel kernel) {
    Kernel used = kernel;
    Ridge ridge = ridge(columns, known, used);
    if (ridge == null) { // no weights at all have a factor
      used = Kernel.equal(known, new double[BEGINNING.length]);
      ridge = ridge(columns, known, used);
    }
    if (ridge == null) {
      throw new IllegalStateException("polynomial regression has no factor of a unit matrix");
    }
    double[] coefficients = coefficients(columns, known, used, ridge.alpha());
    return new One(coefficients, scale(columns, known, ridge), kernel);
  }

  /** That of least errors. */
  private static Kernel searched(double[][] columns, int known, double[] beginning) {
    Kernel best = climbed(columns, known, Kernel.equal(known, beginning));
    double least = error(columns, known, best);
    for (int time = 0; time < MOST_SHARES && known > 1; time++) {
      double[] shares = shares(columns, known, best);
      if (shares == null) {
        break;
      }
      Kernel tried = climbed(columns, known, new Kernel(best.weights(), shares));
      double error = error(columns, known, tried);
      if (!(error < least * (1 - GAIN))) {
        break;
      }
      least = error;
      best = tried;
    }
    return best;
  }

  /** Of the same shares, that of weights of least errors. */
  private static Kernel climbed(double[][] columns, int known, Kernel beginning) {
    Kernel best = beginning;
    double least = error(columns, known, best);
    for (double step : STEPS) {
      boolean isBetter = true;
      for (int round = 0; round < ROUNDS && isBetter; round++) {
        isBetter = false;
        for (int k = best.weights().length - 1; k >= 0; k--) {
          for (double factor : new double[] {step, 1 / step}) {
            double[] weights = best.weights().clone();
            weights[k] *= factor;
            Kernel tried = new Kernel(weights, best.shares());
            double error =
                weights[k] < LEAST_WEIGHT || weights[k] > MOST_WEIGHT
                    ? Double.POSITIVE_INFINITY
                    : error(columns, known, tried);
            if (error < least * (1 - GAIN)) {
              least = error;
              best = tried;
              isBetter = true;
              break;
            }
          }
        }
      }
    }
    return best;
  }

  private static double error(double[][] columns, int known, Kernel kernel) {
    Ridge ridge = ridge(columns, known, kernel);
    return ridge == null ? Double.POSITIVE_INFINITY : ridge.meanSquare();
  }

  /** Null if there is no factor, up to rounding. */
  private static @Nullable Ridge ridge(double[][] columns, int known, Kernel kernel) {
    InterruptionException.check("simple distributions", null);
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray[] both =
          run.withoutGradients(
              () ->
                  solved(
                      inputs(run, columns, known, kernel), answers(run, columns, known), kernel));
      return new Ridge(Tensors.values(both[0]), Tensors.values(both[1]));
    } catch (EngineException noFactor) {
      return null;
    }
  }

  /** √s_j z_j (N, m): their products are the kernel's g, times m. */
  private static NDArray inputs(Run run, double[][] columns, int known, Kernel kernel) {
    int rows = columns[0].length;
    int width = Math.max(1, known); // a column of zeros where there is none before
    double[] z = new double[rows * width];
    for (int j = 0; j < known; j++) {
      double root = Math.sqrt(kernel.shares()[j]);
      for (int i = 0; i < rows; i++) {
        z[i * width + j] = root * columns[j][i];
      }
    }
    return run.create(z, new Shape(rows, width));
  }

  private static NDArray answers(Run run, double[][] columns, int known) {
    return run.create(columns[known], new Shape(columns[known].length, 1));
  }

  private static NDArray products(NDArray z) {
    return z.matMul(z.transpose()).div((double) z.getShape().get(1));
  }

  /** What rows weigh (N) and errors of those left out (N). */
  private static NDArray[] solved(NDArray z, NDArray y, Kernel of) {
    NDArray g = products(z);
    double[] weights = of.weights();
    NDArray kernel = g.mul(weights[2]).add(weights[1]).mul(g).add(weights[0]).mul(g).add(CONSTANT);
    NDArray unit = Tensors.run(z).eye(z.getShape().get(0));
    NDArray inverse = Linalg.solveTriangular(Linalg.cholesky(kernel.add(unit)), unit, false);
    NDArray alpha = inverse.transpose().matMul(inverse.matMul(y)).squeeze(1);
    return new NDArray[] {alpha, alpha.div(inverse.square().sum(new int[] {0}))};
  }

  /**
   * What goes as the root mean square of slopes of a kernel's mean in the rows, 1 on average; null
   * if there are no slopes.
   */
  static double @Nullable [] shares(double[][] columns, int known, Kernel kernel) {
    Ridge ridge = ridge(columns, known, kernel);
    if (ridge == null) {
      return null;
    }
    double[] squares;
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      squares =
          Tensors.values(
              run.withoutGradients(
                  () -> {
                    NDArray z = inputs(run, columns, known, kernel);
                    NDArray alpha = run.create(ridge.alpha(), new Shape(1, ridge.alpha().length));
                    return slopes(z, alpha, kernel).square().mean(new int[] {0});
                  }));
    }
    double[] roots = new double[known];
    Arrays.setAll(roots, j -> Math.sqrt(kernel.shares()[j] * squares[j]));
    double mean = Arrays.stream(roots).average().orElseThrow();
    return mean > 0 && Double.isFinite(mean)
        ? Arrays.stream(roots).map(root -> EQUAL + (1 - EQUAL) * root / mean).toArray()
        : null;
  }

  /** Of rows (N, m), those of Σ_n α_n k(z, z_n), along √s_j z_j and times m. */
  private static NDArray slopes(NDArray z, NDArray alpha, Kernel kernel) {
    NDArray g = products(z);
    double[] weights = kernel.weights();
    NDArray each = g.mul(3 * weights[2]).add(2 * weights[1]).mul(g).add(weights[0]);
    return each.mul(alpha).matMul(z);
  }

  /** Σ_n α_n k(z, z_n) as a polynomial of z. */
  private static double[] coefficients(
      double[][] columns, int known, Kernel kernel, double[] alpha) {
    double[] coefficients = new double[PolynomialRegressions.size(known)];
    double[] weights = kernel.weights();
    double[] shares = Arrays.stream(kernel.shares()).map(share -> share / known).toArray();
    for (int n = 0; n < alpha.length; n++) {
      int at = 0;
      coefficients[at++] += CONSTANT * alpha[n];
      for (int i = 0; i < known; i++) {
        double one = alpha[n] * shares[i] * columns[i][n];
        coefficients[at++] += weights[0] * one;
        for (int j = i; j < known; j++) {
          double two = one * shares[j] * columns[j][n];
          coefficients[at++] += weights[1] * orders(i, j) * two;
          for (int k = j; k < known; k++) {
            coefficients[at++] += weights[2] * orders(i, j, k) * two * shares[k] * columns[k][n];
          }
        }
      }
    }
    return coefficients;
  }

  private static int orders(int i, int j) {
    return i == j ? 1 : 2;
  }

  /** In how many orders three of i ≤ j ≤ k can come. */
  private static int orders(int i, int j, int k) {
    return i == k ? 1 : i == j || j == k ? 3 : 6;
  }

  // --- deviations

  /** By the errors of rows that are left out. */
  private static double[] scale(double[][] columns, int known, Ridge ridge) {
    double mean = ridge.meanSquare() + LEAST_VARIANCE;
    double[] ratios =
        Arrays.stream(ridge.errors()).map(e -> (e * e + LEAST_VARIANCE) / mean).toArray();
    double[][] z = new double[ratios.length][known];
    for (int i = 0; i < z.length; i++) {
      for (int j = 0; j < known; j++) {
        z[i][j] = columns[j][i];
      }
    }
    double[] ridges = NO_SLOPES;
    double least = loss(z, ratios, ridges);
    for (int kind = ridges.length - 1; kind >= 0; kind--) {
      for (double candidate : SCALE_RIDGES) {
        double[] tried = ridges.clone();
        tried[kind] = candidate;
        double loss = loss(z, ratios, tried);
        if (loss < least) {
          least = loss;
          ridges = tried;
        }
      }
    }
    double[] scale = scale(z, ratios, ridges, FOLDS);
    scale[0] = Math.log(mean);
    return scale;
  }

  /** Of all rows, each by a scale that was fitted without its fold. */
  private static double loss(double[][] z, double[] ratios, double[] ridges) {
    double loss = 0;
    for (int fold = 0; fold < FOLDS; fold++) {
      double[] found = scale(z, ratios, ridges, fold);
      for (int i = fold; i < z.length; i += FOLDS) {
        loss += loss(ratios[i], PolynomialRegressions.logRatio(z[i], found));
      }
    }
    return loss;
  }

  /** Of a square of an error by the mean one, under a normal law. */
  private static double loss(double ratio, double logVariance) {
    return 0.5 * (ratio * Math.exp(-logVariance) + logVariance);
  }

  /**
   * The likeliest, with a penalty, without the rows of a fold, by Fisher's scoring.
   *
   * @param ridges of multiples and of those of squares; there are none of such for infinite ones
   */
  private static double[] scale(double[][] z, double[] ratios, double[] ridges, int without) {
    double[] scale = new double[2 + 2 * z[0].length];
    // Of these places: 1, then in turn a number and its square.
    int[] places =
        IntStream.range(1, scale.length)
            .filter(k -> k == 1 || Double.isFinite(ridges[k % 2]))
            .toArray();
    int size = places.length;
    double[][] features = new double[z.length][size];
    for (int i = 0; i < z.length; i++) {
      double[] own = z[i];
      Arrays.setAll(features[i], f -> feature(own, places[f]));
    }
    double[] penalties =
        Arrays.stream(places).mapToDouble(k -> k == 1 ? FREE : ridges[k % 2]).toArray();
    double[] factor = Cholesky.factor(curvature(features, penalties, without), size);
    double longest = factor == null ? 0 : 1;
    for (int step = 0; step < NEWTON_STEPS && longest > STILL; step++) {
      double[] slope = new double[size];
      Arrays.setAll(slope, f -> -penalties[f] * scale[places[f]]);
      for (int i = 0; i < z.length; i++) {
        if (i % FOLDS == without) {
          continue;
        }
        double log = 0;
        for (int f = 0; f < size; f++) {
          log += features[i][f] * scale[places[f]];
        }
        double excess = ratios[i] * Math.exp(-log) - 1;
        for (int f = 0; f < size; f++) {
          slope[f] += 0.5 * excess * features[i][f];
        }
      }
      Cholesky.solve(requireNonNull(factor), slope);
      Cholesky.solveTransposed(factor, slope);
      longest = 0;
      for (int f = 0; f < size; f++) {
        longest = Math.max(longest, Math.abs(slope[f]));
        scale[places[f]] += Math.max(-LONGEST_STEP, Math.min(LONGEST_STEP, slope[f]));
      }
    }
    return scale;
  }

  /** The expected one, the same wherever a scale is; its lower triangle. */
  private static double[] curvature(double[][] features, double[] penalties, int without) {
    int size = penalties.length;
    double[] curvature = new double[size * size];
    for (int f = 0; f < size; f++) {
      curvature[f * size + f] = penalties[f];
    }
    for (int i = 0; i < features.length; i++) {
      for (int f = 0; i % FOLDS != without && f < size; f++) {
        for (int g = 0; g <= f; g++) {
          curvature[f * size + g] += 0.5 * features[i][f] * features[i][g];
        }
      }
    }
    return curvature;
  }

  /** What a place of a scale is multiplied by. */
  private static double feature(double[] z, int place) {
    if (place == 1) {
      return 1;
    }
    double number = z[place / 2 - 1];
    return place % 2 == 0 ? number : number * number - 1;
  }
}
