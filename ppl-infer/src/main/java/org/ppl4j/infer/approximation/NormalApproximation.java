package org.ppl4j.infer.approximation;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkState;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.ppl4j.tensor.Linalg;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;

/**
 * A normal distribution of the unconstrained vector u (D) of a program's latent sites, as {@link
 * LaplaceApproximation} and {@link Pathfinder} find it. A draw is made of D standard normal numbers
 * z:
 *
 * <pre>{@code
 * u = m + S (z + Q (F − I) Qᵀ z)
 * }</pre>
 *
 * <p>with the location m, a diagonal S, K ≤ D orthonormal columns Q and a regular F (K, K). So a
 * covariance of a diagonal and of low rank costs O(D K), and a full one is Q = I.
 *
 * <p>Immutable.
 */
public final class NormalApproximation {

  private static final double LOG_2_PI = Math.log(2 * Math.PI);

  private final double[] location;
  private final double[] scale; // the diagonal of S
  private final double[] basis; // Q, row by row; empty for the identity
  private final int rank; // K
  private final double[] factor; // F
  private final double[] inverse; // of F
  private final double logDet; // of the covariance

  private NormalApproximation(
      double[] location,
      double[] scale,
      double[] basis,
      double[] factor,
      double[] inverse,
      double logDet) {
    this.location = location;
    this.scale = scale;
    this.basis = basis;
    this.rank = (int) Math.round(Math.sqrt(factor.length));
    this.factor = factor;
    this.inverse = inverse;
    this.logDet = logDet;
  }

  /**
   * Of these parts.
   *
   * @param scale the diagonal of S, positive
   * @param basis Q (D, K), row by row; empty for the identity
   * @param factor F (K, K), row by row
   * @param inverse of F
   * @param logFactor the logarithm of the absolute determinant of F
   */
  static NormalApproximation of(
      double[] location,
      double[] scale,
      double[] basis,
      double[] factor,
      double[] inverse,
      double logFactor) {
    double logScale = Arrays.stream(scale).map(Math::log).sum();
    return new NormalApproximation(
        location, scale, basis, factor, inverse, 2 * (logScale + logFactor));
  }

  /**
   * Of a covariance S (I + Uᵀ (Λ − I) U) S, a scaled unit matrix but for a few directions.
   *
   * @param location (D), at least one number
   * @param scale the diagonal of S (D), positive
   * @param directions U (K, D), of orthonormal rows; none of a diagonal covariance
   * @param variances the diagonal of Λ (K), positive
   */
  public static NormalApproximation of(
      double[] location, double[] scale, double[][] directions, double[] variances) {
    int size = location.length;
    if (variances.length == 0) { // without columns Q would be the identity
      double[][] axis = new double[1][size];
      axis[0][0] = 1;
      return of(location, scale, axis, new double[] {1});
    }
    int rank = variances.length;
    double[] basis = new double[size * rank];
    double[] factor = new double[rank * rank];
    double[] inverse = new double[rank * rank];
    double logFactor = 0;
    for (int k = 0; k < rank; k++) {
      factor[k * rank + k] = Math.sqrt(variances[k]);
      inverse[k * rank + k] = 1 / Math.sqrt(variances[k]);
      logFactor += Math.log(variances[k]) / 2;
      for (int i = 0; i < size; i++) {
        basis[i * rank + k] = directions[k][i];
      }
    }
    return of(location.clone(), scale.clone(), basis, factor, inverse, logFactor);
  }

  /** The same at another location. */
  NormalApproximation at(double[] other) {
    return new NormalApproximation(other, scale, basis, factor, inverse, logDet);
  }

  /** D. */
  public int size() {
    return location.length;
  }

  /** The mean, which is the median and the mode too, (D). */
  public double[] location() {
    return location.clone();
  }

  /** The logarithm of the determinant of the covariance. */
  public double logDeterminant() {
    return logDet;
  }

  /** The diagonal of the covariance, (D). */
  public double[] variances() {
    double[] variances = new double[size()];
    for (int i = 0; i < variances.length; i++) {
      variances[i] = covariance(row(i), row(i), true) * scale[i] * scale[i];
    }
    return variances;
  }

  /** The variance of each number given all others, (D): 1 / the diagonal of the inverse. */
  public double[] conditionalVariances() {
    double[] variances = new double[size()];
    for (int i = 0; i < variances.length; i++) {
      double[] row = row(i);
      double[] turned = forth(inverse, row);
      double precision = 1 + Vectors.dot(turned, turned) - Vectors.dot(row, row);
      variances[i] = scale[i] * scale[i] / precision;
    }
    return variances;
  }

  /** The covariance (D, D), row by row: for few sites, since it is of D² numbers. */
  public double[] covariance() {
    double[][] seen = rows(row -> back(factor, row));
    return symmetric(seen, (i, j) -> scale[i] * scale[j]);
  }

  /** The inverse of the covariance (D, D), row by row: for few sites, as that is. */
  public double[] precision() {
    double[][] seen = rows(row -> forth(inverse, row));
    return symmetric(seen, (i, j) -> 1 / (scale[i] * scale[j]));
  }

  private double[][] rows(UnaryOperator<double[]> of) {
    double[][] rows = new double[size()][];
    Arrays.setAll(rows, i -> of.apply(row(i)));
    return rows;
  }

  /** Of I + Q (B Bᵀ − I) Qᵀ, by the rows of Q B, times units. */
  private double[] symmetric(double[][] seen, DoubleOfTwo units) {
    int size = size();
    double[][] rows = rows(UnaryOperator.identity());
    double[] matrix = new double[size * size];
    for (int i = 0; i < size; i++) {
      for (int j = 0; j <= i; j++) {
        double own = Vectors.dot(seen[i], seen[j]) - Vectors.dot(rows[i], rows[j]);
        double of = ((i == j ? 1 : 0) + own) * units.of(i, j);
        matrix[i * size + j] = of;
        matrix[j * size + i] = of;
      }
    }
    return matrix;
  }

  @FunctionalInterface
  private interface DoubleOfTwo {
    double of(int i, int j);
  }

  /**
   * The distribution of some of the numbers, whatever the others are.
   *
   * @param places of them in u, in the order that they are to have
   */
  public NormalApproximation marginal(int... places) {
    int size = places.length;
    double[] deviations = at(places, Arrays.stream(variances()).map(Math::sqrt).toArray());
    double[] block = block(places, covariance());
    double[] correlation = new double[size * size];
    Arrays.setAll(correlation, k -> block[k] / (deviations[k / size] * deviations[k % size]));
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      return run.withoutGradients(
          () -> {
            NDArray lower = Linalg.cholesky(run.create(correlation, new Shape(size, size)));
            NDArray back = Linalg.solveTriangular(lower, run.eye(size), false);
            double logFactor = Tensors.values(Linalg.diagonal(lower).log().sum())[0];
            return of(
                at(places, location),
                deviations,
                new double[0],
                Tensors.values(lower),
                Tensors.values(back),
                logFactor);
          });
    }
  }

  /**
   * The distribution of some of the numbers given that all others are at the location: the normal
   * distribution of them alone that is nearest, in that its own divergence is least.
   *
   * @param places of them in u, in the order that they are to have
   * @throws IllegalStateException if it is flat, beyond rounding
   */
  public NormalApproximation conditional(int... places) {
    double[] block = block(places, precision());
    Precision precision = Precision.of(RunConfig.defaults(), block, places.length);
    checkState(
        precision.flat().isEmpty(),
        "normal approximation of %s numbers is flat along some of them; start elsewhere",
        size());
    return precision.normal(at(places, location));
  }

  private static double[] at(int[] places, double[] numbers) {
    return Arrays.stream(places).mapToDouble(i -> numbers[i]).toArray();
  }

  private double[] block(int[] places, double[] matrix) {
    int size = places.length;
    double[] block = new double[size * size];
    Arrays.setAll(block, k -> matrix[places[k / size] * size() + places[k % size]]);
    return block;
  }

  /** The lower Cholesky factor of the covariance (D, D), row by row, positive on its diagonal. */
  public double[] scaleTril() {
    int size = size();
    double[] transposed = new double[size * size]; // Tᵀ = Q R makes T Tᵀ = Rᵀ R
    for (int j = 0; j < size; j++) {
      double[] axis = new double[size];
      axis[j] = 1;
      System.arraycopy(turned(factor, axis), 0, transposed, j * size, size);
    }
    double[] r;
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      r =
          run.withoutGradients(
              () -> Tensors.values(Linalg.qr(run.create(transposed, new Shape(size, size))).r()));
    }
    double[] lower = new double[size * size];
    for (int i = 0; i < size; i++) {
      for (int j = 0; j <= i; j++) {
        lower[i * size + j] = scale[i] * r[j * size + i] * Math.signum(r[j * size + j]);
      }
    }
    return lower;
  }

  /** Of I + Q (F Fᵀ − I) Qᵀ an element, by two rows of Q. */
  private double covariance(double[] a, double[] b, boolean isDiagonal) {
    return (isDiagonal ? 1 : 0) + Vectors.dot(back(factor, a), back(factor, b)) - Vectors.dot(a, b);
  }

  /**
   * Draws.
   *
   * @param noise a stream of which each draw takes D normal numbers
   * @param count how many
   * @return (count, D), row by row
   * @throws IllegalArgumentException if the count is negative
   */
  public double[] draws(Rng noise, int count) {
    checkArgument(count >= 0, "normal approximation is asked for %s draws; ask for some", count);
    int size = size();
    double[] draws = new double[count * size];
    double[] z = new double[size];
    for (int i = 0; i < count; i++) {
      Arrays.setAll(z, j -> noise.nextNormal());
      double[] turned = turned(factor, z);
      for (int j = 0; j < size; j++) {
        draws[i * size + j] = location[j] + scale[j] * turned[j];
      }
    }
    return draws;
  }

  /**
   * The log density at a vector.
   *
   * @param u (D)
   * @throws IllegalArgumentException if it has another number of elements
   */
  public double logProb(double[] u) {
    checkArgument(
        u.length == size(),
        "vector of a normal approximation has %s numbers, but it is of %s; pass so many",
        u.length,
        size());
    double distance = distance(u);
    return -(distance * distance + logDet + size() * LOG_2_PI) / 2;
  }

  /** How many standard deviations a vector is from the location, along the way there. */
  double distance(double[] u) {
    double[] z = Vectors.minus(u, location);
    for (int i = 0; i < z.length; i++) {
      z[i] /= scale[i];
    }
    return Vectors.norm(turned(inverse, z));
  }

  /** The covariance times a vector. */
  double[] times(double[] v) {
    double[] scaled = v.clone();
    multiply(scaled);
    double[] seen = seen(scaled);
    double[] back = back(factor, seen);
    double[] there = forth(factor, back);
    double[] product = spread(Vectors.minus(there, seen));
    Vectors.add(product, 1, scaled);
    multiply(product);
    return product;
  }

  private void multiply(double[] v) {
    for (int i = 0; i < v.length; i++) {
      v[i] *= scale[i];
    }
  }

  /** {@code z + Q (matrix − I) Qᵀ z}. */
  private double[] turned(double[] matrix, double[] z) {
    double[] seen = seen(z);
    double[] turned = spread(Vectors.minus(forth(matrix, seen), seen));
    Vectors.add(turned, 1, z);
    return turned;
  }

  /** Qᵀ z. */
  private double[] seen(double[] z) {
    if (basis.length == 0) {
      return z;
    }
    double[] seen = new double[rank];
    for (int i = 0; i < z.length; i++) {
      for (int k = 0; k < rank; k++) {
        seen[k] += basis[i * rank + k] * z[i];
      }
    }
    return seen;
  }

  /** Q w. */
  private double[] spread(double[] w) {
    if (basis.length == 0) {
      return w;
    }
    double[] spread = new double[size()];
    for (int i = 0; i < spread.length; i++) {
      for (int k = 0; k < rank; k++) {
        spread[i] += basis[i * rank + k] * w[k];
      }
    }
    return spread;
  }

  private double[] row(int i) {
    double[] row = new double[rank];
    if (basis.length == 0) {
      row[i] = 1;
    } else {
      System.arraycopy(basis, i * rank, row, 0, rank);
    }
    return row;
  }

  /** A matrix (K, K) times a vector. */
  private double[] forth(double[] matrix, double[] w) {
    double[] product = new double[rank];
    for (int i = 0; i < rank; i++) {
      for (int k = 0; k < rank; k++) {
        product[i] += matrix[i * rank + k] * w[k];
      }
    }
    return product;
  }

  /** The transpose of a matrix (K, K) times a vector. */
  private double[] back(double[] matrix, double[] w) {
    double[] product = new double[rank];
    for (int i = 0; i < rank; i++) {
      for (int k = 0; k < rank; k++) {
        product[k] += matrix[i * rank + k] * w[i];
      }
    }
    return product;
  }

  @Override
  public String toString() {
    return "NormalApproximation of %s numbers".formatted(size());
  }
}
