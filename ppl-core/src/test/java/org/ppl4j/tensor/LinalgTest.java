package org.ppl4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.ppl4j.testing.TensorAssertions.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.CholeskyDecomposition;
import org.hipparchus.linear.LUDecomposition;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppl4j.tensor.internal.table.Shapes;

class LinalgTest {

  private static final Shape BATCH = new Shape(2, 3, 4, 4);

  @SuppressWarnings("MustBeClosedChecker") // closed after each test
  private Run run = Run.open(RunConfig.defaults(), 0);

  @SuppressWarnings("MustBeClosedChecker")
  private void in(FloatType type) {
    run.close();
    run = Run.open(RunConfig.defaults().withFloatType(type), 0);
  }

  @AfterEach
  void close() {
    run.close();
  }

  private NDArray random(long seed, Shape shape) {
    return run.create(Differences.values(seed, shape), shape);
  }

  /** {@code x xᵀ + I}. */
  private NDArray positive(NDArray x) {
    return x.batchMatMul(x.swapAxes(-1, -2))
        .add(run.eye(x.getShape().get(x.getShape().dimension() - 1)));
  }

  private NDArray regular(NDArray x) {
    return x.add(run.eye(x.getShape().get(x.getShape().dimension() - 1)).mul(3));
  }

  /** Asserts that each matrix of the result is what the oracle makes of the operand's. */
  private void matrices(NDArray operand, NDArray result, Function<RealMatrix, RealMatrix> oracle) {
    double tolerance = run.floatType() == FloatType.FLOAT32 ? 3e-5 : 1e-12;
    RealMatrix[] in = split(operand);
    RealMatrix[] out = split(result);
    assertThat(out).hasSameSizeAs(in);
    for (int i = 0; i < in.length; i++) {
      RealMatrix expected = oracle.apply(in[i]);
      assertThat(out[i].subtract(expected).getFrobeniusNorm())
          .as("matrix %s: %s against %s", i, out[i], expected)
          .isLessThan(tolerance * (1 + expected.getFrobeniusNorm()));
    }
  }

  private static RealMatrix[] split(NDArray x) {
    int rank = x.getShape().dimension();
    int rows = (int) x.getShape().get(rank - 2);
    int columns = (int) x.getShape().get(rank - 1);
    double[] values = x.toDoubleArray();
    RealMatrix[] result = new RealMatrix[values.length / (rows * columns)];
    for (int i = 0; i < result.length; i++) {
      double[][] matrix = new double[rows][];
      for (int row = 0; row < rows; row++) {
        int from = (i * rows + row) * columns;
        matrix[row] = Arrays.copyOfRange(values, from, from + columns);
      }
      result[i] = new Array2DRowRealMatrix(matrix);
    }
    return result;
  }

  private static RealMatrix masked(RealMatrix x, int low, int high) {
    RealMatrix result = x.copy();
    for (int i = 0; i < x.getRowDimension(); i++) {
      for (int j = 0; j < x.getColumnDimension(); j++) {
        if (j - i < low || j - i > high) {
          result.setEntry(i, j, 0);
        }
      }
    }
    return result;
  }

  @ParameterizedTest
  @EnumSource(FloatType.class)
  void factorsAreThoseOfHipparchus(FloatType type) {
    in(type);
    NDArray x = positive(random(1, BATCH));

    matrices(x, Linalg.cholesky(x), m -> new CholeskyDecomposition(m, 1e-4, 0).getL());
    matrices(x, Linalg.inverse(x), MatrixUtils::inverse);
  }

  @ParameterizedTest
  @EnumSource(FloatType.class)
  void positiveDefiniteMatricesAreTold(FloatType type) {
    in(type);
    double nan = Double.NaN;
    NDArray x =
        run.create(
            new double[] {
              2, 1, 1, 2, 1, 2, 2, 1, 1, 1, 1, 1, -1, 0, 0, 1, nan, 0, 0, 1, 1, 0, nan, 1
            },
            new Shape(3, 2, 2, 2));

    assertThat(Linalg.isPositiveDefinite(x).toBooleanArray())
        .containsExactly(true, false, false, false, false, false);
    assertThat(Linalg.isPositiveDefinite(x).getShape()).isEqualTo(new Shape(3, 2));
  }

  @ParameterizedTest
  @EnumSource(FloatType.class)
  void solutionsSolve(FloatType type) {
    in(type);
    NDArray a = regular(random(1, BATCH));
    NDArray b = random(2, new Shape(3, 4, 2));
    NDArray full = b.broadcast(new Shape(2, 3, 4, 2));
    NDArray l = Linalg.cholesky(positive(a));

    NDArray lower = Linalg.solveTriangular(a, b, false);
    NDArray upper = Linalg.solveTriangular(a, b, true);
    NDArray both = Linalg.choleskySolve(b, l);
    NDArray general = Linalg.solve(a, b);
    NDArray many = regular(random(7, new Shape(4, 4, 4)));
    NDArray one = random(8, new Shape(4, 4)); // not to be taken for four vectors
    NDArray each = Linalg.solve(many, one);

    assertThat(lower.getShape()).isEqualTo(new Shape(2, 3, 4, 2));
    assertThat(both.getShape()).isEqualTo(new Shape(2, 3, 4, 2));
    assertThat(general.getShape()).isEqualTo(new Shape(2, 3, 4, 2));
    matrices(one.broadcast(new Shape(4, 4, 4)), many.batchMatMul(each), m -> m);
    matrices(full, Linalg.tril(a, 0).batchMatMul(lower), m -> m);
    matrices(full, Linalg.triu(a, 0).batchMatMul(upper), m -> m);
    matrices(full, positive(a).batchMatMul(both), m -> m);
    matrices(full, a.batchMatMul(general), m -> m);
  }

  /** Of one matrix and of many, of vectors in a batch and of one, as of a column each. */
  @ParameterizedTest
  @EnumSource(FloatType.class)
  void vectorsAreColumns(FloatType type) {
    in(type);
    for (Shape batch : new Shape[] {new Shape(), new Shape(3), new Shape(2, 1)}) {
      NDArray a = regular(random(1, Shapes.concat(batch, new Shape(4, 4))));
      NDArray l = Linalg.cholesky(positive(a));
      for (Shape of : new Shape[] {new Shape(), new Shape(3), new Shape(2, 3)}) {
        NDArray x = random(2, Shapes.concat(of, new Shape(4)));
        NDArray columns =
            x.broadcast(Shapes.concat(Shapes.broadcast(batch, of), new Shape(4))).expandDims(-1);

        matrices(a.matMul(columns), Linalg.times(a, x).expandDims(-1), m -> m);
        for (boolean upper : new boolean[] {false, true}) {
          NDArray triangle = upper ? Linalg.triu(a, 0) : Linalg.tril(a, 0);
          NDArray z = Linalg.substitute(a, x, upper);
          matrices(columns, triangle.matMul(z.expandDims(-1)), m -> m);
        }
        NDArray z = Linalg.choleskySubstitute(l, x);
        matrices(columns, positive(a).matMul(z.expandDims(-1)), m -> m);
      }
    }
  }

  @Test
  void aNumberIsNoVector() {
    NDArray one = run.scalar(1);

    assertThatThrownBy(() -> Linalg.times(run.eye(2), one))
        .hasMessage("times needs vectors, but has a number; give it a dim with expandDims(-1)");
    assertThatThrownBy(() -> Linalg.substitute(one, run.ones(new Shape(2)), true))
        .hasMessage("substitute needs a matrix, but has shape (); give it two dims on the right");
  }

  @ParameterizedTest
  @EnumSource(FloatType.class)
  void logDeterminantsAreThoseOfHipparchus(FloatType type) {
    in(type);
    NDArray x = regular(random(1, BATCH));
    double[] expected =
        Arrays.stream(split(x))
            .mapToDouble(m -> Math.log(Math.abs(new LUDecomposition(m).getDeterminant())))
            .toArray();

    NDArray result = Linalg.logDeterminant(x);

    assertThat(result.getShape()).isEqualTo(new Shape(2, 3));
    assertThat(result.toDoubleArray())
        .containsExactly(expected, within(type == FloatType.FLOAT32 ? 1e-5 : 1e-12));
    assertThat(Linalg.logDeterminant(run.zeros(new Shape(2, 2))).toDoubleArray())
        .containsExactly(Double.NEGATIVE_INFINITY);
  }

  @ParameterizedTest
  @EnumSource(FloatType.class)
  void qrIsOrthonormalTimesTriangular(FloatType type) {
    in(type);
    for (Shape shape : new Shape[] {new Shape(2, 4, 3), new Shape(3, 3), new Shape(2, 2, 4)}) {
      NDArray x = random(3, shape);
      Linalg.Qr qr = Linalg.qr(x);
      long least = Math.min(shape.get(shape.dimension() - 2), shape.get(shape.dimension() - 1));

      assertThat(qr.q().getShape().get(qr.q().getShape().dimension() - 1)).isEqualTo(least);
      matrices(x, qr.q().batchMatMul(qr.r()), m -> m);
      matrices(qr.r(), qr.r(), m -> masked(m, 0, 9));
      matrices(
          qr.q(),
          qr.q().swapAxes(-1, -2).batchMatMul(qr.q()),
          m -> MatrixUtils.createRealIdentityMatrix((int) least));
    }
  }

  /** Of a nilpotent matrix the series ends; of a diagonal one it is the exponential of each. */
  @ParameterizedTest
  @EnumSource(FloatType.class)
  void matrixExponentials(FloatType type) {
    in(type);
    NDArray nilpotent = Linalg.triu(random(5, new Shape(2, 3, 3)), 1);
    matrices(
        nilpotent,
        Linalg.matrixExp(nilpotent),
        m -> MatrixUtils.createRealIdentityMatrix(3).add(m).add(m.power(2).scalarMultiply(0.5)));
    NDArray vector = random(6, new Shape(2, 3));
    NDArray diagonal = Linalg.diagonalMatrix(vector);
    NDArray expected = Linalg.diagonalMatrix(vector.exp());
    assertThat(Linalg.matrixExp(diagonal).sub(expected).abs().max().toDoubleArray()[0])
        .isLessThan(1e-6);
  }

  @ParameterizedTest
  @EnumSource(FloatType.class)
  void masksAndDiagonals(FloatType type) {
    in(type);
    NDArray x = random(4, new Shape(2, 3, 4));
    for (int k = -3; k <= 4; k++) {
      int diagonal = k;
      matrices(x, Linalg.tril(x, k), m -> masked(m, -9, diagonal));
      matrices(x, Linalg.triu(x, k), m -> masked(m, diagonal, 9));
    }
    NDArray diagonal = Linalg.diagonal(x);
    assertThat(diagonal.getShape()).isEqualTo(new Shape(2, 3));
    NDArray square = x.get("..., 0:3");
    matrices(square, Linalg.diagonalMatrix(diagonal), m -> masked(m, 0, 0));
  }

  @Test
  void gradientsAgreeWithDifferences() {
    Shape vectors = new Shape(2, 3, 2);
    Shape square = new Shape(2, 3, 3);
    Differences.check(run, x -> Linalg.cholesky(positive(x.get(0))), square);
    Differences.check(run, x -> Linalg.inverse(regular(x.get(0))), square);
    Differences.check(run, x -> Linalg.logDeterminant(regular(x.get(0))), square);
    Differences.check(
        run, x -> Linalg.solveTriangular(regular(x.get(0)), x.get(1), false), square, vectors);
    Differences.check(
        run, x -> Linalg.solveTriangular(regular(x.get(0)), x.get(1), true), square, vectors);
    Differences.check(
        run,
        x -> Linalg.choleskySolve(x.get(1), Linalg.cholesky(positive(x.get(0)))),
        square,
        new Shape(3, 2));
    Differences.check(run, x -> Linalg.solve(regular(x.get(0)), x.get(1)), square, vectors);
    Differences.check(run, x -> Linalg.matrixExp(x.get(0)), square);
    Differences.check(run, x -> Linalg.qr(regular(x.get(0))).q(), square);
    Differences.check(run, x -> Linalg.qr(regular(x.get(0))).r(), square);
    Differences.check(run, x -> Linalg.qr(x.get(0)).r(), new Shape(2, 4, 3));
    Differences.check(run, x -> Linalg.tril(x.get(0), -1), square);
    Differences.check(run, x -> Linalg.triu(x.get(0), 1), square);
    Differences.check(run, x -> Linalg.diagonal(x.get(0)), square);
    Differences.check(run, x -> Linalg.diagonalMatrix(x.get(0)), new Shape(2, 3));
  }

  @Test
  void operandsAreChecked() {
    NDArray vector = run.ones(new Shape(3));
    NDArray oblong = run.ones(new Shape(2, 3));
    NDArray square = run.eye(3);

    assertThatThrownBy(() -> Linalg.cholesky(vector))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("cholesky needs a matrix, but has shape (3); give it two dims on the right");
    assertThatThrownBy(() -> Linalg.inverse(oblong))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "inverse needs a square matrix, but has shape (2, 3); its two rightmost dims must be"
                + " equal");
    assertThatThrownBy(() -> Linalg.solveTriangular(square, oblong, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "solveTriangular has a matrix of shape (3, 3) and right sides of shape (2, 3); dim -2"
                + " of the right sides must be 3");
    assertThatThrownBy(() -> Linalg.diagonalMatrix(run.scalar(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "diagonalMatrix needs a vector, but has a number; give it a dim with expandDims(-1)");
  }

  @Test
  void aMatrixThatIsNotPositiveDefiniteIsNamed() {
    NDArray negative = run.eye(2).neg();

    assertThatThrownBy(() -> Linalg.cholesky(negative))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("operation CHOLESKY failed on shapes [(2, 2)]: ")
        .hasMessageContaining("not positive-definite");
  }

  /** The exponential of a small rotation has digits to lose in float32. */
  @ParameterizedTest
  @ValueSource(doubles = {1e-3, 0.05, 0.2, 0.37, 0.5, 1, 3})
  void matrixExpKeepsTheDigitsOfBothFloatTypes(double angle) {
    for (FloatType type : FloatType.values()) {
      try (Run run = Run.open(RunConfig.defaults().withFloatType(type), 0)) {
        NDArray skew = run.create(new double[] {0, angle, -angle, 0}, new Shape(2, 2));
        double a = Tensors.values(skew)[1];
        double[] rotation = {Math.cos(a), Math.sin(a), -Math.sin(a), Math.cos(a)};

        assertClose(
            "rotation", Linalg.matrixExp(skew), type == FloatType.FLOAT32 ? 1e-7 : 1e-15, rotation);
      }
    }
  }

  /**
   * Of a diagonal matrix, what an exponential gets is weighted by quotients of differences
   * (Daleckii and Krein 1965), however large it is; the digits of the matrix are kept.
   */
  @ParameterizedTest
  @ValueSource(doubles = {1e-200, 1, 1e12, 1e200})
  void exponentialsHaveTheSlopeOfTheirMatrixAtAnyWeight(double size) {
    double[] x = {0.3, -1.1};
    double slope = (Math.exp(x[0]) - Math.exp(x[1])) / (x[0] - x[1]);
    double[] weights = {size, 3 * size, -2 * size, size / 4};
    double[] slopes = {Math.exp(x[0]), slope, slope, Math.exp(x[1])};
    Arrays.setAll(slopes, i -> slopes[i] * weights[i]);
    List<double[]> at = List.of(new double[] {x[0], 0, 0, x[1]}, weights);
    Shape shape = new Shape(2, 2);
    Both both =
        new Both(
            RunConfig.defaults(),
            List.of(shape, shape),
            at,
            (made, in) -> Linalg.matrixExp(in[0]).mul(in[1]));

    for (Both.Outcome outcome : List.of(both.engine(FloatType.FLOAT64, at), both.record(at))) {
      for (int i = 0; i < 4; i++) {
        double error = Math.abs(weights[i] * 1e-14);
        assertThat(outcome.slopes().get(0)[i]).isCloseTo(slopes[i], within(error));
      }
    }
  }
}
