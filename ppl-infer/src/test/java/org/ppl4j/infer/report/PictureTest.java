package org.ppl4j.infer.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.common.base.Preconditions;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.InterruptionException;
import org.ppl4j.infer.svi.Losses;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.LeakCheck;

/** Pictures are read back: what is drawn is where it should be. */
@ExtendWith(LeakCheck.class)
class PictureTest {

  @TempDir private Path folder;

  /** A hill at (1, −1). */
  private static final PlaneLogDensity HILL =
      points -> {
        double[] logs = new double[points.length / 2];
        for (int i = 0; i < logs.length; i++) {
          logs[i] = -4 * Math.pow(points[2 * i] - 1, 2) - 4 * Math.pow(points[2 * i + 1] + 1, 2);
        }
        return logs;
      };

  private BufferedImage saved(Picture picture) throws Exception {
    Path file = folder.resolve("picture.png");
    picture.save(file);
    BufferedImage image = ImageIO.read(file.toFile());
    assertThat(image.getWidth()).isEqualTo(picture.width());
    assertThat(image.getHeight()).isEqualTo(picture.height());
    return image;
  }

  /** The mean place of the pixels of a picture that are of a kind, as shares of its sides. */
  private static double[] place(BufferedImage image, Predicate<Color> kind) {
    double x = 0;
    double y = 0;
    int count = 0;
    for (int i = 0; i < image.getWidth(); i++) {
      for (int j = 0; j < image.getHeight(); j++) {
        if (kind.test(new Color(image.getRGB(i, j)))) {
          x += i;
          y += j;
          count++;
        }
      }
    }
    return new double[] {x / count / image.getWidth(), y / count / image.getHeight(), count};
  }

  private static boolean isDarkBlue(Color color) {
    return color.getBlue() > 100 && color.getRed() < 40 && color.getGreen() < 80;
  }

  private static boolean isRed(Color color) {
    return color.getRed() > 150 && color.getGreen() < 120 && color.getBlue() < 120;
  }

  @Test
  void densityIsDarkWhereItIsGreat() throws Exception {
    Picture picture = PlanePicture.of("hill", Area.square(2)).density(HILL);

    double[] place = place(saved(picture), PictureTest::isDarkBlue);

    // (1, −1) is at three quarters of both axes, which fill most of the picture.
    assertThat(place[0]).isBetween(0.7, 0.8);
    assertThat(place[1]).isBetween(0.65, 0.75);
    assertThat(place[2]).isBetween(1000.0, 20_000.0);
  }

  /** Dark at its top and white at its bottom, beside the plane that keeps its shape. */
  @Test
  void aScaleStandsBesideTheDensity() throws Exception {
    PlanePicture hill = PlanePicture.of("hill", Area.square(2)).density(HILL);
    BufferedImage alone = saved(hill);

    BufferedImage image = saved(hill.scale("density"));

    int bar = 0; // from the right, where only the scale is
    for (int i = image.getWidth() - 1; i > 380 && bar == 0; i--) {
      bar = isDarkBlue(new Color(image.getRGB(i, 70))) ? i : 0;
    }
    assertThat(bar).isGreaterThan(390);
    assertThat(place(alone, PictureTest::isDarkBlue)[0]).isBetween(0.7, 0.8);
    assertThatThrownBy(() -> PlanePicture.of("", Area.square(1)).scale("density"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("picture has no density to scale; add it before");
  }

  @Test
  void aSheetIsAsLargeAsItsPictures() throws Exception {
    Picture one = PlanePicture.of("one", Area.square(1));
    Sheet sheet = Sheet.of(2, List.of(one, one, one)).each(100, 120);

    assertThat(saved(sheet).getWidth()).isEqualTo(200);
    assertThat(sheet.height()).isEqualTo(240);
    assertThatThrownBy(() -> sheet.each(0, 5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("pictures of a sheet are to be of 0 × 5 pixels, but need at least 1 × 1");
  }

  @Test
  void anInterruptEndsTheEvaluationOfADensity() {
    AtomicInteger parts = new AtomicInteger();
    PlaneLogDensity stops =
        points -> {
          if (parts.incrementAndGet() == 2) {
            Thread.currentThread().interrupt();
          }
          return HILL.at(points);
        };

    assertThatThrownBy(() -> PlanePicture.of("hill", Area.square(2)).density(stops))
        .isInstanceOf(InterruptionException.class)
        .hasMessageStartingWith("a density in the plane was interrupted before its end");

    assertThat(Thread.interrupted()).isTrue();
    assertThat(parts).hasValue(2);
  }

  @Test
  void pointsAreWhereTheyAreAndThoseOutsideAreNotSeen() throws Exception {
    PlanePicture empty = PlanePicture.of("points", Area.square(2));
    double[] many = new double[200];
    Arrays.setAll(many, i -> (i % 2 == 0 ? -1 : 1) + 0.1 * Math.sin(i));

    double[] place = place(saved(empty.points(many)), PictureTest::isRed);

    assertThat(place[0]).isBetween(0.25, 0.35);
    assertThat(place[1]).isBetween(0.25, 0.35);
    assertThat(place(saved(empty.points(new double[] {5, 5, -7, 0})), PictureTest::isRed)[2])
        .isZero();
  }

  @Test
  void pointsLieOverTheDensityInColoursOfTheirOwn() throws Exception {
    double[] middle = {1, -1};
    PlanePicture picture = PlanePicture.of("both", Area.square(2)).density(HILL).points(middle);

    BufferedImage one = saved(picture);
    BufferedImage two = saved(picture.points(middle));

    assertThat(place(one, PictureTest::isRed)[2]).isPositive();
    assertThat(place(two, PictureTest::isRed)[2]).isLessThan(place(one, PictureTest::isRed)[2]);
  }

  @Test
  void densityThatIsNotFiniteIsWhite() throws Exception {
    PlaneLogDensity half =
        points ->
            IntStream.range(0, points.length / 2)
                .mapToDouble(
                    i ->
                        points[2 * i] < 0
                            ? 0
                            : points[2 * i + 1] < 0 ? Double.NaN : Double.NEGATIVE_INFINITY)
                .toArray();

    double[] place =
        place(
            saved(PlanePicture.of("half", Area.square(2)).density(half, 50)),
            PictureTest::isDarkBlue);

    assertThat(place[0]).isBetween(0.25, 0.35);
    assertThat(place[1]).isBetween(0.45, 0.55);
  }

  @Test
  void imageIsWhiteAtTheLeastAndBlackAtTheMost() throws Exception {
    // Two rows of three: white, black, a quarter; then beyond both ends, and nothing.
    double[] pixels = {1, 5, 2, 0, 9, Double.NaN};
    int[] greys = {255, 0, 191, 255, 0, 255};
    for (String title : new String[] {"", "six"}) {
      BufferedImage image = saved(ImagePicture.of(title, 3, pixels, 1, 5));

      int top = image.getHeight() - image.getWidth();
      double unit = image.getWidth() * 0.9 / 3;
      for (int i = 0; i < pixels.length; i++) {
        int row = i / 3;
        double x = image.getWidth() / 2.0 + unit * (i % 3 - 1);
        double y = top + image.getWidth() / 2.0 + unit * (row - 0.5);
        assertThat(new Color(image.getRGB((int) x, (int) y)))
            .isEqualTo(new Color(greys[i], greys[i], greys[i]));
      }
      boolean isWritten =
          IntStream.range(0, top * image.getWidth())
              .anyMatch(i -> image.getRGB(i % image.getWidth(), i / image.getWidth()) != -1);
      assertThat(isWritten).isEqualTo(!title.isEmpty());
    }
  }

  @Test
  void sheetHoldsItsPicturesRowByRow() throws Exception {
    Picture blank = PlanePicture.of("blank", Area.square(2));
    Picture hill = PlanePicture.of("hill", Area.square(2)).density(HILL);
    Sheet sheet = Sheet.of(2, List.of(blank, blank, hill));

    double[] place = place(saved(sheet), PictureTest::isDarkBlue);

    assertThat(sheet.width()).isEqualTo(960);
    assertThat(sheet.height()).isEqualTo(960);
    assertThat(place[0]).isBetween(0.35, 0.4);
    assertThat(place[1]).isBetween(0.83, 0.88);
  }

  @Test
  void lossesFallFromLeftToRight() throws Exception {
    double[] losses = new double[3000];
    Arrays.setAll(losses, i -> i == 1200 ? Double.NaN : 1e6 * Math.exp(-i / 100.0) + 2);

    BufferedImage image = saved(CurvePicture.losses("fit", Losses.of(losses)));

    List<Integer> heights = new ArrayList<>();
    for (int x : new int[] {130, 180, 600}) {
      for (int y = 40; y < image.getHeight() - 60; y++) {
        Color color = new Color(image.getRGB(x, y));
        if (Math.abs(color.getRed() - color.getBlue()) > 60) {
          heights.add(y);
          break;
        }
      }
    }
    assertThat(heights).hasSize(3).isSorted();
  }

  @Test
  void curvesOfOnePointOrNoneAreDrawn() throws Exception {
    CurvePicture none = CurvePicture.of("none", "x", "y");
    assertThat(saved(none.curve("nothing", new double[] {1}, new double[] {Double.NaN})))
        .isNotNull();
    assertThat(saved(none.curve("one", new double[] {1}, new double[] {2}))).isNotNull();
    assertThat(saved(CurvePicture.losses("none", Losses.of()))).isNotNull();
    assertThat(saved(CurvePicture.losses("flat", Losses.of(1, 1, 1)))).isNotNull();
  }

  /** In a class loader that has this library and Guava alone. */
  @Test
  void withoutXChartItIsNamed() throws Exception {
    List<URL> places = new ArrayList<>();
    for (Class<?> type : List.of(CurvePicture.class, Preconditions.class)) {
      places.add(type.getProtectionDomain().getCodeSource().getLocation());
    }
    Path file = folder.resolve("none.png");
    try (URLClassLoader loader =
        new URLClassLoader(places.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
      Class<?> type = loader.loadClass(CurvePicture.class.getName());
      Object picture =
          type.getMethod("of", String.class, String.class, String.class)
              .invoke(null, "none", "x", "y");
      Method save = type.getMethod("save", Path.class);
      assertThatThrownBy(() -> save.invoke(picture, file))
          .cause()
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "picture is drawn by XChart, which is not on the class path; add the dependency"
                  + " org.knowm.xchart:xchart");
    }
  }

  /** Many thin ones of one name are drawn together, and others dark over them. */
  @Test
  void manyCurvesOfOneName() throws Exception {
    double[] x = {0, 1};
    List<double[]> flat = Collections.nCopies(12, new double[] {1, 1});
    CurvePicture thin =
        CurvePicture.of("", "x", "y").curves("many", Collections.nCopies(12, x), flat);

    BufferedImage image = saved(thin.curve("one", x, new double[] {3, 3}));

    double[] one = place(image, Pixels::isDark);
    double[] many = place(image, Pixels::isThin);
    assertThat(one[2]).isGreaterThan(400);
    assertThat(many[2]).isGreaterThan(400);
    assertThat(one[1]).isLessThan(many[1] - 0.2);
    assertThatThrownBy(() -> thin.curve("many", x, x))
        .hasMessage("curve 'many' is in the picture already; give each its own name");
    assertThatThrownBy(() -> thin.curves("more", List.of(x), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("curves 'more' are of 1 x and 0 y; pass both of each, of at least one");
    assertThatThrownBy(() -> thin.curves("more", List.of(x), List.of(new double[3])))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("curve 'more' has 2 x and 3 y; pass one y for each x");
  }

  @Test
  void logDensitiesOfTensorsAreEvaluatedInPieces() {
    double[] points = new double[2 * 20_000];
    Arrays.setAll(points, i -> i / 40_000.0);
    for (FloatType type : FloatType.values()) {
      RunConfig config = RunConfig.defaults().withFloatType(type);

      double[] logs =
          PlaneLogDensity.of(config, x -> Normal.standard(2).toEvent(1).logProb(x)).at(points);

      assertThat(logs).hasSize(20_000);
      for (int i : new int[] {0, 8191, 8192, 19_999}) {
        double squares = Math.pow(points[2 * i], 2) + Math.pow(points[2 * i + 1], 2);
        assertThat(logs[i]).isCloseTo(-0.5 * squares - Math.log(2 * Math.PI), within(1e-6));
      }
    }
  }

  @Test
  void axesAreLabelledAtRoundNumbers() {
    assertThat(Charts.ticks(-2.5, 2.2)).containsExactly(-2, -1, 0, 1, 2);
    assertThat(Charts.ticks(0, 1)).containsExactly(0, 0.2, 0.4, 0.6000000000000001, 0.8, 1);
    assertThat(Charts.ticks(1020, 1900)).containsExactly(1200, 1400, 1600, 1800);
  }

  @Test
  void areaIsAroundItsPoints() {
    assertThat(Area.around(new double[] {0, 1, 10, 21})).isEqualTo(new Area(-0.5, 10.5, 0, 22));
    assertThat(Area.around(new double[] {2, 3})).isEqualTo(new Area(1, 3, 2, 4));
  }

  @Test
  void argumentsAreChecked() {
    Area area = Area.square(1);
    assertThatThrownBy(() -> new Area(1, 1, 0, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "area from 1.0 to 1.0 and from 0.0 to 2.0 has no inside; pass bounds in their order");
    assertThatThrownBy(() -> Area.around(new double[0]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("area is to be around no points; pass at least one");
    assertThatThrownBy(() -> PlanePicture.of("", area).points(new double[3]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("points are 3 numbers, but come as x and y in turn; pass both of each");
    assertThatThrownBy(() -> PlanePicture.of("", area).density(points -> new double[1], 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("log-density of 4 points has 1 numbers; return one a point");
    assertThatThrownBy(() -> PlanePicture.of("", area).density(HILL, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("density has 0 cells a side, but needs at least 1");
    CurvePicture one = CurvePicture.of("", "", "").curve("a", new double[1], new double[1]);
    assertThatThrownBy(() -> one.curve("a", new double[1], new double[1]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("curve 'a' is in the picture already; give each its own name");
    assertThatThrownBy(() -> one.curve("b", new double[1], new double[2]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("curve 'b' has 1 x and 2 y; pass one y for each x");
    assertThatThrownBy(() -> one.vertical(1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("vertical axis is to go from 1.0 to 1.0; pass them in order");
    for (int columns : new int[] {0, 2}) {
      assertThatThrownBy(() -> ImagePicture.of("", columns, new double[3], 0, 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "image has 3 pixels in rows of " + columns + "; pass full rows, at least one");
    }
    assertThatThrownBy(() -> ImagePicture.of("", 1, new double[0], 0, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("image has 0 pixels in rows of 1; pass full rows, at least one");
    assertThatThrownBy(() -> ImagePicture.of("", 1, new double[1], 2, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("image goes from 2.0 to 2.0; pass them in order");
    assertThatThrownBy(() -> Sheet.of(0, List.of(one)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("sheet has 0 columns, but needs at least 1");
    assertThatThrownBy(() -> Sheet.of(1, List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("sheet has no pictures; pass at least one");
    assertThatThrownBy(() -> one.save(folder.resolve("x.png"), 0, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("picture has 0 x 1 pixels, but needs at least 1 x 1");
    assertThatThrownBy(() -> one.save(folder.resolve("none").resolve("x.png")))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("cannot be written");
  }
}
