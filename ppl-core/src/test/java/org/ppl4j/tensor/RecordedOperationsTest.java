package org.ppl4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.testing.LeakCheck;

/** Recorded operations at their edges, where random programs seldom come, against the engine. */
@ExtendWith(LeakCheck.class)
class RecordedOperationsTest {

  private static final RunConfig REQUIRED = RunConfig.defaults().withRecording(Recording.REQUIRED);

  private static final double ROUNDING = 1e-11;

  /** Two matrices of which elimination exchanges rows, with determinants of both signs. */
  private static final double[] MATRICES = {
    0, 2, 1, 0.5, 1, 0, 3, -1, 2, 1, 0.2, 1, 2, 3, 0.1, 0, 4, 0.3, -1, 2, 0.7, 2, 1, 1, 0, 0.4, 3,
    -2, 0, 1, 0.6, 2
  };

  private static NDArray matrices(NDArray x) {
    return x.reshape(2, 4, 4);
  }

  private static NDArray sides(NDArray x) {
    return Tensors.range(x, -1, 3, 11).reshape(4, 2);
  }

  private static NDArray positive(NDArray x) {
    NDArray a = matrices(x);
    return a.matMul(a.swapAxes(-1, -2)).add(Linalg.diagonalMatrix(x.get("0:4").square().add(1)));
  }

  private static NDArray both(Linalg.Qr qr) {
    return squares(qr.q()).sum().add(squares(qr.r()).sum());
  }

  private static NDArray squares(NDArray x) {
    return x.square().add(x.sin());
  }

  private static Named<UnaryOperator<NDArray>> of(String name, UnaryOperator<NDArray> function) {
    return Named.of(name, function);
  }

  static Stream<Named<UnaryOperator<NDArray>>> functions() {
    return Stream.of(
        of("solve", x -> Linalg.solve(matrices(x), sides(x))),
        of("inverse", x -> Linalg.inverse(matrices(x))),
        of("logDeterminant", x -> Linalg.logDeterminant(matrices(x))),
        of("cholesky", x -> Linalg.cholesky(positive(x))),
        of("choleskySolve", x -> Linalg.choleskySolve(sides(x), Linalg.cholesky(positive(x)))),
        of("lower", x -> Linalg.solveTriangular(positive(x), sides(x), false)),
        of("upper", x -> Linalg.solveTriangular(positive(x), sides(x), true)),
        of(
            "isPositiveDefinite",
            x -> {
              NDArray both = Tensors.stack(List.of(positive(x), positive(x).neg()), 0);
              return Linalg.isPositiveDefinite(both).toType(DataType.FLOAT64, false).mul(x.sum());
            }),
        of("exponential", x -> Linalg.matrixExp(matrices(x))),
        of("exponentialOfSmall", x -> Linalg.matrixExp(matrices(x).mul(0.05))),
        of("tallQr", x -> both(Linalg.qr(x.reshape(4, 4, 2)))),
        of("wideQr", x -> both(Linalg.qr(x.reshape(2, 2, 8)))),
        of("squareQr", x -> both(Linalg.qr(matrices(x)))),
        of("productWithZeros", x -> matrices(x).prod(new int[] {2})),
        of("runningProductWithZeros", x -> matrices(x).cumProd(1)),
        of("sortedWithEqual", x -> squares(matrices(x)).sort(1)),
        of("places", x -> matrices(x).mul(matrices(x).argSort(2, true))),
        of("smallest", x -> Tensors.range(x, -1, 13, 19).topK(3, 0, false, true).get(0)),
        of("largest", x -> squares(matrices(x)).topK(2, 1, true, true).get(0)),
        of("polygamma", x -> Special.polygamma(3, x.square().add(0.7))),
        of("i1e", x -> Special.i1e(x.mul(2))),
        of("i1eFar", x -> Special.i1e(x.mul(40))),
        of("i0eFar", x -> Special.i0e(x.mul(40).add(1))),
        of("ndtriExpFar", x -> Special.ndtriExp(x.square().add(0.01).mul(-30))),
        of("bins", RecordedOperationsTest::bins));
  }

  /** Two axes of three bins, with a row of knots and one of what belongs to bins. */
  private static NDArray bins(NDArray x) {
    SoftmaxBin.Grid grid =
        new SoftmaxBin.Grid(
            2,
            3,
            1.5,
            0.01,
            List.of(
                new SoftmaxBin.Pick(0, 2, -1),
                new SoftmaxBin.Pick(0, 2, 0),
                new SoftmaxBin.Pick(2, 3, 0)));
    NDArray raw = Tensors.range(x, -1, 0, 22).reshape(2, 11);
    NDArray value = Tensors.range(x, -1, 22, 32).reshape(5, 2).sin().mul(1.6);
    SoftmaxBin bin = SoftmaxBin.of(raw, value, grid, 1);
    NDArray sum = bin.index().mul(value);
    for (List<NDArray> parts : List.of(bin.low(), bin.width(), bin.picked())) {
      for (int i = 0; i < parts.size(); i++) {
        sum = sum.mul(0.7).add(squares(parts.get(i)));
      }
    }
    return sum;
  }

  @ParameterizedTest
  @MethodSource("functions")
  void giveTheEnginesValuesAndGradients(UnaryOperator<NDArray> function) {
    double[] moved = Arrays.stream(MATRICES).map(x -> 1.01 * x).toArray();
    BiFunction<Run, NDArray, NDArray> loss =
        (run, x) -> function.apply(x).mul(1.3).sin().sum().add(x.sum());
    RecordedFunction recorded = RecordedFunction.of(REQUIRED, loss, MATRICES, moved);
    for (double[] x : List.of(MATRICES, moved)) {
      double[] gradient = new double[x.length];
      double value = recorded.evaluate(x, gradient);
      try (Run run = Run.open(RunConfig.defaults(), 0)) {
        NDArray leaf = Autograd.variable(run.create(x, new Shape(x.length)));
        NDArray y = loss.apply(run, leaf);
        double[] expected = Autograd.grad(y, List.of(leaf)).get(0).toDoubleArray();
        double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
        assertThat(value).isCloseTo(y.getDouble(), within(ROUNDING * (1 + Math.abs(value))));
        assertThat(gradient).containsExactly(expected, within(ROUNDING * largest));
      }
    }
  }

  /** Where the engine throws, a recorded step is not finite, which is looked into eagerly. */
  @Test
  void whatHasNoFactorOrSolutionIsNaN() {
    double[] regular = {2, 0.5, 0.5, 1};
    double[] other = {3, 0.5, 0.5, 1};
    double[] indefinite = {1, 2, 2, 1};
    double[] singular = {1, 2, 2, 4};
    RecordedFunction factor = recorded(Linalg::cholesky, regular, other);
    RecordedFunction inverse = recorded(Linalg::inverse, regular, other);

    assertThat(factor.evaluate(regular, new double[4])).isFinite();
    assertThat(factor.evaluate(indefinite, new double[4])).isNaN();
    assertThat(inverse.evaluate(regular, new double[4])).isFinite();
    assertThat(inverse.evaluate(singular, new double[4])).isNaN();
  }

  private static RecordedFunction recorded(
      UnaryOperator<NDArray> function, double[] first, double[] second) {
    return RecordedFunction.of(
        REQUIRED, (run, x) -> function.apply(x.reshape(2, 2)).sum(), first, second);
  }
}
