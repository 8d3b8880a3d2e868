package org.ppl4j.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * An operation that a record has the engine do where it is large, on memory that both share.
 *
 * @param name of the operation
 * @param rank 2 of square matrices, 1 of vectors
 * @param function of numbers from 0.1 to 0.9, {@code (*, n, n)} or {@code (*, n)}
 */
record LargeOperation(String name, int rank, BiFunction<Run, NDArray, NDArray> function) {

  /** All kinds. */
  static final List<LargeOperation> ALL =
      List.of(
          matrices("product", (run, x) -> x.matMul(x.swapAxes(-1, -2)).add(x.matMul(x).sin())),
          matrices("cholesky", (run, x) -> Linalg.cholesky(positive(run, x))),
          matrices(
              "choleskySolve",
              (run, x) -> Linalg.choleskySolve(x.sin(), Linalg.cholesky(positive(run, x)))),
          matrices("lower", (run, x) -> Linalg.solveTriangular(regular(run, x), x.sin(), false)),
          matrices("upper", (run, x) -> Linalg.solveTriangular(regular(run, x), x.sin(), true)),
          matrices(
              "oneSide",
              (run, x) ->
                  Linalg.solveTriangular(
                      regular(run, x).swapAxes(-1, -2),
                      Tensors.range(x, -1, 0, Math.min(1, size(x))),
                      true)),
          matrices("solve", (run, x) -> Linalg.solve(regular(run, x), x.sin())),
          matrices("inverse", (run, x) -> Linalg.inverse(regular(run, x))),
          matrices("logDeterminant", (run, x) -> Linalg.logDeterminant(regular(run, x))),
          matrices(
              "qr",
              (run, x) -> {
                Linalg.Qr qr = Linalg.qr(regular(run, x));
                return qr.q().sin().add(qr.r().square());
              }),
          matrices("exponential", (run, x) -> Linalg.matrixExp(scaled(x))),
          matrices(
              "eigen",
              (run, x) -> {
                Linalg.Eigen eigen = Linalg.eigen(spread(run, x));
                return eigen.vectors().square().add(eigen.values().expandDims(-1));
              }),
          matrices("convolution", LargeOperation::convolution),
          vectors("sort", (run, x) -> x.mul(31).sin().sort(-1)),
          vectors("order", (run, x) -> x.mul(31).sin().argSort(-1, false).mul(x)),
          vectors("fourier", (run, x) -> size(x) == 0 ? x : spectrum(x)),
          vectors("cumulativeSum", (run, x) -> x.cumSum(-1)),
          vectors("sines", (run, x) -> x.sin().add(x.cos().mul(x.tan())).atan()),
          vectors("arcs", (run, x) -> x.asin().add(x.acos().square()).sinh().mul(x.cosh())),
          vectors("areas", (run, x) -> x.atanh().add(x.add(1).log10().log2().square())),
          vectors("errors", (run, x) -> Special.erf(x).add(Special.erfc(x).mul(x))),
          vectors("inverses", (run, x) -> Special.erfinv(x).add(Special.erfcx(x).mul(x))),
          vectors("logit", (run, x) -> Special.logit(x).add(x.sin())),
          vectors("gamma", (run, x) -> Special.lgamma(x)),
          vectors("power", (run, x) -> x.pow(x.add(0.5)).add(x.atan2(x.cos()))));

  /** Of four channels of the matrix by kernels that move with it. */
  private static NDArray convolution(Run run, NDArray x) {
    if (size(x) == 0) {
      return x;
    }
    NDArray image = x.expandDims(-3);
    NDArray images = Tensors.concat(List.of(image, image.sin(), image.cos(), image.square()), -3);
    double[] weights = new double[3 * 4 * 5 * 5];
    Arrays.setAll(weights, i -> Math.sin(i + 1));
    NDArray first = Tensors.range(Tensors.reshape(x, new Shape(x.size())), -1, 0, 1);
    NDArray kernels = run.create(weights, new Shape(3, 4, 5, 5)).mul(first.add(1));
    return Images.convolution(images, kernels, Images.Edges.ZERO);
  }

  /** There and back, with the numbers between squared. */
  private static NDArray spectrum(NDArray x) {
    NDArray pairs = Fourier.rfft(x);
    return Fourier.irfft(pairs.square().div(size(x)).add(pairs), (int) size(x));
  }

  /** A symmetric matrix whose eigenvalues are apart. */
  private static NDArray spread(Run run, NDArray x) {
    double[] numbers = new double[(int) size(x)];
    Arrays.setAll(numbers, i -> 3 * i);
    NDArray diagonal = Linalg.diagonalMatrix(run.create(numbers, new Shape(numbers.length)));
    return scaled(x.add(x.swapAxes(-1, -2))).add(diagonal);
  }

  private static LargeOperation matrices(String name, BiFunction<Run, NDArray, NDArray> function) {
    return new LargeOperation(name, 2, function);
  }

  private static LargeOperation vectors(String name, BiFunction<Run, NDArray, NDArray> function) {
    return new LargeOperation(name, 1, function);
  }

  private static long size(NDArray x) {
    return x.getShape().get(x.getShape().dimension() - 1);
  }

  private static NDArray scaled(NDArray x) {
    return x.div(Math.max(1, size(x)));
  }

  private static NDArray regular(Run run, NDArray x) {
    return scaled(x).add(run.eye(size(x)));
  }

  private static NDArray positive(Run run, NDArray x) {
    return scaled(x).matMul(x.swapAxes(-1, -2)).add(run.eye(size(x)));
  }

  /** The shape of an operand of a size. */
  Shape shape(Shape batch, int n) {
    return Shapes.concat(batch, rank == 2 ? new Shape(n, n) : new Shape(n));
  }

  /**
   * Whether its time is held against the engine's: not what is about as slow by both, nor systems
   * whose factors are kept in double precision where the engine has single.
   */
  boolean isTimed() {
    return !List.of("qr", "exponential", "gamma", "solve", "inverse").contains(name);
  }

  @Override
  public String toString() {
    return name;
  }
}
