package org.ppl4j.distributions;

import static org.ppl4j.tensor.Tensors.number;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Linalg;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * The normal distribution of vectors.
 *
 * <p>log p(x) = −½ (x − loc)ᵀ Σ⁻¹ (x − loc) − ½ log det Σ − D/2 log 2π.
 *
 * <p>Parameters: {@code loc (*, D)}, any real vector, or a plain number for all entries; and one of
 * {@code scaleTril (*, D, D)}, the lower Cholesky factor of Σ, which costs least; {@code
 * covarianceMatrix (*, D, D)}, Σ; {@code precisionMatrix (*, D, D)}, Σ⁻¹. The latter two are
 * decomposed once a call, without the other being made. Only lower triangles count.
 */
public final class MultivariateNormal extends Distribution {

  /** What the matrix is. */
  private enum Form {
    SCALE_TRIL("scaleTril", Constraint.LOWER_CHOLESKY),
    COVARIANCE("covarianceMatrix", Constraint.POSITIVE_DEFINITE),
    PRECISION("precisionMatrix", Constraint.POSITIVE_DEFINITE);

    private final String argument;
    private final Constraint constraint;

    Form(String argument, Constraint constraint) {
      this.argument = argument;
      this.constraint = constraint;
    }
  }

  private static final String NAME = "MultivariateNormal";

  private final NDArray loc;
  private final NDArray matrix;
  private final Form form;

  private MultivariateNormal(NDArray loc, NDArray matrix, Form form) {
    super(
        new Shape(Matrices.size(NAME, form.argument, matrix)),
        Matrices.location("loc", loc, 1),
        new Argument(form.argument, matrix, form.constraint, 2));
    Matrices.checkSize(NAME, "loc", loc, -1, eventShape().get(0));
    this.loc = loc;
    this.matrix = matrix;
    this.form = form;
  }

  /**
   * A normal distribution by the lower Cholesky factor of its covariance.
   *
   * @param loc {@code (*, D)}
   * @param scaleTril {@code (*, D, D)}
   * @throws IllegalArgumentException if shapes do not fit
   */
  public static MultivariateNormal of(NDArray loc, NDArray scaleTril) {
    return new MultivariateNormal(loc, scaleTril, Form.SCALE_TRIL);
  }

  /** As {@link #of(NDArray, NDArray)}, with one number for all entries of {@code loc}. */
  public static MultivariateNormal of(double loc, NDArray scaleTril) {
    return of(number(loc), scaleTril);
  }

  /**
   * A normal distribution by its covariance.
   *
   * @param loc {@code (*, D)}
   * @param covarianceMatrix {@code (*, D, D)}, positive definite
   * @throws IllegalArgumentException if shapes do not fit
   */
  public static MultivariateNormal withCovariance(NDArray loc, NDArray covarianceMatrix) {
    return new MultivariateNormal(loc, covarianceMatrix, Form.COVARIANCE);
  }

  /** As {@link #withCovariance(NDArray, NDArray)}, with one number for all entries of loc. */
  public static MultivariateNormal withCovariance(double loc, NDArray covarianceMatrix) {
    return withCovariance(number(loc), covarianceMatrix);
  }

  /**
   * A normal distribution by the inverse of its covariance.
   *
   * @param loc {@code (*, D)}
   * @param precisionMatrix {@code (*, D, D)}, positive definite
   * @throws IllegalArgumentException if shapes do not fit
   */
  public static MultivariateNormal withPrecision(NDArray loc, NDArray precisionMatrix) {
    return new MultivariateNormal(loc, precisionMatrix, Form.PRECISION);
  }

  /** As {@link #withPrecision(NDArray, NDArray)}, with one number for all entries of loc. */
  public static MultivariateNormal withPrecision(double loc, NDArray precisionMatrix) {
    return withPrecision(number(loc), precisionMatrix);
  }

  /** The parameter {@code loc}. */
  public NDArray loc() {
    return loc;
  }

  /** The lower Cholesky factor of the covariance, {@code (*, D, D)}. */
  public NDArray scaleTril() {
    return switch (form) {
      case SCALE_TRIL -> Matrices.lower(matrix);
      case COVARIANCE -> factor();
      case PRECISION -> Linalg.cholesky(covarianceMatrix());
    };
  }

  /** The covariance, {@code (*, D, D)}. */
  public NDArray covarianceMatrix() {
    return switch (form) {
      case SCALE_TRIL -> Matrices.square(Matrices.lower(matrix));
      case COVARIANCE -> matrix;
      case PRECISION -> Linalg.inverse(matrix);
    };
  }

  /** The inverse of the covariance, {@code (*, D, D)}. */
  public NDArray precisionMatrix() {
    return form == Form.PRECISION ? matrix : Linalg.inverse(covarianceMatrix());
  }

  /** The lower Cholesky factor of the covariance, or of the precision if that is the parameter. */
  private NDArray factor() {
    return form == Form.SCALE_TRIL ? matrix : Linalg.cholesky(matrix);
  }

  @Override
  public Constraint support() {
    return Constraint.independent(Constraint.REAL, 1);
  }

  @Override
  protected boolean vanishesAtInfinity() {
    return false;
  }

  @Override
  protected NDArray doLogProb(NDArray value) {
    NDArray factor = factor();
    NDArray deviation = value.sub(loc);
    return density(
        form == Form.PRECISION
            ? Linalg.times(factor.swapAxes(-1, -2), deviation)
            : Linalg.substitute(factor, deviation, false),
        factor);
  }

  private NDArray density(NDArray z, NDArray factor) {
    return z.square().sum(new int[] {-1}).mul(-0.5).sub(halfLogDet(factor));
  }

  /** ½ log det 2πΣ. */
  private NDArray halfLogDet(NDArray factor) {
    NDArray logDet = Matrices.logDet(factor);
    NDArray half = form == Form.PRECISION ? logDet.neg() : logDet;
    return half.add(eventShape().size() * MathConstants.HALF_LOG_2PI);
  }

  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    NDArray factor = factor();
    NDArray z = rng.normal(run(), Shapes.concat(batch, eventShape()));
    NDArray moved =
        switch (form) {
          case SCALE_TRIL -> Linalg.times(Matrices.lower(factor), z);
          case COVARIANCE -> Linalg.times(factor, z);
          case PRECISION -> Linalg.substitute(factor.swapAxes(-1, -2), z, true);
        };
    return Draw.mapped(moved.add(loc), 1, () -> density(z, factor));
  }

  @Override
  protected NDArray doMean() {
    return loc;
  }

  @Override
  protected NDArray doVariance() {
    return form == Form.SCALE_TRIL
        ? Matrices.rowSquares(Matrices.lower(matrix))
        : Linalg.diagonal(covarianceMatrix());
  }

  @Override
  protected NDArray doEntropy() {
    return halfLogDet(factor()).add(0.5 * eventShape().size());
  }

  @Override
  public MultivariateNormal withParameters(UnaryOperator<NDArray> operator) {
    return new MultivariateNormal(operator.apply(loc), operator.apply(matrix), form);
  }
}
