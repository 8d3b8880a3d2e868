package org.ppl4j.distributions;

import static org.ppl4j.tensor.Tensors.number;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Linalg;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * The normal distribution of matrices whose covariance is the product of one of rows and one of
 * columns: X = loc + L E Kᵀ with E of standard normal numbers.
 *
 * <p>log p(X) = −½ |L⁻¹ (X − loc) K⁻ᵀ|² − P Σ log L_ii − N Σ log K_jj − N P/2 log 2π.
 *
 * <p>Parameters: {@code loc (*, N, P)}, any real matrix, or a plain number for all entries; {@code
 * scaleTrilRow (*, N, N)}, L, and {@code scaleTrilColumn (*, P, P)}, K, lower triangular with a
 * positive diagonal. Only their product is identified.
 */
public final class MatrixNormal extends Distribution {

  private static final String NAME = "MatrixNormal";
  private static final String ROW = "scaleTrilRow";
  private static final String COLUMN = "scaleTrilColumn";

  private final NDArray loc;
  private final NDArray scaleTrilRow;
  private final NDArray scaleTrilColumn;

  private MatrixNormal(NDArray loc, NDArray scaleTrilRow, NDArray scaleTrilColumn) {
    super(
        new Shape(
            Matrices.size(NAME, ROW, scaleTrilRow), Matrices.size(NAME, COLUMN, scaleTrilColumn)),
        Matrices.location("loc", loc, 2),
        new Argument(ROW, scaleTrilRow, Constraint.LOWER_CHOLESKY, 2),
        new Argument(COLUMN, scaleTrilColumn, Constraint.LOWER_CHOLESKY, 2));
    Matrices.checkSize(NAME, "loc", loc, -2, eventShape().get(0));
    Matrices.checkSize(NAME, "loc", loc, -1, eventShape().get(1));
    this.loc = loc;
    this.scaleTrilRow = scaleTrilRow;
    this.scaleTrilColumn = scaleTrilColumn;
  }

  /**
   * A normal distribution of matrices.
   *
   * @param loc {@code (*, N, P)}
   * @param scaleTrilRow {@code (*, N, N)}
   * @param scaleTrilColumn {@code (*, P, P)}
   * @throws IllegalArgumentException if shapes do not fit
   */
  public static MatrixNormal of(NDArray loc, NDArray scaleTrilRow, NDArray scaleTrilColumn) {
    return new MatrixNormal(loc, scaleTrilRow, scaleTrilColumn);
  }

  /** As {@link #of(NDArray, NDArray, NDArray)}, with one number for all entries of loc. */
  public static MatrixNormal of(double loc, NDArray scaleTrilRow, NDArray scaleTrilColumn) {
    return of(number(loc), scaleTrilRow, scaleTrilColumn);
  }

  /** The parameter {@code loc}. */
  public NDArray loc() {
    return loc;
  }

  /** The parameter {@code scaleTrilRow}. */
  public NDArray scaleTrilRow() {
    return scaleTrilRow;
  }

  /** The parameter {@code scaleTrilColumn}. */
  public NDArray scaleTrilColumn() {
    return scaleTrilColumn;
  }

  @Override
  public Constraint support() {
    return Constraint.independent(Constraint.REAL, 2);
  }

  @Override
  protected boolean vanishesAtInfinity() {
    return false;
  }

  @Override
  protected NDArray doLogProb(NDArray value) {
    NDArray rows = Linalg.solveTriangular(scaleTrilRow, value.sub(loc), false);
    return density(Linalg.solveTriangular(scaleTrilColumn, rows.swapAxes(-1, -2), false));
  }

  private NDArray density(NDArray z) {
    return z.square().sum(new int[] {-2, -1}).mul(-0.5).sub(halfLogDet());
  }

  private NDArray halfLogDet() {
    return Matrices.logDet(scaleTrilRow)
        .mul((double) eventShape().get(1))
        .add(Matrices.logDet(scaleTrilColumn).mul((double) eventShape().get(0)))
        .add(eventShape().size() * MathConstants.HALF_LOG_2PI);
  }

  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    NDArray z = rng.normal(run(), Shapes.concat(batch, eventShape()));
    NDArray columns = Tensors.matMul(z, Matrices.lower(scaleTrilColumn).swapAxes(-1, -2));
    return Draw.mapped(
        Tensors.matMul(Matrices.lower(scaleTrilRow), columns).add(loc), 2, () -> density(z));
  }

  @Override
  protected NDArray doMean() {
    return loc;
  }

  @Override
  protected NDArray doVariance() {
    return Matrices.rowSquares(Matrices.lower(scaleTrilRow))
        .expandDims(-1)
        .mul(Matrices.rowSquares(Matrices.lower(scaleTrilColumn)).expandDims(-2));
  }

  @Override
  protected NDArray doEntropy() {
    return halfLogDet().add(0.5 * eventShape().size());
  }

  @Override
  public MatrixNormal withParameters(UnaryOperator<NDArray> operator) {
    return new MatrixNormal(
        operator.apply(loc), operator.apply(scaleTrilRow), operator.apply(scaleTrilColumn));
  }
}
