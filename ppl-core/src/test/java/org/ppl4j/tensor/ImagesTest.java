package org.ppl4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.ppl4j.testing.TensorAssertions.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.tensor.Images.Edges;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.testing.Arrival;
import org.ppl4j.testing.GradientLaw;
import org.ppl4j.testing.GradientLaw.Argument;
import org.ppl4j.testing.GradientLaw.Judged;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.RecordedLaw;

/** {@link Images}: sums over windows, written out, and their derivatives. */
@ExtendWith(LeakCheck.class)
class ImagesTest {

  private static final Rng RNG = Rng.of(19, Rng.Purpose.MODEL, 0, "images");

  /** Of images {@code (*, C, H, W)} and kernels {@code (*, O, C, h, w)}. */
  record Sizes(Shape batch, Shape image, Shape kernels, Shape kernel) {

    NDArray image(Run run) {
      return RNG.split("image").normal(run, Shapes.concat(batch, image));
    }

    NDArray kernel(Run run) {
      return RNG.split("kernel").normal(run, Shapes.concat(kernels, kernel));
    }
  }

  static Stream<Sizes> sizes() {
    Shape none = new Shape();
    return Stream.of(
        new Sizes(none, new Shape(1, 1, 1), none, new Shape(1, 1, 1, 1)),
        new Sizes(none, new Shape(2, 3, 5), none, new Shape(3, 2, 3, 3)),
        new Sizes(new Shape(4), new Shape(1, 5, 2), none, new Shape(2, 1, 3, 5)),
        new Sizes(new Shape(2, 3), new Shape(3, 1, 4), none, new Shape(1, 3, 5, 1)),
        new Sizes(new Shape(4), new Shape(2, 3, 3), new Shape(4), new Shape(2, 2, 3, 3)),
        new Sizes(new Shape(3), new Shape(2, 2, 4), new Shape(2, 1), new Shape(1, 2, 1, 3)),
        new Sizes(none, new Shape(1, 2, 3), new Shape(3), new Shape(2, 1, 3, 3)));
  }

  /** Σ K[o, c, a, b] X[c, y + a − h/2, x + b − w/2] of one image. */
  private static double[] sums(double[] x, Shape image, double[] k, Shape kernel, Edges edges) {
    int height = (int) image.get(1);
    int width = (int) image.get(2);
    int outputs = (int) kernel.get(0);
    int channels = (int) kernel.get(1);
    int h = (int) kernel.get(2);
    int w = (int) kernel.get(3);
    double[] sums = new double[outputs * height * width];
    for (int at = 0; at < sums.length; at++) {
      int o = at / (height * width);
      for (int i = 0; i < channels * h * w; i++) {
        int c = i / (h * w);
        int row = at / width % height + i / w % h - h / 2;
        int column = at % width + i % w - w / 2;
        boolean inside = row >= 0 && row < height && column >= 0 && column < width;
        if (inside || edges == Edges.PERIODIC) {
          int from = Math.floorMod(row, height) * width + Math.floorMod(column, width);
          sums[at] += k[o * channels * h * w + i] * x[c * height * width + from];
        }
      }
    }
    return sums;
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void eachPlaceIsASumOverItsWindow(Sizes sizes) {
    for (Edges edges : Edges.values()) {
      try (Run run = Run.open(RunConfig.defaults(), 0)) {
        NDArray x = sizes.image(run);
        NDArray k = sizes.kernel(run);

        NDArray y = Images.convolution(x, k, edges);

        Shape batch = Shapes.broadcast(sizes.batch(), sizes.kernels());
        Shape out = new Shape(sizes.kernel().get(0), sizes.image().get(1), sizes.image().get(2));
        assertThat(y.getShape()).isEqualTo(Shapes.concat(batch, out));
        double[] images = Tensors.values(x.broadcast(Shapes.concat(batch, sizes.image())));
        double[] kernels = Tensors.values(k.broadcast(Shapes.concat(batch, sizes.kernel())));
        double[] expected = new double[(int) y.size()];
        int count = (int) batch.size();
        for (int i = 0; i < count; i++) {
          double[] one =
              sums(
                  part(images, i, count),
                  sizes.image(),
                  part(kernels, i, count),
                  sizes.kernel(),
                  edges);
          System.arraycopy(one, 0, expected, i * one.length, one.length);
        }
        assertClose(edges + " of " + sizes, y, run.create(expected, y.getShape()), 1e-13);
      }
    }
  }

  private static double[] part(double[] all, int i, int count) {
    int size = all.length / count;
    return Arrays.copyOfRange(all, i * size, (i + 1) * size);
  }

  private static List<Argument> arguments(Run run, Sizes sizes) {
    return List.of(
        Argument.parameter("image", sizes.image(run)),
        Argument.parameter("kernel", sizes.kernel(run)));
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void gradientsAreThoseOfDifferences(Sizes sizes) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      for (Edges edges : Edges.values()) {
        for (Arrival arrival : Arrival.values()) {
          assertThat(
                  GradientLaw.check(
                          edges + " of " + sizes,
                          arguments(run, sizes),
                          (of, in) -> List.of(Images.convolution(in.get(0), in.get(1), edges)),
                          arrival)
                      .moving())
              .isPositive();
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(FloatType.class)
  void recordsGiveTheSame(FloatType type) {
    RecordedLaw law = new RecordedLaw(type);
    sizes()
        .forEach(
            sizes -> {
              try (Run run = Run.open(RunConfig.defaults().withFloatType(type), 0)) {
                for (Edges edges : Edges.values()) {
                  Judged judged =
                      law.check(
                          edges + " of " + sizes,
                          arguments(run, sizes),
                          (of, in) -> List.of(Images.convolution(in.get(0), in.get(1), edges)));
                  assertThat(judged.moving()).isPositive();
                }
              }
            });
  }

  @Test
  void whatDoesNotFitIsSaid() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray x = run.ones(new Shape(2, 3, 3));
      assertThatThrownBy(() -> Images.convolution(x, run.ones(new Shape(1, 3, 3, 3)), Edges.ZERO))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "convolution of images (2, 3, 3) with kernels (1, 3, 3, 3): images are (*, C, H, W),"
                  + " kernels (*, O, C, h, w) with the same C");
      assertThatThrownBy(() -> Images.convolution(x, run.ones(new Shape(1, 2, 3, 2)), Edges.ZERO))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "convolution with kernels (1, 2, 3, 2): windows of 3 rows and 2 columns have no"
                  + " middle; use odd numbers");
    }
  }
}
