package org.ppl4j.distributions;

import static org.ppl4j.tensor.Tensors.number;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Linalg;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * The Wishart distribution of positive definite matrices: of Σ x xᵀ over df normal vectors x of
 * covariance V, for any real df.
 *
 * <p>With respect to the entries on and below the diagonal,
 *
 * <pre>{@code
 * log p(X) = (ν − D − 1)/2 log det X − ½ tr(V⁻¹ X) − ν D/2 log 2 − ν/2 log det V − log Γ_D(ν/2)
 * log Γ_D(a) = D (D − 1)/4 log π + Σ_{i=0…D−1} log Γ(a − i/2)
 * }</pre>
 *
 * <p>Parameters: {@code df} (ν) above D − 1; and {@code scaleTril (*, D, D)}, the lower Cholesky
 * factor L of V, or {@code covarianceMatrix (*, D, D)}, V itself. The mean is ν V. A draw is L A Aᵀ
 * Lᵀ with normal numbers below the diagonal of A and roots of χ² draws on it, differentiated
 * implicitly; its own log-density decomposes nothing.
 *
 * <p>Source: Bartlett, "On the theory of statistical regression" (1933).
 */
public final class Wishart extends Distribution {

  /** How many roundings of a sum of squares must not hide a square. */
  private static final double ROUNDINGS = 64;

  private static final String NAME = "Wishart";

  private final NDArray df;
  private final NDArray matrix;
  private final boolean isFactor;

  private Wishart(NDArray df, NDArray matrix, boolean isFactor) {
    super(
        Matrices.lastDims(matrix, 2),
        new Argument(
            "df", df, Constraint.greaterThan(Matrices.size(NAME, name(isFactor), matrix) - 1.0), 0),
        new Argument(
            name(isFactor),
            matrix,
            isFactor ? Constraint.LOWER_CHOLESKY : Constraint.POSITIVE_DEFINITE,
            2));
    this.df = df;
    this.matrix = matrix;
    this.isFactor = isFactor;
  }

  private static String name(boolean isFactor) {
    return isFactor ? "scaleTril" : "covarianceMatrix";
  }

  /**
   * A Wishart distribution by the lower Cholesky factor of V.
   *
   * @param df {@code (*)}
   * @param scaleTril {@code (*, D, D)}
   * @throws IllegalArgumentException if a plain number is out of range or shapes do not fit
   */
  public static Wishart of(NDArray df, NDArray scaleTril) {
    return new Wishart(df, scaleTril, true);
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static Wishart of(double df, NDArray scaleTril) {
    return of(number(df), scaleTril);
  }

  /**
   * A Wishart distribution by V.
   *
   * @param df {@code (*)}
   * @param covarianceMatrix {@code (*, D, D)}, positive definite
   * @throws IllegalArgumentException if a plain number is out of range or shapes do not fit
   */
  public static Wishart withCovariance(NDArray df, NDArray covarianceMatrix) {
    return new Wishart(df, covarianceMatrix, false);
  }

  /** As {@link #withCovariance(NDArray, NDArray)}. */
  public static Wishart withCovariance(double df, NDArray covarianceMatrix) {
    return withCovariance(number(df), covarianceMatrix);
  }

  /** The parameter {@code df}. */
  public NDArray df() {
    return df;
  }

  /** The lower Cholesky factor of V, {@code (*, D, D)}. */
  public NDArray scaleTril() {
    return isFactor ? Matrices.lower(matrix) : Linalg.cholesky(matrix);
  }

  /** V, {@code (*, D, D)}. */
  public NDArray covarianceMatrix() {
    return isFactor ? Matrices.square(scaleTril()) : matrix;
  }

  @Override
  public Constraint support() {
    return Constraint.POSITIVE_DEFINITE;
  }

  private double size() {
    return (double) eventShape().get(0);
  }

  /**
   * With L the factor of V and K that of L⁻¹ X L⁻ᵀ, K_ii² / 2 has the density of a gamma variable
   * of concentration (ν − i) / 2 but for a power, and K_ij that of a normal one.
   */
  @Override
  protected NDArray doLogProb(NDArray value) {
    NDArray scale = scaleTril();
    NDArray root = Linalg.solveTriangular(scale, Linalg.cholesky(value), false);
    NDArray logGamma = Linalg.diagonal(root).log().mul(2).sub(MathConstants.LOG_2);
    return density(logGamma, Linalg.tril(root, -1), Matrices.logDet(scale));
  }

  /** By log K_ii² / 2, the rest of K and ½ log det V. */
  private NDArray density(NDArray logGamma, NDArray below, NDArray halfLogDet) {
    NDArray m = concentrations();
    NDArray each =
        m.log()
            .sub(Special.logFactorialRest(m))
            .sub(Special.deviance(m, logGamma.exp(), logGamma).add(logGamma))
            .add(logGamma.mul(powers()));
    NDArray squares = below.square().sum(new int[] {-2, -1}).mul(0.5);
    return each.sum(new int[] {-1}).sub(squares).sub(constant(halfLogDet));
  }

  /** What the density of K has more than that of X. */
  private NDArray constant(NDArray halfLogDet) {
    double pairs = 0.5 * size() * (size() - 1);
    return halfLogDet
        .add(0.5 * size() * MathConstants.LOG_2)
        .mul(size() + 1)
        .add(0.5 * pairs * MathConstants.LOG_PI);
  }

  /** (i + 1 − D) / 2. */
  private NDArray powers() {
    return halves().add(0.5 - 0.5 * size());
  }

  /** i / 2, {@code (D)}. */
  private NDArray halves() {
    double[] halves = new double[Math.toIntExact(eventShape().get(0))];
    for (int i = 0; i < halves.length; i++) {
      halves[i] = 0.5 * i;
    }
    return run().create(halves, new Shape(halves.length));
  }

  /** (ν − i) / 2, {@code (*, D)}. */
  private NDArray concentrations() {
    return run().bind(df).mul(0.5).expandDims(-1).sub(halves());
  }

  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    NDArray scale = scaleTril();
    Shape rows = Shapes.concat(batch, new Shape(eventShape().get(0)));
    NDArray logGamma = rng.split(0).logGamma(expanded(concentrations(), rows));
    NDArray logDiagonal = logGamma.add(MathConstants.LOG_2).mul(0.5);
    NDArray noise = rng.split(1).normal(run(), Shapes.concat(batch, eventShape()));
    NDArray below = Linalg.tril(noise, -1);
    NDArray root = Tensors.matMul(scale, below.add(Linalg.diagonalMatrix(logDiagonal.exp())));
    return Draw.mapped(
        Matrices.square(kept(root)), 2, () -> density(logGamma, below, Matrices.logDet(scale)));
  }

  /**
   * A factor whose square is positive definite when it is rounded too: no square of its diagonal is
   * lost beside those to the left, or is smaller than any number. Its derivative is its own.
   */
  private NDArray kept(NDArray root) {
    FloatType type = Tensors.run(root).floatType();
    double share = Math.sqrt(ROUNDINGS * size() * type.gapBelowOne());
    NDArray left = Linalg.tril(root, -1).square().sum(new int[] {-1}).sqrt();
    NDArray least = left.mul(share).maximum(Math.exp(1 - 0.5 * type.logRange()));
    NDArray diagonal = Linalg.diagonal(root);
    NDArray lacks = least.sub(diagonal).maximum(0).stopGradient();
    return root.add(Linalg.diagonalMatrix(lacks));
  }

  private NDArray eachDf() {
    return run().bind(df).expandDims(-1).expandDims(-1);
  }

  @Override
  protected NDArray doMean() {
    return covarianceMatrix().mul(eachDf());
  }

  /** ν (V_ij² + V_ii V_jj). */
  @Override
  protected NDArray doVariance() {
    NDArray v = covarianceMatrix();
    NDArray diagonal = Linalg.diagonal(v);
    NDArray products = diagonal.expandDims(-1).mul(diagonal.expandDims(-2));
    return v.square().add(products).mul(eachDf());
  }

  /** By E log K_ii² / 2 = ψ((ν − i) / 2). */
  @Override
  protected NDArray doEntropy() {
    NDArray m = concentrations();
    NDArray less = logLessDigamma(m);
    NDArray each =
        Special.logFactorialRest(m)
            .add(m.sub(1).mul(less))
            .sub(m.log().sub(less).mul(powers()))
            .sum(new int[] {-1});
    double squares = 0.25 * size() * (size() - 1);
    return each.add(squares).add(constant(Matrices.logDet(scaleTril())));
  }

  @Override
  public Wishart withParameters(UnaryOperator<NDArray> operator) {
    return new Wishart(operator.apply(df), operator.apply(matrix), isFactor);
  }
}
