package org.ppl4j.tensor;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.ppl4j.tensor.internal.table.Attributes;
import org.ppl4j.tensor.internal.table.Op;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * Linear algebra on the two rightmost dims, with gradients, in both float types. {@code *} stands
 * for any batch dims; where two operands have them, they broadcast.
 *
 * <p>A matrix that an algorithm cannot handle (a singular one, one that is not positive definite)
 * gives an {@link IllegalStateException} that names the operation, the shapes and the engine's
 * reason.
 */
public final class Linalg {

  private Linalg() {}

  /**
   * A matrix as {@code q} times {@code r}.
   *
   * @param q orthonormal columns, (*, M, K) with K = min(M, N)
   * @param r upper triangular, (*, K, N)
   */
  public record Qr(NDArray q, NDArray r) {}

  /**
   * The lower triangular factor L with {@code L Lᵀ = x}.
   *
   * @param x symmetric positive definite, (*, N, N); only the lower triangle is read
   * @return (*, N, N)
   */
  public static NDArray cholesky(NDArray x) {
    return Operations.apply(Op.CHOLESKY, square("cholesky", x));
  }

  /**
   * Whether a Cholesky factor exists; false for a matrix with a NaN.
   *
   * @param x symmetric, (*, N, N); only the lower triangle is read
   * @return booleans (*)
   */
  public static NDArray isPositiveDefinite(NDArray x) {
    return Operations.apply(Op.IS_POSITIVE_DEFINITE, square("isPositiveDefinite", x));
  }

  /**
   * The solution of {@code a z = b}.
   *
   * @param a triangular, (*, N, N); only the triangle named is read
   * @param b right sides, (*, N, K)
   * @param upper whether a is upper triangular
   * @return z, (*, N, K)
   */
  public static NDArray solveTriangular(NDArray a, NDArray b, boolean upper) {
    RunArray matrix = square("solveTriangular", a);
    RunArray sides = rightSides("solveTriangular", matrix, b);
    return Operations.apply(Op.SOLVE_TRIANGULAR, Attributes.of(upper), matrix, sides);
  }

  /**
   * The solution of {@code x z = b} for {@code x = L Lᵀ}.
   *
   * @param b right sides, (*, N, K)
   * @param l the lower Cholesky factor of x, (*, N, N)
   * @return z, (*, N, K)
   */
  public static NDArray choleskySolve(NDArray b, NDArray l) {
    RunArray factor = square("choleskySolve", l);
    return Operations.apply(Op.CHOLESKY_SOLVE, rightSides("choleskySolve", factor, b), factor);
  }

  /**
   * A matrix times vectors; one for all vectors is one product.
   *
   * @param a (*, M, N)
   * @param x vectors, (*, N)
   * @return (*, M)
   */
  public static NDArray times(NDArray a, NDArray x) {
    return isOne("times", a, x)
        ? Tensors.matMul(x, a.swapAxes(-1, -2))
        : Tensors.matMul(a, x.expandDims(-1)).squeeze(-1);
  }

  /**
   * The solutions of {@code a z = x} for vectors, such as {@link #solveTriangular} gives of right
   * sides; those of one matrix are found at once.
   *
   * @param a triangular, (*, N, N); only the triangle named is read
   * @param x vectors, (*, N)
   * @param upper whether a is upper triangular
   * @return z, (*, N)
   */
  public static NDArray substitute(NDArray a, NDArray x, boolean upper) {
    return ofVectors("substitute", a, x, sides -> solveTriangular(a, sides, upper));
  }

  /**
   * The solutions of {@code L Lᵀ z = x} for vectors, such as {@link #choleskySolve} gives of right
   * sides; those of one matrix are found at once.
   *
   * @param l lower triangular, (*, N, N)
   * @param x vectors, (*, N)
   * @return z, (*, N)
   */
  public static NDArray choleskySubstitute(NDArray l, NDArray x) {
    return ofVectors("choleskySubstitute", l, x, sides -> choleskySolve(sides, l));
  }

  private static NDArray ofVectors(
      String name, NDArray a, NDArray x, UnaryOperator<NDArray> solve) {
    Shape shape = x.getShape();
    if (!isOne(name, a, x) || shape.dimension() == 1) {
      return solve.apply(x.expandDims(-1)).squeeze(-1);
    }
    Shape rows = new Shape(Shapes.dropRight(shape, 1).size(), Shapes.takeRight(shape, 1).size());
    NDArray sides = Tensors.reshape(x, rows).swapAxes(-1, -2);
    return Tensors.reshape(solve.apply(sides).swapAxes(-1, -2), shape);
  }

  /** Whether there is one matrix for all vectors. */
  private static boolean isOne(String name, NDArray a, NDArray x) {
    checkArgument(
        x.getShape().dimension() > 0,
        "%s needs vectors, but has a number; give it a dim with expandDims(-1)",
        name);
    return matrix(name, a).getShape().dimension() == 2;
  }

  /**
   * The logarithm of rows times chains of matrices, all given by the logarithms of their entries:
   * {@code log(exp(s) ∏_t diag(exp(v_t)) exp(A_t))}, such as of the states of a hidden Markov
   * model. Where no path leads, it is −∞ with derivatives 0.
   *
   * @param start s, (B, K)
   * @param vectors (T, B, K)
   * @param matrices (M, C, K, K) with M of 1 or T, and C of 1 or B
   * @return (B, K)
   */
  public static NDArray logChain(NDArray start, NDArray vectors, NDArray matrices) {
    Run run = Tensors.run(start, vectors, matrices);
    return Operations.apply(
        Op.LOG_CHAIN,
        Attributes.NONE,
        Operations.operand(run, start),
        Operations.operand(run, vectors),
        Operations.operand(run, matrices));
  }

  /**
   * The solution of {@code a z = b}.
   *
   * @param a regular, (*, N, N)
   * @param b right sides, (*, N, K)
   * @return z, (*, N, K)
   */
  public static NDArray solve(NDArray a, NDArray b) {
    RunArray matrix = square("solve", a);
    RunArray sides = rightSides("solve", matrix, b);
    int missing = matrix.getShape().dimension() - sides.getShape().dimension();
    if (missing > 0) { // else the engine may take the matrix for a batch of vectors
      long[] ones = new long[missing];
      Arrays.fill(ones, 1);
      sides = sides.reshaped(Shapes.concat(new Shape(ones), sides.getShape()));
    }
    return Operations.apply(Op.SOLVE, matrix, sides);
  }

  /**
   * The logarithm of the absolute value of the determinant; −∞ for a singular matrix.
   *
   * @param x (*, N, N)
   * @return (*)
   */
  public static NDArray logDeterminant(NDArray x) {
    return Operations.apply(Op.LOG_ABS_DETERMINANT, square("logDeterminant", x));
  }

  /** The inverse of a regular matrix, (*, N, N). */
  public static NDArray inverse(NDArray x) {
    return Operations.apply(Op.INVERSE, square("inverse", x));
  }

  /** The matrix exponential {@code Σ xᵏ / k!}, (*, N, N). */
  public static NDArray matrixExp(NDArray x) {
    return Operations.apply(Op.MATRIX_EXP, square("matrixExp", x));
  }

  /**
   * Eigenvalues and eigenvectors of a symmetric matrix.
   *
   * @param values in rising order, (*, N)
   * @param vectors orthonormal, a column each, (*, N, N); each may have the other sign
   */
  public record Eigen(NDArray values, NDArray vectors) {}

  /**
   * The eigenvalues and eigenvectors of a symmetric matrix. Gradients of vectors are infinite where
   * eigenvalues are equal.
   *
   * @param x symmetric, (*, N, N); only the lower triangle is read
   */
  public static Eigen eigen(NDArray x) {
    RunArray matrix = square("eigen", x);
    DataType[] types = {matrix.getDataType(), matrix.getDataType()};
    RunArray[] parts = Operations.applyMany(Op.EIGEN, Attributes.NONE, types, matrix);
    return new Eigen(parts[0], parts[1]);
  }

  /**
   * The reduced QR decomposition.
   *
   * @param x (*, M, N); its first min(M, N) columns independent where a gradient is taken
   */
  public static Qr qr(NDArray x) {
    RunArray matrix = matrix("qr", x);
    DataType[] types = {matrix.getDataType(), matrix.getDataType()};
    RunArray[] parts = Operations.applyMany(Op.QR, Attributes.NONE, types, matrix);
    return new Qr(parts[0], parts[1]);
  }

  /** The elements on and below the k-th diagonal (0 the main one, 1 above it), zeros elsewhere. */
  public static NDArray tril(NDArray x, int k) {
    return Operations.apply(Op.TRIL, Attributes.of((long) k), matrix("tril", x));
  }

  /** The elements on and above the k-th diagonal (0 the main one, 1 above it), zeros elsewhere. */
  public static NDArray triu(NDArray x, int k) {
    return Operations.apply(Op.TRIU, Attributes.of((long) k), matrix("triu", x));
  }

  /** The main diagonal: (*, M, N) gives (*, min(M, N)). */
  public static NDArray diagonal(NDArray x) {
    RunArray matrix = matrix("diagonal", x);
    int rank = matrix.getShape().dimension();
    return Operations.apply(Op.DIAGONAL, Attributes.of(0L, rank - 2L, rank - 1L), matrix);
  }

  /** Diagonal matrices: (*, N) gives (*, N, N). */
  public static NDArray diagonalMatrix(NDArray x) {
    RunArray vector = Operations.operand(null, x);
    checkArgument(
        vector.getShape().dimension() > 0,
        "diagonalMatrix needs a vector, but has a number; give it a dim with expandDims(-1)");
    return Operations.apply(Op.DIAGONAL_MATRIX, Attributes.of(0L), vector);
  }

  private static RunArray matrix(String name, NDArray x) {
    return matrix(name, Operations.operand(null, x));
  }

  private static RunArray matrix(String name, RunArray x) {
    checkArgument(
        x.getShape().dimension() >= 2,
        "%s needs a matrix, but has shape %s; give it two dims on the right",
        name,
        x.getShape());
    return x;
  }

  private static RunArray square(String name, NDArray x) {
    RunArray matrix = matrix(name, x);
    Shape shape = matrix.getShape();
    int rank = shape.dimension();
    checkArgument(
        shape.get(rank - 2) == shape.get(rank - 1),
        "%s needs a square matrix, but has shape %s; its two rightmost dims must be equal",
        name,
        shape);
    return matrix;
  }

  private static RunArray rightSides(String name, RunArray a, NDArray b) {
    RunArray sides = matrix(name, Operations.operand(a.run(), b));
    long rows = sides.getShape().get(sides.getShape().dimension() - 2);
    long size = a.getShape().get(a.getShape().dimension() - 1);
    checkArgument(
        rows == size,
        "%s has a matrix of shape %s and right sides of shape %s; dim -2 of the right sides must be"
            + " %s",
        name,
        a.getShape(),
        sides.getShape(),
        size);
    return sides;
  }
}
