package org.ppl4j.distributions;

import static org.ppl4j.tensor.Tensors.number;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Linalg;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Shapes;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;

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

  @Override
  protected NDArray doLogProb(NDArray value) {
    NDArray scale = scaleTril();
    NDArray root = Linalg.cholesky(value);
    NDArray solved = Linalg.solveTriangular(scale, root, false);
    NDArray trace = solved.square().sum(new int[] {-2, -1});
    return density(Matrices.logDet(root), trace, Matrices.logDet(scale));
  }

  /** By ½ log det X, tr(V⁻¹ X) and ½ log det V. */
  private NDArray density(NDArray halfLogDet, NDArray trace, NDArray halfLogDetOfScale) {
    NDArray normalizer = df.mul(halfLogDetOfScale.add(0.5 * size() * Numbers.LOG_2));
    return df.sub(size() + 1)
        .mul(halfLogDet)
        .sub(trace.mul(0.5))
        .sub(normalizer.add(logMultigamma()));
  }

  private NDArray logMultigamma() {
    NDArray sum = Special.lgamma(concentrations()).sum(new int[] {-1});
    return sum.add(0.25 * size() * (size() - 1) * Numbers.LOG_PI);
  }

  /** (ν − i) / 2, {@code (*, D)}. */
  private NDArray concentrations() {
    Run run = run();
    double[] halves = new double[Math.toIntExact(eventShape().get(0))];
    for (int i = 0; i < halves.length; i++) {
      halves[i] = 0.5 * i;
    }
    NDArray half = run.bind(df).mul(0.5).expandDims(-1);
    return half.sub(run.create(halves, new Shape(halves.length)));
  }

  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    NDArray scale = scaleTril();
    Shape rows = Shapes.concat(batch, new Shape(eventShape().get(0)));
    NDArray logGamma = rng.split(0).logGamma(expanded(concentrations(), rows));
    NDArray logDiagonal = logGamma.add(Numbers.LOG_2).mul(0.5);
    NDArray noise = rng.split(1).normal(run(), Shapes.concat(batch, eventShape()));
    NDArray lower = Linalg.tril(noise, -1).add(Linalg.diagonalMatrix(logDiagonal.exp()));
    NDArray root = Tensors.matMul(scale, lower);
    return Draw.mapped(
        Matrices.square(root),
        2,
        () -> {
          NDArray logDet = Matrices.logDet(scale);
          return density(
              logDiagonal.sum(new int[] {-1}).add(logDet),
              lower.square().sum(new int[] {-2, -1}),
              logDet);
        });
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

  @Override
  protected NDArray doEntropy() {
    NDArray digammas = Special.digamma(concentrations()).sum(new int[] {-1});
    NDArray halfLogDet = Matrices.logDet(scaleTril()).add(0.5 * size() * Numbers.LOG_2);
    return df.mul(0.5 * size())
        .sub(df.sub(size() + 1).mul(digammas.mul(0.5)))
        .add(logMultigamma())
        .add(halfLogDet.mul(size() + 1));
  }

  @Override
  public Wishart withParameters(UnaryOperator<NDArray> operator) {
    return new Wishart(operator.apply(df), operator.apply(matrix), isFactor);
  }
}
