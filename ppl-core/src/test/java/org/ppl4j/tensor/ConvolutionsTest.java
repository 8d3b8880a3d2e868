package org.ppl4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.testing.LeakCheck;

/**
 * Convolutions as blocks of DJL ask for them: values of DJL's own, and values and gradients of a
 * record and of the engine.
 */
@ExtendWith(LeakCheck.class)
class ConvolutionsTest {

  private static final long SEED = 20261201;

  /** One way to slide a window. */
  record Way(
      Shape images,
      Shape kernels,
      Shape stride,
      Shape padding,
      Shape dilation,
      int groups,
      boolean isTransposed) {

    NDArray of(NDArray x, NDArray kernels, NDArray bias) {
      return isTransposed
          ? x.getNDArrayInternal()
              .deconvolution(x, kernels, bias, stride, padding, more(), dilation, groups)
              .singletonOrThrow()
          : x.getNDArrayInternal()
              .convolution(x, kernels, bias, stride, padding, dilation, groups)
              .singletonOrThrow();
    }

    /** One place more where strides leave some. */
    private Shape more() {
      return new Shape(Arrays.stream(stride.getShape()).map(s -> Math.min(1, s - 1)).toArray());
    }

    Shape bias() {
      return new Shape(kernels.get(0));
    }

    /** By DJL, or by definition what its engine has not. */
    double[] plain(List<double[]> at) {
      if (isTransposed) {
        return spread(at);
      }
      try (NDManager manager = NDManager.newBaseManager()) {
        return of(
                manager.create(at.get(0), images),
                manager.create(at.get(1), kernels),
                manager.create(at.get(2), bias()))
            .toDoubleArray();
      }
    }

    private int last(Shape shape, int axis, int otherwise) {
      int at = shape.dimension() - 2 + axis;
      return at < shape.dimension() - stride.dimension() ? otherwise : (int) shape.get(at);
    }

    /** Each number of the images times the kernels, added to the window at its place. */
    private double[] spread(List<double[]> at) {
      int count = (int) images.get(0);
      int ins = (int) kernels.get(1);
      int outs = (int) kernels.get(0) / groups;
      int[] in = new int[2];
      int[] window = new int[2];
      int[] out = new int[2];
      int[] apart = new int[2];
      int[] begin = new int[2];
      int[] wide = new int[2];
      for (int axis = 0; axis < 2; axis++) {
        in[axis] = last(images, axis, 1);
        window[axis] = last(kernels, axis, 1);
        apart[axis] = last(stride, axis, 1);
        begin[axis] = last(padding, axis, 0);
        wide[axis] = last(dilation, axis, 1);
        int end = wide[axis] * (window[axis] - 1) + 1 + Math.max(0, last(more(), axis, 0));
        out[axis] = (in[axis] - 1) * apart[axis] - 2 * begin[axis] + end;
      }
      double[] result = new double[count * groups * outs * out[0] * out[1]];
      int channel = out[0] * out[1];
      for (int i = 0; i < result.length; i++) {
        result[i] = at.get(2)[i / channel % (groups * outs)];
      }
      for (int i = 0; i < at.get(0).length; i++) {
        int column = i % in[1];
        int row = i / in[1] % in[0];
        int from = i / (in[0] * in[1]) % (groups * ins);
        int image = i / (in[0] * in[1] * groups * ins);
        for (int k = 0; k < outs * window[0] * window[1]; k++) {
          int b = k % window[1];
          int a = k / window[1] % window[0];
          int to = from / ins * outs + k / (window[0] * window[1]);
          int y = row * apart[0] - begin[0] + a * wide[0];
          int x = column * apart[1] - begin[1] + b * wide[1];
          if (y >= 0 && y < out[0] && x >= 0 && x < out[1]) {
            int weight = ((to * ins + from % ins) * window[0] + a) * window[1] + b;
            result[(image * groups * outs + to) * channel + y * out[1] + x] +=
                at.get(0)[i] * at.get(1)[weight];
          }
        }
      }
      return result;
    }
  }

  private static Way of(
      Shape images, Shape kernels, int stride, int padding, int dilation, int groups) {
    return way(images, kernels, stride, padding, dilation, groups, false);
  }

  private static Way back(
      Shape images, Shape kernels, int stride, int padding, int dilation, int groups) {
    return way(images, kernels, stride, padding, dilation, groups, true);
  }

  private static Way way(
      Shape images,
      Shape kernels,
      int stride,
      int padding,
      int dilation,
      int groups,
      boolean isTransposed) {
    int axes = images.dimension() - 2;
    return new Way(
        images,
        kernels,
        each(stride, axes),
        each(padding, axes),
        each(dilation, axes),
        groups,
        isTransposed);
  }

  private static Shape each(int number, int axes) {
    long[] all = new long[axes];
    Arrays.fill(all, number);
    return new Shape(all);
  }

  static Stream<Way> ways() {
    return Stream.of(
        of(new Shape(1, 1, 1, 1), new Shape(1, 1, 1, 1), 1, 0, 1, 1),
        of(new Shape(2, 3, 6, 5), new Shape(4, 3, 3, 2), 1, 0, 1, 1),
        of(new Shape(2, 3, 16, 15), new Shape(8, 3, 3, 3), 1, 0, 1, 1), // a node
        of(new Shape(2, 2, 7, 8), new Shape(3, 2, 3, 3), 2, 1, 1, 1),
        of(new Shape(1, 4, 9, 9), new Shape(6, 2, 2, 3), 3, 2, 2, 2),
        of(new Shape(3, 4, 5, 5), new Shape(4, 1, 3, 3), 1, 1, 1, 4),
        of(new Shape(2, 3, 9), new Shape(5, 3, 4), 2, 1, 1, 1),
        of(new Shape(1, 2, 20), new Shape(2, 1, 3), 1, 0, 4, 2),
        back(new Shape(1, 1, 1, 1), new Shape(1, 1, 1, 1), 1, 0, 1, 1),
        back(new Shape(2, 3, 4, 5), new Shape(2, 3, 3, 3), 1, 0, 1, 1),
        back(new Shape(2, 4, 4, 3), new Shape(6, 2, 3, 4), 2, 1, 1, 2),
        back(new Shape(1, 2, 3, 3), new Shape(1, 2, 2, 2), 3, 0, 2, 1),
        back(new Shape(2, 3, 6), new Shape(2, 3, 4), 2, 1, 1, 1));
  }

  private static double[] numbers(SplittableRandom random, Shape shape) {
    return random.doubles(shape.size(), -1, 1).map(x -> (float) x).toArray();
  }

  private static void close(double[] is, double[] wanted, double rounding, String what) {
    double largest = Arrays.stream(wanted).map(Math::abs).max().orElse(0);
    assertThat(is).as(what).containsExactly(wanted, within(rounding * Math.max(largest, 1)));
  }

  @ParameterizedTest
  @MethodSource("ways")
  void areThoseOfDjl(Way way) {
    SplittableRandom random = new SplittableRandom(SEED);
    List<Shape> shapes = List.of(way.images(), way.kernels(), way.bias());
    List<double[]> at = shapes.stream().map(shape -> numbers(random, shape)).toList();
    double[] plain = way.plain(at);
    for (FloatType type : FloatType.values()) {
      double rounding = type == FloatType.FLOAT64 ? 1e-12 : 1e-5;
      RunConfig config = RunConfig.defaults().withFloatType(type);
      Both both =
          new Both(
              config,
              shapes,
              at,
              (run, in) -> {
                NDArray y = way.of(in[0], in[1], in[2]);
                return y.add(y.sin()).sub(y.sin()); // so that it is used twice
              });
      Both.Outcome record = both.record(at);
      Both.Outcome engine = both.engine(at);
      close(record.values(), plain, rounding, "values of the record in " + type);
      close(engine.values(), plain, rounding, "values of the engine in " + type);
      for (int i = 0; i < 3; i++) {
        String what = "slopes in operand " + i + " in " + type;
        close(record.slopes().get(i), engine.slopes().get(i), 30 * rounding, what);
        assertThat(Arrays.stream(record.slopes().get(i)).anyMatch(x -> x != 0)).as(what).isTrue();
      }
    }
  }

  @Test
  void sayWhatDoesNotFit() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray image = run.ones(new Shape(1, 2, 4, 4));
      Shape one = new Shape(1, 1);
      Shape none = new Shape(0, 0);
      assertThatThrownBy(
              () ->
                  image
                      .getNDArrayInternal()
                      .convolution(image, run.ones(new Shape(1, 3, 2, 2)), null, one, none, one, 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "convolution of images (1, 2, 4, 4) with kernels (1, 3, 2, 2) in 1 groups: images are"
                  + " (N, G C, H, W), kernels (G O, C, h, w) that are not larger; pad the images or"
                  + " reshape");
      NDArray volume = run.ones(new Shape(1, 2, 4, 4, 4));
      NDArray kernels = run.ones(new Shape(1, 2, 5, 2, 2));
      Shape each = new Shape(1, 1, 1);
      Shape bare = new Shape(0, 0, 0);
      assertThatThrownBy(
              () ->
                  volume
                      .getNDArrayInternal()
                      .convolution(volume, kernels, null, each, bare, each, 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "convolution of volumes (1, 2, 4, 4, 4) with kernels (1, 2, 5, 2, 2) and padding 0: a"
                  + " window is larger; take a smaller one");
      assertThatThrownBy(
              () ->
                  volume
                      .getNDArrayInternal()
                      .deconvolution(volume, kernels, null, each, bare, bare, each, 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "deconvolution of images (1, 2, 4, 4, 4) with kernels (1, 2, 5, 2, 2) and strides (1,"
                  + " 1, 1): it goes along up to 2 axes, those of images after the batch and the"
                  + " channels; reshape, or take another block");
    }
  }
}
