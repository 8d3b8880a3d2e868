package org.ppl4j.tensor;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/** Linear algebra on the two rightmost dims of (*, N, M), batched over *, with gradients. */
public final class Linalg {

  /**
   * The reduced QR decomposition.
   *
   * @param q orthonormal columns (*, N, K), K = min(N, M)
   * @param r upper triangular (*, K, M)
   */
  public record Qr(NDArray q, NDArray r) {}

  private Linalg() {}

  /**
   * The lower Cholesky factor of positive definite matrices (*, N, N).
   *
   * @throws IllegalStateException if one is not positive definite
   */
  public static NDArray cholesky(NDArray x) {
    checkSquare("cholesky", x);
    return Operations.apply(Op.CHOLESKY, (RunArray) x);
  }

  /** The solution X (*, N, M) of A X = B for triangular A (*, N, N), upper or lower. */
  public static NDArray solveTriangular(NDArray a, NDArray b, boolean upper) {
    checkSquare("solveTriangular", a);
    return Operations.apply(Op.SOLVE_TRIANGULAR, Attributes.of(upper), (RunArray) a, (RunArray) b);
  }

  /** The solution X (*, N, M) of L Lᵀ X = B for a lower Cholesky factor L (*, N, N). */
  public static NDArray choleskySolve(NDArray b, NDArray l) {
    checkSquare("choleskySolve", l);
    return Operations.apply(Op.CHOLESKY_SOLVE, (RunArray) b, (RunArray) l);
  }

  /** The solution X (*, N, M) of A X = B for invertible A (*, N, N). */
  public static NDArray solve(NDArray a, NDArray b) {
    checkSquare("solve", a);
    return Operations.apply(Op.SOLVE, (RunArray) a, (RunArray) b);
  }

  /** The logarithm of |det X| (*); −∞ for a singular matrix. */
  public static NDArray logDeterminant(NDArray x) {
    checkSquare("logDeterminant", x);
    return Operations.apply(Op.LOG_ABS_DETERMINANT, Attributes.NONE, (RunArray) x);
  }

  /** The inverse of matrices (*, N, N). */
  public static NDArray inverse(NDArray x) {
    checkSquare("inverse", x);
    return x.inverse();
  }

  /** The matrix exponential of (*, N, N). */
  public static NDArray matrixExp(NDArray x) {
    checkSquare("matrixExp", x);
    return Operations.apply(Op.MATRIX_EXP, (RunArray) x);
  }

  /** The reduced QR decomposition of (*, N, M). */
  public static Qr qr(NDArray x) {
    checkMatrix("qr", x);
    Shape shape = x.getShape();
    int rank = shape.dimension();
    long rows = shape.get(rank - 2);
    long columns = shape.get(rank - 1);
    long inner = Math.min(rows, columns);
    Shape batch = Shapes.dropRight(shape, 2);
    DataType type = x.getDataType();
    RunArray[] results =
        Operations.applyMany(
            Op.QR,
            Attributes.NONE,
            new Shape[] {
              Shapes.concat(batch, new Shape(rows, inner)),
              Shapes.concat(batch, new Shape(inner, columns))
            },
            new DataType[] {type, type},
            (RunArray) x);
    return new Qr(results[0], results[1]);
  }

  /** The entries on and below the k-th diagonal (0 the main one, −1 the one below), else 0. */
  public static NDArray tril(NDArray x, int k) {
    checkMatrix("tril", x);
    return Operations.apply(Op.TRIL, Attributes.of((long) k), (RunArray) x);
  }

  /** The entries on and above the k-th diagonal (0 the main one, 1 the one above), else 0. */
  public static NDArray triu(NDArray x, int k) {
    checkMatrix("triu", x);
    return Operations.apply(Op.TRIU, Attributes.of((long) k), (RunArray) x);
  }

  /** The main diagonals (*, min(N, M)). */
  public static NDArray diagonal(NDArray x) {
    checkMatrix("diagonal", x);
    return x.diagonal();
  }

  /** Matrices (*, N, N) with the given vectors (*, N) on their main diagonals, else 0. */
  public static NDArray diagonalMatrix(NDArray x) {
    return Operations.apply(Op.DIAGONAL_MATRIX, Attributes.of(0), (RunArray) x);
  }

  private static void checkMatrix(String name, NDArray x) {
    checkArgument(
        x.getShape().dimension() >= 2,
        "%s of a tensor of shape %s: needs matrices (*, N, M); give it two dims",
        name,
        x.getShape());
  }

  private static void checkSquare(String name, NDArray x) {
    Shape shape = x.getShape();
    int rank = shape.dimension();
    checkArgument(
        rank >= 2 && shape.get(rank - 1) == shape.get(rank - 2),
        "%s of a tensor of shape %s: needs square matrices (*, N, N)",
        name,
        shape);
  }
}
