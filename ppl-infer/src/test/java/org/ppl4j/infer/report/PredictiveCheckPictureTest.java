package org.ppl4j.infer.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.math.Stats;
import com.google.common.primitives.ImmutableDoubleArray;
import java.awt.Rectangle;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.ppl4j.infer.diagnostics.PredictiveCheck;

/** The data stand out of what the model makes. */
class PredictiveCheckPictureTest {

  private static final int SIZE = 200;

  /** Above the axis and its legend, right of the labels. */
  private static final Rectangle CURVES = new Rectangle(80, 30, 620, 340);

  private static double[] normals(int count, double mean) {
    SplittableRandom random = new SplittableRandom(count);
    double[] y = new double[count];
    Arrays.setAll(y, i -> mean + random.nextGaussian());
    return y;
  }

  /** The observed ones lie higher by six. */
  @Test
  void dataThatTheModelDoesNotMakeStandApart() {
    for (CurvePicture picture :
        new CurvePicture[] {
          PredictiveCheckPicture.densities("", normals(SIZE, 6), normals(30 * SIZE, 0)),
          PredictiveCheckPicture.cumulative("", normals(SIZE, 6), normals(30 * SIZE, 0))
        }) {
      Pixels pixels = Pixels.of(picture);

      // Between the top and the bottom, where curves go up.
      Rectangle middle = new Rectangle(CURVES.x, 150, CURVES.width, 100);
      Rectangle dark = pixels.bounds(middle, Pixels::isDark);
      Rectangle thin = pixels.bounds(middle, Pixels::isThin);
      assertThat(dark.isEmpty()).isFalse();
      assertThat(thin.isEmpty()).isFalse();
      assertThat(dark.getCenterX()).isGreaterThan(thin.getCenterX() + 100);
    }
  }

  /** A replication with a number of a million leaves the data in most of the picture. */
  @Test
  void longTailsDoNotSqueezeTheData() {
    double[] y = normals(SIZE, 0);
    double[] replicated = normals(3 * SIZE, 0);
    replicated[5] = 1e6;
    replicated[SIZE] = Double.NaN;
    replicated[SIZE + 1] = Double.NEGATIVE_INFINITY;
    double width = Stats.of(y).max() - Stats.of(y).min();
    assertThat(width).isBetween(4.0, 8.0);

    Pixels pixels = Pixels.of(PredictiveCheckPicture.densities("", y, replicated));

    Rectangle upper = new Rectangle(CURVES.x, CURVES.y, CURVES.width, 250);
    Rectangle dark = pixels.bounds(upper, Pixels::isDark);
    assertThat(dark.width).isBetween(CURVES.width / 3, CURVES.width);
    assertThat(dark.getCenterX()).isBetween(CURVES.getCenterX() - 60, CURVES.getCenterX() + 60);
  }

  @Test
  void oneDatumAndOneReplicationAreDrawn() {
    double[] one = {3};
    for (CurvePicture picture :
        new CurvePicture[] {
          PredictiveCheckPicture.densities("", one, one),
          PredictiveCheckPicture.cumulative("", one, one),
          PredictiveCheckPicture.cumulative("", one, new double[] {Double.NaN}),
          PredictiveCheckPicture.figure(
              "", new PredictiveCheck("T", 3, ImmutableDoubleArray.of(3))),
          PredictiveCheckPicture.figure(
              "", new PredictiveCheck("T", Double.NaN, ImmutableDoubleArray.of(Double.NaN)))
        }) {
      assertThat(Pixels.of(picture).width()).isEqualTo(720);
    }
  }

  /** Replications from 0 to 1, the figure of the data at 3: a line right of the bars. */
  @Test
  void theFigureOfTheDataIsALine() {
    double[] figures = new double[1000];
    Arrays.setAll(figures, i -> i / 1000.0);
    PredictiveCheck check = new PredictiveCheck("T", 3, ImmutableDoubleArray.copyOf(figures));

    Pixels pixels = Pixels.of(PredictiveCheckPicture.figure("far", check));

    Rectangle bars = pixels.bounds(CURVES, Pixels::isBlue);
    Rectangle line = pixels.bounds(CURVES, Pixels::isOrange);
    assertThat(line.width).isBetween(1, 4);
    assertThat(line.height).isGreaterThan(200);
    assertThat(line.getCenterX()).isGreaterThan(CURVES.getCenterX() + 200);
    assertThat(pixels.count(new Rectangle(CURVES.x, 60, 260, 150), Pixels::isBlue)).isPositive();
    assertThat(bars.isEmpty()).isFalse();
  }

  @Test
  void mistakesAreNamed() {
    double[] y = {1, 2};
    assertThatThrownBy(() -> PredictiveCheckPicture.densities("", y, new double[3]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "picture is given 3 replicated numbers, but 2 data; pass as many for each replication,"
                + " of at least one");
    assertThatThrownBy(
            () -> PredictiveCheckPicture.cumulative("", new double[] {Double.NaN}, new double[1]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("none of the 1 data is finite; pass at least one that is");
  }
}
