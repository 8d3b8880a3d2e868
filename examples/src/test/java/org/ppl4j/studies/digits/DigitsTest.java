package org.ppl4j.studies.digits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableMap;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.hipparchus.distribution.multivariate.MultivariateNormalDistribution;
import org.hipparchus.linear.RealMatrix;
import org.hipparchus.stat.correlation.Covariance;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.ppl4j.examples.launcher.ExampleOptions;
import org.ppl4j.examples.launcher.ExampleResult;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.testing.LeakCheck;

/** The digits, what simple densities say of them, and a short training. */
@ExtendWith(LeakCheck.class)
class DigitsTest {

  /** How often each digit is there, as {@code optdigits.names} of UCI says. */
  private static final int[] FREQUENCIES = {178, 182, 177, 183, 181, 182, 181, 179, 174, 180};

  private final DigitsTable table = DigitsTable.read();

  @Test
  void digitsAreThoseOfUciInTheirOrder() {
    int[] counts = new int[DigitsTable.LABELS];
    for (int i = 0; i < table.rows(); i++) {
      counts[table.label(i)]++;
    }

    assertThat(counts).isEqualTo(FREQUENCIES);
    assertThat(table.pixels(0)).startsWith(0, 0, 5, 13, 9, 1, 0, 0, 0, 0, 13, 15, 10, 15, 5, 0);
    assertThat(IntStream.range(0, 10).map(table::label))
        .containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
  }

  @Test
  void partsFollowOneAnother() {
    assertThat(table.training().rows()).isEqualTo(1257);
    assertThat(table.training().pixels(1256)).isEqualTo(table.pixels(1256));
    assertThat(table.validation().rows()).isEqualTo(180);
    assertThat(table.validation().pixels(0)).isEqualTo(table.pixels(1257));
    assertThat(table.test().rows()).isEqualTo(360);
    assertThat(table.test().pixels(0)).isEqualTo(table.pixels(1437));
    assertThat(table.test().label(359)).isEqualTo(table.label(1796));
  }

  @Test
  void everyFifthRowIsOneOfTheRows() {
    DigitsTable few = table.every(5);

    assertThat(few.rows()).isEqualTo(360);
    assertThat(few.pixels(359)).isEqualTo(table.pixels(1795));
    assertThat(few.label(2)).isEqualTo(table.label(10));
  }

  @Test
  void noiseStaysInTheCellsAndIsUniform() {
    DigitsTable rows = table.test();
    try (NDManager manager = NDManager.newBaseManager()) {
      double[] once = rows.noisy(manager, 1).toDoubleArray();
      double[] other = rows.noisy(manager, 2).toDoubleArray();

      double squares = 0;
      for (int i = 0; i < once.length; i++) {
        double move = once[i] - rows.pixels(i / 64)[i % 64];
        assertThat(move).isBetween(-0.5, 0.5);
        squares += move * move / once.length;
      }
      // 23,040 numbers: a standard error is 0.0005.
      assertThat(squares).isCloseTo(1.0 / 12, within(0.002));
      assertThat(other).isNotEqualTo(once);
    }
  }

  @Test
  void halvesMakeTheImages() {
    try (NDManager manager = NDManager.newBaseManager()) {
      double[] upper = table.halves(manager, true).toDoubleArray();
      double[] lower = table.halves(manager, false).toDoubleArray();

      double[] image = table.pixels(5);
      assertThat(Arrays.copyOfRange(upper, 5 * 32, 6 * 32))
          .containsExactly(Arrays.copyOf(image, 32));
      assertThat(Arrays.copyOfRange(lower, 5 * 32, 6 * 32))
          .containsExactly(Arrays.copyOfRange(image, 32, 64));
    }
  }

  /** (count + 1) / (rows + levels) for each pixel. */
  @Test
  void independentPixelsAreHistograms() {
    double[] logs = DigitsBaselines.independent(table.training(), table.test());

    double product = 1;
    for (int j = 0; j < DigitsTable.PIXELS; j++) {
      int pixel = j;
      double level = table.test().pixels(7)[j];
      long count = IntStream.range(0, 1257).filter(i -> table.pixels(i)[pixel] == level).count();
      product *= (count + 1) / 1274.0;
    }
    assertThat(logs[7]).isCloseTo(Math.log(product), within(1e-10));
  }

  @Test
  void normalIsThatOfHipparchus() {
    DigitsTable train = table.training();
    double[][] rows =
        IntStream.range(0, train.rows()).mapToObj(train::pixels).toArray(double[][]::new);
    double[] mean = new double[DigitsTable.PIXELS];
    for (double[] row : rows) {
      for (int j = 0; j < mean.length; j++) {
        mean[j] += row[j] / rows.length;
      }
    }
    RealMatrix covariance = new Covariance(rows, false).getCovarianceMatrix();
    for (int j = 0; j < mean.length; j++) {
      covariance.addToEntry(j, j, 1.0 / 12); // the variance of the noise
    }
    MultivariateNormalDistribution normal =
        new MultivariateNormalDistribution(mean, covariance.getData());

    try (NDManager manager = NDManager.newBaseManager()) {
      double[] logs = DigitsBaselines.normal(train, table.test().pixels(manager));

      for (int i : new int[] {0, 100, 359}) {
        assertThat(logs[i])
            .isCloseTo(Math.log(normal.density(table.test().pixels(i))), within(1e-6));
      }
    }
  }

  @Test
  @Tag("acceptance")
  @Tag("density.7")
  void shortTrainingBeatsWhatIsSimpleAndDrawsItsPicture(@TempDir Path folder) throws Exception {
    ExampleResult result =
        new Digits()
            .run(
                ExampleOptions.defaults()
                    .withSeed(1)
                    .withSteps(40)
                    .withFloatType(FloatType.FLOAT32)
                    .withDirectory(folder)
                    .quietly());
    ImmutableMap<String, Double> figures = result.figures();

    assertThat(figures.get("bits.uniform")).isCloseTo(4.0875, within(1e-4));
    assertThat(figures.get("bits.independent")).isBetween(2.0, 3.0);
    assertThat(figures.get("bits.test")).isLessThan(figures.get("bits.independent") - 0.1);
    assertThat(figures.get("bits.test.class")).isLessThan(figures.get("bits.independent") - 0.1);
    assertThat(figures.get("bits.normal")).isBetween(2.5, 3.5);
    assertThat(figures.get("accuracy")).isBetween(0.3, 1.0);
    assertThat(result.table().lines()).hasSize(12).last().asString().startsWith("all ");
    assertThat(ImageIO.read(folder.resolve("digits.png").toFile()).getWidth()).isEqualTo(960);
  }
}
