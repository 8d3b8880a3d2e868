package org.ppl4j.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.primitives.Doubles;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.ppl4j.tensor.internal.table.Op;

/** Uses of the operations on images; a vector x gives the image 0.3 x xᵀ of one channel. */
final class ImageUses {

  private static final double[] WEIGHTS = {0.2, -0.5, 0.1, 0.3, 0.9, -0.4, 0.6, -0.1, 0.05};

  private ImageUses() {}

  static Stream<Use> all() {
    return Stream.of(ofOneKernel(), ofManyKernels(), transposed(), spectrum(), signal());
  }

  private static Use ofOneKernel() {
    return convolution(
        (b, x) -> b.floats(WEIGHTS, new Shape(1, 1, 3, 3)),
        (b, x) -> b.floats(new double[] {1}, new Shape()));
  }

  /** Each image has the weights times the mean of its vector's tanh. */
  private static Use ofManyKernels() {
    return convolution(
        (b, x) ->
            b.floats(WEIGHTS, new Shape(1, 1, 3, 3))
                .mul(share(x).expandDims(-1).expandDims(-1).expandDims(-1)),
        (b, x) -> share(x).expandDims(-1));
  }

  private static NDArray share(NDArray x) {
    return x.tanh().mean(new int[] {-1}, true);
  }

  private interface Of {
    NDArray of(Backend backend, NDArray x);
  }

  /** Against the sum of the moved image, each time by a weight and a factor. */
  private static Use convolution(Of kernel, Of factor) {
    return new Use(
            Op.CONVOLUTION,
            1,
            (shapes, random) ->
                new Use.Step(
                    (b, in) ->
                        Images.convolution(
                                image(in[0]).expandDims(-3), kernel.of(b, in[0]), Images.Edges.ZERO)
                            .squeeze(-3),
                    (b, in) ->
                        moved(image(in[0]), Doubles.asList(WEIGHTS)).mul(factor.of(b, in[0]))))
        .ofRank(1);
  }

  /** The transpose, which is a convolution by the kernel from its end on. */
  private static Use transposed() {
    return new Use(
            Op.TRANSPOSED_CONVOLUTION,
            1,
            (shapes, random) ->
                new Use.Step(
                    (b, in) -> transposed(image(in[0]), b.floats(WEIGHTS, new Shape(1, 1, 3, 3))),
                    (b, in) -> moved(image(in[0]), Doubles.asList(reversed()))))
        .ofRank(1);
  }

  /** Of a row, against sums of its numbers times cosines and sines. */
  private static Use spectrum() {
    return new Use(
            Op.RFFT,
            1,
            (shapes, random) ->
                isEmpty(shapes[0])
                    ? null
                    : new Use.Step(
                        (b, in) -> Fourier.rfft(in[0]).mul(0.3),
                        (b, in) -> {
                          int n = last(in[0]);
                          NDArray real = in[0].matMul(waves(b, n, n / 2 + 1, false));
                          NDArray imaginary = in[0].matMul(waves(b, n, n / 2 + 1, true));
                          return real.stack(imaginary.neg(), -1).mul(0.3);
                        }))
        .ofRank(1);
  }

  /** The inverse, of pairs of a row's numbers and halves of them. */
  private static Use signal() {
    return new Use(
            Op.IRFFT,
            1,
            (shapes, random) ->
                isEmpty(shapes[0])
                    ? null
                    : new Use.Step(
                        (b, in) -> {
                          int n = Math.max(1, 2 * (last(in[0]) - 1));
                          NDArray pairs = Tensors.stack(List.of(in[0], in[0].mul(0.5)), -1);
                          return Fourier.irfft(pairs, n);
                        },
                        (b, in) -> {
                          int m = last(in[0]);
                          int n = Math.max(1, 2 * (m - 1));
                          double[] times = new double[m];
                          Arrays.fill(times, 2.0 / n);
                          times[0] = 1.0 / n;
                          times[m - 1] = 1.0 / n;
                          NDArray each = in[0].mul(b.floats(times, new Shape(m)));
                          NDArray real = each.matMul(waves(b, m, n, false, n));
                          return real.sub(each.matMul(waves(b, m, n, true, n)).mul(0.5));
                        }))
        .ofRank(1);
  }

  private static boolean isEmpty(Shape shape) {
    return shape.size() == 0;
  }

  private static int last(NDArray x) {
    return (int) x.getShape().get(x.getShape().dimension() - 1);
  }

  private static NDArray waves(Backend backend, int rows, int columns, boolean isSine) {
    return waves(backend, rows, columns, isSine, rows);
  }

  /** The cosine or sine of {@code 2π i j / n}. */
  private static NDArray waves(Backend backend, int rows, int columns, boolean isSine, int n) {
    double[] waves = new double[rows * columns];
    for (int i = 0; i < waves.length; i++) {
      int turns = (i / columns) * (i % columns);
      double angle = 2 * Math.PI * turns / n;
      waves[i] = isSine ? Math.sin(angle) : Math.cos(angle);
    }
    return backend.floats(waves, new Shape(rows, columns));
  }

  private static double[] reversed() {
    double[] weights = WEIGHTS.clone();
    Doubles.reverse(weights);
    return weights;
  }

  private static NDArray transposed(NDArray image, NDArray kernel) {
    Shape shape = image.getShape();
    long n = shape.get(shape.dimension() - 1);
    Shape one = new Shape(1, 1);
    Shape none = new Shape(0, 0);
    RunArray images = (RunArray) image.reshape(new Shape(-1, 1, n, n));
    return Convolutions.transposed(images, (RunArray) kernel, null, one, one, none, one, 1)
        .reshape(shape);
  }

  private static NDArray image(NDArray x) {
    return x.expandDims(-1).mul(x.expandDims(-2)).mul(0.3);
  }

  private static NDArray moved(NDArray image, List<Double> weights) {
    NDArray wide = image.pad(new Shape(1, 1, 1, 1), 0);
    long n = image.getShape().get(image.getShape().dimension() - 1);
    NDArray sum = image.mul(0);
    for (int i = 0; i < weights.size(); i++) {
      int row = i / 3;
      int column = i % 3;
      String window = "..., %d:%d, %d:%d".formatted(row, row + n, column, column + n);
      sum = sum.add(wide.get(window).mul(weights.get(i)));
    }
    return sum;
  }
}
