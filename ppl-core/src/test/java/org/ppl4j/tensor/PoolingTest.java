package org.ppl4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.internal.NDArrayEx;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.testing.LeakCheck;

/** Windows of images against DJL's own, and records of them against the engine. */
@ExtendWith(LeakCheck.class)
class PoolingTest {

  private static final Shape NONE = new Shape(0, 0);

  private static Arguments of(String name, Shape images, Function<NDArrayEx, NDArray> function) {
    return Arguments.of(Named.of(name, function), images, function);
  }

  /** Means of what lies within the image, for which DJL's engine takes those with zeros around. */
  private static Arguments inside(
      String name, Shape images, Shape kernel, Shape stride, Shape padding, boolean isCeil) {
    Function<NDArrayEx, NDArray> function = x -> x.avgPool(kernel, stride, padding, isCeil, false);
    Function<NDArrayEx, NDArray> padded = x -> x.avgPool(kernel, stride, padding, isCeil, true);
    Function<NDArrayEx, NDArray> shares =
        x -> padded.apply(x.getArray().onesLike().getNDArrayInternal());
    return Arguments.of(
        Named.of(name, function),
        images,
        (Function<NDArrayEx, NDArray>) x -> padded.apply(x).div(shares.apply(x)));
  }

  private static Shape s(long... sizes) {
    return new Shape(sizes);
  }

  static Stream<Arguments> uses() {
    Shape images = s(2, 3, 7, 6);
    return Stream.of(
        of("max", images, x -> x.maxPool(s(2, 3), s(2, 1), NONE, false)),
        of("maxPadded", images, x -> x.maxPool(s(3, 3), s(2, 2), s(1, 1), false)),
        of("maxCeil", images, x -> x.maxPool(s(3, 2), s(3, 4), s(1, 0), true)),
        of("maxOfRows", s(2, 3, 9), x -> x.maxPool(s(4), s(2), s(2), true)),
        of(
            "maxOfVolumes",
            s(1, 2, 4, 4, 4),
            x -> x.maxPool(s(2, 2, 2), s(2, 2, 2), s(0, 0, 0), false)),
        of("mean", images, x -> x.avgPool(s(2, 3), s(2, 1), NONE, false, true)),
        of("meanPadded", images, x -> x.avgPool(s(3, 3), s(2, 2), s(1, 1), false, true)),
        inside("meanWithin", images, s(3, 3), s(2, 2), s(1, 1), false),
        of("meanCeil", images, x -> x.avgPool(s(3, 2), s(3, 4), s(1, 1), true, true)),
        inside("meanCeilWithin", images, s(3, 2), s(3, 4), s(1, 1), true),
        inside("meanOfRows", s(2, 3, 9), s(4), s(3), s(1), false),
        of("globalMax", images, NDArrayEx::globalMaxPool),
        of("globalMean", images, NDArrayEx::globalAvgPool),
        of("globalNorm", images, x -> x.globalLpPool(2)));
  }

  @ParameterizedTest
  @MethodSource("uses")
  void areThoseOfDjl(
      Function<NDArrayEx, NDArray> function, Shape shape, Function<NDArrayEx, NDArray> djl) {
    double[] at =
        new SplittableRandom(3).doubles(shape.size(), -1, 1).map(x -> (float) x).toArray();
    double[] plain;
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray x = manager.create(at, shape);
      plain = djl.apply(x.getNDArrayInternal()).toDoubleArray();
    }
    for (FloatType type : FloatType.values()) {
      double rounding = type == FloatType.FLOAT64 ? 1e-12 : 1e-5;
      Both both =
          new Both(
              RunConfig.defaults().withFloatType(type),
              List.of(shape),
              List.of(at),
              (run, in) -> function.apply(in[0].getNDArrayInternal()));
      Both.Outcome record = both.record(List.of(at));
      Both.Outcome engine = both.engine(List.of(at));
      assertThat(record.values()).containsExactly(plain, within(rounding));
      assertThat(engine.values()).containsExactly(plain, within(rounding));
      double[] slopes = record.slopes().get(0);
      assertThat(slopes).containsExactly(engine.slopes().get(0), within(10 * rounding));
      assertThat(Arrays.stream(slopes).anyMatch(x -> x != 0)).isTrue();
    }
  }

  /** DJL's engine has no padding there. */
  @Test
  void normsAreThoseOfWindows() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray x = run.create(new double[] {3, 4, 1, 2, 2, 1, 0, 5}, s(1, 1, 2, 4));
      assertThat(x.getNDArrayInternal().lpPool(2, s(1, 2), s(1, 2), NONE, false).toDoubleArray())
          .containsExactly(new double[] {5, Math.sqrt(5), Math.sqrt(5), 5}, within(1e-12));
    }
  }

  @Test
  void saysWhatDoesNotFit() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray x = run.ones(s(1, 1, 2, 4));
      assertThatThrownBy(() -> x.getNDArrayInternal().maxPool(s(3, 3), s(1, 1), NONE, false))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "pooling of images (1, 1, 2, 4) by windows (3, 3) with padding (0, 0): a window is"
                  + " larger; take a smaller one");
      assertThatThrownBy(() -> x.getNDArrayInternal().maxPool(s(2), s(1), s(0), false))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "pooling of images (1, 1, 2, 4) by windows (2) with strides (1) and padding (0):"
                  + " images are (N, C, …) with as many dims more as the others; reshape");
    }
  }
}
