package org.ppl4j.infer.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.primitives.ImmutableDoubleArray;
import com.google.errorprone.annotations.MustBeClosed;
import java.awt.Rectangle;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.mcmc.Iterations;
import org.ppl4j.testing.LeakCheck;

/** Dots are where draws are. */
@ExtendWith(LeakCheck.class)
class PairsPictureTest {

  private static final int DRAWS = 1000;

  /** Of the second number against the first of two, and of the first alone, in pixels. */
  private static final Rectangle PANEL = new Rectangle(71, 246, 193, 193);

  private static final Rectangle HISTOGRAM = new Rectangle(71, 45, 193, 193);

  /** Of a site w of some numbers. */
  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // by the caller
  private static Samples samples(int size, IntToDoubleFunction value) {
    double[] values = new double[DRAWS * size];
    Arrays.setAll(values, value);
    NDManager manager = NDManager.newBaseManager();
    return Samples.ofChains(
        manager, Map.of("w", manager.create(values, new Shape(DRAWS, size))), 1);
  }

  /** The first draws diverged. */
  private static Iterations diverged(int count) {
    double[] divergent = new double[DRAWS];
    Arrays.fill(divergent, 0, count, 1);
    return Iterations.of(Map.of("divergent__", ImmutableDoubleArray.copyOf(divergent)), 1);
  }

  private static Rectangle part(double left, double top, double width, double height) {
    return new Rectangle(
        (int) (PANEL.x + left * PANEL.width),
        (int) (PANEL.y + top * PANEL.height),
        (int) (width * PANEL.width),
        (int) (height * PANEL.height));
  }

  /** Five draws in the corner diverged. */
  @Test
  void whatDivergedIsRedWhereItIs() {
    SplittableRandom random = new SplittableRandom(1);
    try (Samples samples = samples(2, i -> i < 10 ? 6 : random.nextGaussian())) {
      PairsPicture picture = PairsPicture.of("pairs", samples);
      Pixels marked = Pixels.of(picture.divergent(diverged(5)));

      Rectangle red = marked.bounds(marked.all(), Pixels::isRed);
      assertThat(part(0.85, 0, 0.15, 0.15).contains(red)).isTrue();
      assertThat(red.width).isBetween(3, 6);
      assertThat(marked.count(part(0, 0.4, 0.6, 0.6), Pixels::isBlue)).isGreaterThan(300);
      Pixels plain = Pixels.of(picture);
      assertThat(plain.count(plain.all(), Pixels::isRed)).isZero();
      assertThat(plain.count(part(0.9, 0, 0.1, 0.1), Pixels::isBlue)).isPositive();
    }
  }

  /** Of a number and its square the dots are a parabola, and half of the squares are small. */
  @Test
  void dotsAndBarsAreThoseOfTheDraws() {
    try (Samples samples =
        samples(2, i -> Math.pow((i - i % 2) / (double) DRAWS - 1, i % 2 == 0 ? 1 : 2))) {
      Pixels pixels = Pixels.of(PairsPicture.of("parabola", samples));

      assertThat(pixels.count(part(0, 0, 0.15, 0.3), Pixels::isBlue)).isGreaterThan(30);
      assertThat(pixels.count(part(0.85, 0, 0.15, 0.3), Pixels::isBlue)).isGreaterThan(30);
      assertThat(pixels.count(part(0.3, 0.8, 0.4, 0.2), Pixels::isBlue)).isGreaterThan(30);
      assertThat(pixels.count(part(0.3, 0, 0.4, 0.6), Pixels::isBlue)).isZero();
      // Even numbers: bars of the same height from end to end.
      Rectangle bars = pixels.bounds(HISTOGRAM, Pixels::isBlue);
      assertThat(bars.width).isGreaterThan((int) (0.85 * HISTOGRAM.width));
      assertThat(pixels.count(HISTOGRAM, Pixels::isBlue))
          .isGreaterThan((int) (0.8 * bars.width * bars.height));
    }
  }

  /** One bar in the middle. */
  @Test
  void aConstantNumberIsInTheMiddle() {
    try (Samples samples = samples(2, i -> i % 2 == 0 ? 5 : i)) {
      Pixels pixels = Pixels.of(PairsPicture.of("constant", samples));

      Rectangle bar = pixels.bounds(HISTOGRAM, Pixels::isBlue);
      assertThat(bar.width).isBetween(4, 8);
      assertThat(bar.getCenterX())
          .isBetween(HISTOGRAM.getCenterX() - 5, HISTOGRAM.getCenterX() + 5);
    }
  }

  @Test
  void oneNumberIsAHistogram() {
    try (Samples samples = samples(1, i -> i)) {
      PairsPicture picture = PairsPicture.of("one", samples);

      assertThat(picture.width()).isEqualTo(480);
      Pixels pixels = Pixels.of(picture);
      assertThat(pixels.bounds(pixels.all(), Pixels::isBlue).width).isGreaterThan(300);
      assertThat(picture.notes()).isEqualTo("1,000 draws");
    }
  }

  @Test
  void whatIsLeftOutIsSaid() {
    try (Samples samples =
        samples(20, i -> i == 0 ? Double.NaN : i == 21 ? Double.POSITIVE_INFINITY : i)) {
      PairsPicture picture = PairsPicture.of("many", samples).divergent(diverged(3));

      assertThat(picture.notes())
          .isEqualTo(
              "1,000 draws, 3 of which diverged (red), 2 that are not finite are left out; 12 more"
                  + " numbers are left out");
      assertThat(picture.width()).isEqualTo(70 + 14 + 8 * 146);
      assertThat(PairsPicture.of("two", samples, "w[20]", "w[3]").notes()).isEqualTo("1,000 draws");
    }
  }

  @Test
  void drawsThatAreAllNotFiniteLeaveEmptyAxes() {
    try (Samples samples = samples(2, i -> Double.NaN)) {
      PairsPicture picture = PairsPicture.of("nothing", samples);
      Pixels pixels = Pixels.of(picture);

      assertThat(pixels.count(pixels.all(), Pixels::isBlue)).isZero();
      assertThat(picture.notes()).isEqualTo("1,000 draws, 1,000 that are not finite are left out");
    }
  }

  @Test
  void mistakesAreNamed() {
    try (Samples samples = samples(2, i -> i)) {
      assertThatThrownBy(() -> PairsPicture.of("", samples, "w[3]"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "samples have no number 'w[3]', only those of [w]; ask for one as a summary names it");
      Iterations few = Iterations.of(Map.of("divergent__", ImmutableDoubleArray.of(1)), 1);
      assertThatThrownBy(() -> PairsPicture.of("", samples).divergent(few))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "picture is of 1000 draws, but 1 iterations are given; pass those that made the"
                  + " draws");
    }
    NDManager manager = NDManager.newBaseManager();
    try (Samples weighted =
        Samples.weighted(
            manager, Map.of("x", manager.create(new double[2])), new double[2], List.of())) {
      assertThatThrownBy(() -> PairsPicture.of("", weighted))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("samples have weights, which dots cannot show; resample them before");
    }
    try (Samples none = Samples.of(NDManager.newBaseManager(), Map.of())) {
      assertThatThrownBy(() -> PairsPicture.of("", none))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("samples have 0 draws of 0 numbers, but pairs need at least one of one");
    }
  }
}
