package org.ppl4j.infer.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableMap;
import com.google.errorprone.annotations.MustBeClosed;
import java.awt.Rectangle;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.hipparchus.distribution.continuous.NormalDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.Summary;
import org.ppl4j.testing.LeakCheck;

/** Lines are where intervals are. */
@ExtendWith(LeakCheck.class)
class ForestPictureTest {

  private static final int DRAWS = 2000;

  private static final NormalDistribution NORMAL = new NormalDistribution();

  // pixels: where lines begin after names, and the height of a number of one fit
  private static final int LEFT = 60;
  private static final int TOP = 30;
  private static final int HEIGHT = 22;

  /** Numbers of N(mean, 1) by its quantiles, in a random order. */
  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // by the caller
  private static Samples normals(double... means) {
    SplittableRandom random = new SplittableRandom(1);
    double[] values = new double[DRAWS * means.length];
    for (int j = 0; j < means.length; j++) {
      int shift = random.nextInt(DRAWS);
      for (int i = 0; i < DRAWS; i++) {
        double probability = ((i * 7L + shift) % DRAWS + 0.5) / DRAWS;
        values[i * means.length + j] = means[j] + NORMAL.inverseCumulativeProbability(probability);
      }
    }
    NDManager manager = NDManager.newBaseManager();
    return Samples.of(manager, Map.of("w", manager.create(values, new Shape(DRAWS, means.length))));
  }

  /** A number of several chains of independent draws, one of which lies higher. */
  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // by the caller
  private static Samples chains(double higher) {
    SplittableRandom random = new SplittableRandom(2);
    double[] values = new double[DRAWS];
    for (int i = 0; i < DRAWS; i++) {
      values[i] = random.nextGaussian() + (i < DRAWS / 4 ? higher : 0);
    }
    NDManager manager = NDManager.newBaseManager();
    return Samples.ofChains(manager, Map.of("x", manager.create(values)), 4);
  }

  /** Where the lines of a number are, of one fit of independent draws. */
  private static Rectangle lines(Pixels pixels, int number) {
    Rectangle row = new Rectangle(LEFT, TOP + number * HEIGHT, pixels.width() - LEFT - 13, HEIGHT);
    return pixels.bounds(row, Pixels::isBlue);
  }

  /** The thin line of N(·, 1) is 3.92 long, its thick one 1.35. */
  @Test
  void intervalsAreInProportion() {
    try (Samples samples = normals(0, 10)) {
      Pixels pixels = Pixels.of(ForestPicture.of("two", samples));

      Rectangle first = lines(pixels, 0);
      Rectangle second = lines(pixels, 1);
      double unit = (second.getCenterX() - first.getCenterX()) / 10;
      double most = 2 * NORMAL.inverseCumulativeProbability(0.975);
      double half = 2 * NORMAL.inverseCumulativeProbability(0.75);
      assertThat(unit).isGreaterThan(10);
      assertThat(first.width).isCloseTo((int) (most * unit), within(3)); // ends in pixels
      assertThat(second.width).isCloseTo((int) (most * unit), within(3));
      int thick = 0;
      for (int x = first.x; x < first.x + first.width; x++) {
        Rectangle above = new Rectangle(x, first.y, 1, first.height);
        thick += pixels.count(above, Pixels::isBlue) >= 4 ? 1 : 0;
      }
      assertThat(thick).isCloseTo((int) (half * unit), within(3));
    }
  }

  /** Each in its colour, the first above; a number that one does not have is left free. */
  @Test
  void fitsStandSideBySide() {
    try (Samples one = normals(0, 10);
        Samples other = normals(5)) {
      ForestPicture picture =
          ForestPicture.of("fits", ImmutableMap.of("one", one, "other", other), "w[1]", "w[2]");
      Pixels pixels = Pixels.of(picture);

      assertThat(picture.height()).isEqualTo(TOP + 15 + 2 * (2 * 16 + 6) + 40);
      Rectangle lines = new Rectangle(LEFT, TOP + 15, pixels.width() - LEFT - 13, 38);
      Rectangle green = pixels.bounds(lines, Pixels::isGreen);
      Rectangle orange = pixels.bounds(lines, Pixels::isOrange);
      assertThat(green.getCenterX()).isLessThan(orange.getCenterX() - 100);
      assertThat(green.getCenterY()).isLessThan(orange.getCenterY() - 10);
      lines.translate(0, 38);
      assertThat(pixels.count(lines, Pixels::isGreen)).isPositive();
      assertThat(pixels.count(lines, Pixels::isOrange)).isZero();
    }
  }

  /** Of N(0, 1) a standard deviation to either side, and 90%; quantiles that are unknown none. */
  @Test
  void summariesHaveLinesToo() {
    double most = NORMAL.inverseCumulativeProbability(0.95);
    Summary.Row known = new Summary.Row(0, 1, -most, 0, most);
    Summary.Row moments = new Summary.Row(10, 1, Double.NaN, Double.NaN, Double.NaN);
    Summary summary = new Summary(ImmutableMap.of("w[1]", known, "w[2]", moments));
    Pixels pixels = Pixels.of(ForestPicture.ofSummaries("two", ImmutableMap.of("one", summary)));

    Rectangle first = lines(pixels, 0);
    Rectangle second = lines(pixels, 1);
    double unit = (second.getCenterX() - first.getCenterX()) / 10;
    assertThat(first.width).isCloseTo((int) (2 * most * unit), within(3));
    assertThat(second.width).isCloseTo((int) (2 * unit), within(3));
    assertThatThrownBy(
            () ->
                ForestPicture.ofSummaries(
                    "", ImmutableMap.of("none", new Summary(ImmutableMap.of()))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("fit 'none' has a summary of no number, but a forest needs at least one");
  }

  @Test
  void chainsThatDisagreeAreRed() {
    try (Samples apart = chains(3);
        Samples alike = chains(0)) {
      Pixels red = Pixels.of(ForestPicture.of("apart", apart));
      Pixels black = Pixels.of(ForestPicture.of("alike", alike));

      Rectangle rhat = red.bounds(red.all(), Pixels::isRed);
      assertThat(rhat.x).isGreaterThan(500); // in its column
      assertThat(rhat.width).isBetween(10, 58);
      assertThat(black.count(black.all(), Pixels::isRed)).isZero();
    }
  }

  @Test
  void aConstantNumberIsADot() {
    NDManager manager = NDManager.newBaseManager();
    double[] values = {1, 5, 2, 5, 3, 5}; // the second of two numbers
    try (Samples samples =
        Samples.of(manager, Map.of("w", manager.create(values, new Shape(3, 2))))) {
      Pixels pixels = Pixels.of(ForestPicture.of("constant", samples));

      assertThat(lines(pixels, 1).width).isBetween(6, 9);
      assertThat(lines(pixels, 0).width).isGreaterThan(100);
    }
  }

  @Test
  void numbersThatAreNotFiniteHaveNoLine() {
    NDManager manager = NDManager.newBaseManager();
    double[] values = {1, Double.NaN, 2, 7, 3, 8};
    try (Samples samples =
        Samples.of(manager, Map.of("w", manager.create(values, new Shape(3, 2))))) {
      Pixels pixels = Pixels.of(ForestPicture.of("nan", samples));

      assertThat(lines(pixels, 0).width).isGreaterThan(100);
      assertThat(lines(pixels, 1).isEmpty()).isTrue();
    }
  }

  /** The mean of −1 and 1 where the latter has all the weight, beside a number at 0. */
  @Test
  void weightsCount() {
    NDManager manager = NDManager.newBaseManager();
    double[] values = {-1, 0, 1, 0, -1, 2};
    double[] logWeights = {-50, 0, -50};
    try (Samples samples =
        Samples.weighted(
            manager, Map.of("w", manager.create(values, new Shape(3, 2))), logWeights, List.of())) {
      Pixels pixels = Pixels.of(ForestPicture.of("weighted", samples));

      assertThat(lines(pixels, 0).getCenterX()).isGreaterThan(lines(pixels, 1).getCenterX() + 100);
    }
  }

  @Test
  void fortyNumbersAreShown() {
    try (Samples samples = normals(new double[100])) {
      assertThat(ForestPicture.of("many", samples).height()).isEqualTo(TOP + 40 * HEIGHT + 40);
      assertThat(ForestPicture.of("few", samples, "w[3]", "w[77]").height())
          .isEqualTo(TOP + 2 * HEIGHT + 40);
    }
  }

  @Test
  void mistakesAreNamed() {
    assertThatThrownBy(() -> ForestPicture.of("", Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("forest is of no fit; pass at least one");
    try (Samples samples = normals(0);
        Samples none = Samples.of(NDManager.newBaseManager(), Map.of())) {
      assertThatThrownBy(() -> ForestPicture.of("", samples, "mu"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "samples have no number 'mu', only those of [w]; ask for one as a summary names it");
      assertThatThrownBy(() -> ForestPicture.of("", ImmutableMap.of("a", samples, "b", none)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("fit 'b' has 0 draws of 0 sites, but a forest needs at least one of one");
    }
  }
}
