package org.ppl4j.benchmarks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Fourier;
import org.ppl4j.tensor.Images;
import org.ppl4j.tensor.Linalg;
import org.ppl4j.tensor.Recording;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.VectorFunction;

/**
 * Numbers of a vector x that are each a kind of computation with arrays, as JAX is timed on them:
 * their values and gradients are those of a log density. All constants are uniform between −1 and
 * 1.
 */
public final class ArrayCases {

  private static final int N = 100_000;
  private static final Shape MATRIX = new Shape(1000, 100);

  /**
   * A number of a vector.
   *
   * @param size of the vector
   * @param function the number, of a run and the vector
   */
  private record Case(int size, BiFunction<Run, NDArray, NDArray> function) {}

  private static final ImmutableMap<String, Case> ALL =
      ImmutableMap.<String, Case>builder()
          .put("arithmetic", new Case(1_000_000, (run, x) -> arithmetic(x)))
          .put("pointwise", new Case(N, (run, x) -> pointwise(x)))
          .put("reduction_0", new Case(N, (run, x) -> spread(x, 0)))
          .put("reduction_1", new Case(N, (run, x) -> spread(x, 1)))
          .put("gather", new Case(1000, ArrayCases::gathered))
          .put("softmax", new Case(N, (run, x) -> matrix(x).softmax(1).square().sum()))
          .put("logsumexp", new Case(N, (run, x) -> Special.logSumExp(matrix(x), 1, false).sum()))
          .put("logistic", new Case(20, ArrayCases::logistic))
          .put("layers", new Case(3 * 64 * 64, (run, x) -> layers(run, x, 64, 64)))
          .put("product", new Case(512 * 512, ArrayCases::product))
          .put("small_layers", new Case(3 * 8 * 8, (run, x) -> layers(run, x, 16, 8)))
          .put(
              "narrow_logsumexp",
              new Case(
                  30_000,
                  (run, x) ->
                      Special.logSumExp(Tensors.reshape(x, new Shape(10_000, 3)), 1, false).sum()))
          .put("cumulative_sum", new Case(N, (run, x) -> x.cumSum(-1).mul(0.01).sin().sum()))
          .put("lgamma", new Case(N, (run, x) -> Special.lgamma(x.add(2)).sum()))
          .put("sort", new Case(10_000, (run, x) -> x.sort(-1).mul(run.arange(10_000)).sum()))
          .put("gaussian_process", new Case(2, ArrayCases::gaussianProcess))
          .put("convolution", new Case(8 * 27, ArrayCases::convolution))
          .put("ten_numbers", new Case(10, (run, x) -> chain(x)))
          .put("sines", new Case(N, (run, x) -> x.sin().add(x.cos().mul(x.tan())).atan().sum()))
          .put("errors", new Case(N, (run, x) -> Special.erf(x).mul(Special.ndtr(x)).sum()))
          .put("fourier", new Case(N, (run, x) -> Fourier.rfft(x).square().sum()))
          .put("eigen", new Case(200 * 200, ArrayCases::eigen))
          .buildOrThrow();

  private ArrayCases() {}

  /** The names of all. */
  public static ImmutableSet<String> names() {
    return ALL.keySet();
  }

  /** The vector at which a case is evaluated. */
  static double[] start(String name) {
    return uniform(0, of(name).size());
  }

  /** A case, of the default configuration but for float type and recording. */
  static VectorFunction function(String name, FloatType floatType, Recording recording) {
    RunConfig config = RunConfig.defaults().withFloatType(floatType).withRecording(recording);
    return new VectorFunction(name, config, of(name).function(), start(name));
  }

  private static Case of(String name) {
    Case made = ALL.get(name);
    if (made == null) {
      throw new IllegalArgumentException(
          "array case '" + name + "' does not exist; use one of " + names());
    }
    return made;
  }

  // --- constants

  /** Numbers between −1 and 1. */
  static double[] uniform(long seed, int count) {
    return new SplittableRandom(seed).doubles(count, -1, 1).toArray();
  }

  /** Which of 1,000 numbers each of 100,000 takes. */
  static int[] places() {
    return new SplittableRandom(1).ints(N, 0, 1000).toArray();
  }

  /** What each of them is compared with. */
  static double[] compared() {
    return uniform(2, N);
  }

  /** The predictors of 10,000 rows, 20 of each. */
  static double[] predictors() {
    return uniform(3, 10_000 * 20);
  }

  private static NDArray constants(Run run, long seed, long... shape) {
    Shape of = new Shape(shape);
    return run.create(uniform(seed, Math.toIntExact(of.size())), of);
  }

  private static NDArray matrix(NDArray x) {
    return Tensors.reshape(x, MATRIX);
  }

  // --- the cases

  private static NDArray arithmetic(NDArray x) {
    return x.mul(2).add(1).mul(x).sub(x.mul(x).mul(x)).square().sum();
  }

  private static NDArray pointwise(NDArray x) {
    NDArray square = x.mul(x);
    return x.sin().mul(square.neg().exp()).add(Special.log1p(square).mul(x.tanh())).sum();
  }

  private static NDArray spread(NDArray x, int axis) {
    NDArray m = matrix(x);
    int[] axes = {axis};
    return m.sub(m.mean(axes, true)).square().sum(axes).log().sum();
  }

  private static NDArray gathered(Run run, NDArray x) {
    long[] places = Arrays.stream(places()).asLongStream().toArray();
    NDArray taken = Tensors.pick(x, run.create(places, new Shape(N)));
    return taken.sub(run.create(compared(), new Shape(N))).square().sum();
  }

  private static NDArray logistic(Run run, NDArray x) {
    NDArray rows = run.create(predictors(), new Shape(10_000, 20));
    return Special.logSigmoid(Tensors.matVec(rows, x)).sum();
  }

  private static NDArray layers(Run run, NDArray x, int rows, int units) {
    NDArray h = constants(run, 4, rows, units);
    for (int i = 0; i < 3; i++) {
      NDArray weights = Tensors.range(x, 0, (long) i * units * units, (i + 1L) * units * units);
      h = h.matMul(Tensors.reshape(weights, new Shape(units, units))).tanh();
    }
    return h.square().sum();
  }

  private static NDArray product(Run run, NDArray x) {
    NDArray square = Tensors.reshape(x, new Shape(512, 512));
    return constants(run, 5, 512, 512).matMul(square).tanh().sum();
  }

  private static NDArray gaussianProcess(Run run, NDArray x) {
    NDArray p = constants(run, 6, 100);
    NDArray apart = p.expandDims(1).sub(p.expandDims(0)).square();
    NDArray noise = run.eye(100).mul(x.get(1).exp());
    NDArray covariance = apart.mul(x.get(0).exp()).neg().exp().add(noise);
    NDArray lower = Linalg.cholesky(covariance);
    NDArray z = Linalg.solveTriangular(lower, constants(run, 7, 100, 1), false);
    return z.square().sum().mul(0.5).add(Linalg.diagonal(lower).log().sum());
  }

  private static NDArray convolution(Run run, NDArray x) {
    NDArray images = constants(run, 8, 8, 3, 28, 28);
    NDArray kernels = Tensors.reshape(x, new Shape(8, 3, 3, 3));
    return Images.convolution(images, kernels, Images.Edges.ZERO).tanh().sum();
  }

  /** Sixty operations. */
  private static NDArray chain(NDArray x) {
    NDArray y = x;
    for (int i = 0; i < 15; i++) {
      y = y.mul(0.9).add(x.sin()).mul(y.tanh()).sub(0.1);
    }
    return y.square().sum();
  }

  /** Of a symmetric matrix whose eigenvalues are apart. */
  private static NDArray eigen(Run run, NDArray x) {
    NDArray m = Tensors.reshape(x, new Shape(200, 200));
    NDArray apart = Linalg.diagonalMatrix(run.arange(200).mul(3));
    NDArray symmetric = m.add(m.swapAxes(-1, -2)).div(200).add(apart);
    return Linalg.eigen(symmetric).values().sin().sum();
  }
}
