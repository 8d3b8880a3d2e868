package org.ppl4j.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.CholeskyDecomposition;
import org.hipparchus.linear.LUDecomposition;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.QRDecomposition;
import org.hipparchus.linear.RealMatrix;
import org.ppl4j.tensor.internal.table.Op;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * Uses of the operations on matrices; a vector x gives the positive definite one 1.5 I + 0.2 x xᵀ.
 */
final class MatrixUses {

  private MatrixUses() {}

  static Stream<Use> all() {
    return List.of(
        new Use(
                Op.MAT_MUL,
                2,
                (shapes, random) ->
                    Use.Step.same(
                        (b, in) -> in[0].expandDims(-1).matMul(in[1].expandDims(-2)).mul(0.5)))
            .ofRank(1),
        new Use(
                Op.MAT_MUL,
                1,
                (shapes, random) ->
                    Use.Step.same((b, in) -> in[0].matMul(in[0].swapAxes(-1, -2)).mul(0.3)))
            .ofRank(2),
        new Use(
                Op.INVERSE,
                1,
                (shapes, random) -> Use.Step.same((b, in) -> positive(b, in[0]).inverse()))
            .ofRank(1),
        matrices(Op.CHOLESKY, Linalg::cholesky, x -> new CholeskyDecomposition(x, 1e-4, 0).getL()),
        matrices(
            Op.IS_POSITIVE_DEFINITE,
            x ->
                Tensors.where(
                    Linalg.isPositiveDefinite(x).expandDims(-1).expandDims(-1), x, x.neg()),
            x -> x),
        matrices(
            Op.QR,
            x -> Linalg.diagonalMatrix(Linalg.diagonal(Linalg.qr(x).r()).abs()),
            x -> absoluteDiagonal(new QRDecomposition(x).getR())),
        matrices(Op.QR, x -> product(Linalg.qr(x)), x -> x),
        matrices(
            Op.LOG_ABS_DETERMINANT,
            x -> Linalg.logDeterminant(x).expandDims(-1).expandDims(-1),
            x ->
                new Array2DRowRealMatrix(
                    new double[][] {{Math.log(new LUDecomposition(x).getDeterminant())}})),
        matrices(
            Op.EIGEN,
            x -> Linalg.eigen(x).values().square().sum(new int[] {-1}, true).expandDims(-1),
            x -> new Array2DRowRealMatrix(new double[][] {{x.multiply(x).getTrace()}})),
        matrices(Op.MATRIX_EXP, Linalg::matrixExp, MatrixUses::exponential),
        matrices(Op.LOG_CHAIN, MatrixUses::chain, MatrixUses::chained),
        solution(Op.SOLVE, (b, x) -> Linalg.solve(positive(b, x), x.expandDims(-1))),
        solution(
            Op.CHOLESKY_SOLVE,
            (b, x) -> Linalg.choleskySolve(x.expandDims(-1), Linalg.cholesky(positive(b, x)))),
        solution(
            Op.SOLVE_TRIANGULAR,
            (b, x) -> {
              NDArray l = Linalg.cholesky(positive(b, x));
              NDArray half = Linalg.solveTriangular(l, x.expandDims(-1), false);
              return Linalg.solveTriangular(l.swapAxes(-1, -2), half, true);
            }))
        .stream();
  }

  private static NDArray positive(Backend backend, NDArray x) {
    int n = (int) x.getShape().get(x.getShape().dimension() - 1);
    NDArray outer = x.expandDims(-1).mul(x.expandDims(-2));
    return outer.mul(0.2).add(backend.eye(n).mul(1.5));
  }

  /** The first row of each matrix through itself twice, weighed by its first and its last row. */
  private static NDArray chain(NDArray x) {
    Shape shape = x.getShape();
    long n = shape.get(shape.dimension() - 1);
    long count = Shapes.dropRight(shape, 2).size();
    NDArray all = Tensors.reshape(x, new Shape(count, n, n));
    NDArray first = Tensors.reshape(Tensors.range(all, 1, 0, 1), new Shape(count, n));
    NDArray last = Tensors.reshape(Tensors.range(all, 1, n - 1, n), new Shape(count, n));
    NDArray chain =
        Linalg.logChain(
            first,
            Tensors.stack(List.of(first, last), 0),
            Tensors.reshape(all, new Shape(1, count, n, n)));
    return Tensors.reshape(chain, Shapes.concat(Shapes.dropRight(shape, 2), new Shape(1, n)));
  }

  private static RealMatrix chained(RealMatrix x) {
    int n = x.getColumnDimension();
    double[] row = x.getRow(0);
    for (double[] vector : new double[][] {x.getRow(0), x.getRow(n - 1)}) {
      double[] next = new double[n];
      for (int j = 0; j < n; j++) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
          sum += Math.exp(row[i] + vector[i] + x.getEntry(i, j));
        }
        next[j] = Math.log(sum);
      }
      row = next;
    }
    return new Array2DRowRealMatrix(new double[][] {row});
  }

  private static NDArray product(Linalg.Qr qr) {
    return qr.q().matMul(qr.r());
  }

  /** A function of a matrix, against a reference on the host, one matrix at a time. */
  private static Use matrices(
      Op op, Function<NDArray, NDArray> ours, Function<RealMatrix, RealMatrix> reference) {
    return new Use(
            op,
            1,
            (shapes, random) ->
                new Use.Step(
                    (b, in) -> ours.apply(positive(b, in[0])),
                    (b, in) -> each(b, positive(b, in[0]), reference)))
        .ofRank(1);
  }

  private interface Solver {
    NDArray of(Backend backend, NDArray x);
  }

  /** The solution of (1.5 I + 0.2 x xᵀ) z = x, which is x over 1.5 + 0.2 xᵀx. */
  private static Use solution(Op op, Solver solver) {
    return new Use(
            op,
            1,
            (shapes, random) ->
                new Use.Step(
                    (b, in) -> solver.of(b, in[0]),
                    (b, in) -> {
                      NDArray norm = in[0].square().sum(new int[] {-1}, true);
                      return in[0].div(norm.mul(0.2).add(1.5)).expandDims(-1);
                    }))
        .ofRank(1);
  }

  private static NDArray each(
      Backend backend, NDArray x, Function<RealMatrix, RealMatrix> reference) {
    Shape shape = x.getShape();
    int n = (int) shape.get(shape.dimension() - 1);
    Shape batch = Shapes.dropRight(shape, 2);
    double[] values = Backend.host(x);
    double[] results = new double[0];
    Shape result = batch;
    for (int i = 0; i < batch.size(); i++) {
      RealMatrix matrix = new Array2DRowRealMatrix(n, n);
      for (int j = 0; j < n * n; j++) {
        matrix.setEntry(j / n, j % n, values[i * n * n + j]);
      }
      RealMatrix y = reference.apply(matrix);
      int columns = y.getColumnDimension();
      int size = y.getRowDimension() * columns;
      if (i == 0) {
        results = new double[(int) batch.size() * size];
        result = Shapes.concat(batch, new Shape(y.getRowDimension(), columns));
      }
      for (int j = 0; j < size; j++) {
        results[i * size + j] = y.getEntry(j / columns, j % columns);
      }
    }
    return backend.floats(results, result);
  }

  private static RealMatrix absoluteDiagonal(RealMatrix x) {
    RealMatrix result = x.createMatrix(x.getRowDimension(), x.getColumnDimension());
    for (int i = 0; i < x.getRowDimension(); i++) {
      result.setEntry(i, i, Math.abs(x.getEntry(i, i)));
    }
    return result;
  }

  private static RealMatrix exponential(RealMatrix x) {
    RealMatrix sum = MatrixUtils.createRealIdentityMatrix(x.getRowDimension());
    RealMatrix term = sum;
    for (int k = 1; k < 80; k++) {
      term = term.multiply(x).scalarMultiply(1.0 / k);
      sum = sum.add(term);
    }
    return sum;
  }
}
