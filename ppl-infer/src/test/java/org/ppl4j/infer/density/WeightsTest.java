package org.ppl4j.infer.density;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.ppl4j.tensor.Rng;
import org.ppl4j.testing.LeakCheck;

/** Rows that count as much as a column says. */
@ExtendWith(LeakCheck.class)
class WeightsTest {

  private static final int ROWS = 1200;

  @TempDir Path folder;

  /** A level, a normal number around it, and weights of 3 and 1 at random. */
  private Table table() throws IOException {
    Random random = new Random(1);
    StringBuilder csv = new StringBuilder("level,y,weight\n");
    for (int i = 0; i < ROWS; i++) {
      boolean isHeavy = i % 2 == 0;
      double y = (isHeavy ? 1 : -1) + random.nextGaussian() / 4;
      csv.append(isHeavy ? "heavy," : "light,").append(y).append(isHeavy ? ",3\n" : ",1\n");
    }
    return Table.read(Files.writeString(folder.resolve("weights.csv"), csv));
  }

  @Test
  void levelsAreAsProbableAsTheyAreHeavy() throws IOException {
    try (Density density =
        NormalRows.NORMAL.weights("weight").fit(table().columns("level", "weight"))) {
      assertThat(density.dim()).isEqualTo(1);
      double[] logs = density.logProb(table().columns("level")).toDoubleArray();
      assertThat(Math.exp(logs[0])).isCloseTo((0.75 * ROWS + 0.5) / (ROWS + 1), within(1e-9));
    }
  }

  @Test
  void flowsLearnTheWeightedLikelihood() throws IOException {
    Table y = table().columns("y", "weight");
    try (Density weighted = NormalRows.NORMAL.weights("weight").fit(y);
        Density plain = NormalRows.NORMAL.fit(y.columns("y"))) {
      double[] numbers = y.column("y").numbers();
      double mean =
          IntStream.range(0, ROWS).mapToDouble(i -> numbers[i] * (i % 2 == 0 ? 3 : 1)).sum()
              / (2 * ROWS);
      assertThat(mean(weighted)).isCloseTo(mean, within(0.05));
      assertThat(mean(plain)).isCloseTo(0, within(0.05));
    }
  }

  /** Rows for calibration do not make the law that of rows that count alike. */
  @Test
  void lawsAreRecalibratedByWeights() throws IOException {
    Random random = new Random(2);
    StringBuilder csv = new StringBuilder("x,y,weight\n");
    for (int i = 0; i < ROWS; i++) {
      boolean isHeavy = i % 2 == 0;
      double y = (isHeavy ? 1 : -1) + random.nextGaussian() / 4;
      csv.append(random.nextGaussian()).append(',').append(y).append(isHeavy ? ",3\n" : ",1\n");
    }
    Table table = Table.read(Files.writeString(folder.resolve("weights.csv"), csv));
    try (ConditionalDensity density =
        NormalRows.REGRESSION
            .weights("weight")
            .fit(table.columns("y", "weight"), table.columns("x"))) {
      double[] mean = density.mean(Table.row(Map.of("x", 0.0))).toDoubleArray();
      assertThat(mean[0]).isCloseTo(0.5, within(0.1));
    }
  }

  @Test
  void weightsAreAsManyRows() {
    double[] places = {0.1, 0.9, 0.5, 0.97, 0.2};
    double[] weights = {2, 1, 1, 3, 1};
    double[] rows = {0.1, 0.1, 0.9, 0.5, 0.97, 0.97, 0.97, 0.2};
    Recalibration.Moments found = Recalibration.Moments.of(places, weights);
    Recalibration.Moments expected = Recalibration.Moments.of(rows, null);
    assertThat(found.mean()).isCloseTo(expected.mean(), within(1e-12));
    assertThat(found.deviation()).isCloseTo(expected.deviation(), within(1e-12));
    assertThat(Recalibration.of(new double[100], new double[100]).isNone()).isTrue();
    double[] many = IntStream.range(0, 100).mapToDouble(i -> (i + 0.5) / 200).toArray();
    double[] alike = IntStream.range(0, 100).mapToDouble(i -> 7).toArray();
    assertThat(Recalibration.of(many, alike).mean())
        .isCloseTo(Recalibration.of(many, null).mean(), within(1e-12));
    assertThat(Recalibration.of(many, alike).deviation())
        .isCloseTo(Recalibration.of(many, null).deviation(), within(1e-12));
  }

  private static double mean(Density density) {
    return Arrays.stream(density.sampleRows(20_000).column("y").numbers()).average().orElseThrow();
  }

  @Test
  void rowsAreAsFrequentAsTheyAreHeavy() {
    double[] weights = {0, 0.3, 2.5, 1, 1.2};
    Tables tables = new Tables(new Table("y", 1, new double[5]), null).weighted(weights);
    double[] counts = new double[5];
    int epochs = 4000;
    for (int epoch = 0; epoch < epochs; epoch++) {
      int[] order = tables.order(Rng.of(1, Rng.Purpose.PLATE, epoch, "test"));
      assertThat(order).hasSize(5);
      int[] own = new int[5];
      Arrays.stream(order).forEach(i -> own[i]++);
      for (int i = 0; i < 5; i++) {
        assertThat(own[i]).isBetween((int) Math.floor(weights[i]), (int) Math.ceil(weights[i]));
        counts[i] += own[i] / (double) epochs;
      }
    }
    for (int i = 0; i < 5; i++) {
      assertThat(counts[i]).isCloseTo(weights[i], within(4.5 * 0.5 / Math.sqrt(epochs)));
    }
  }

  @Test
  void wrongWeightsAreErrors() {
    Table rows = Table.row(Map.of("y", 1.0, "w", -2.0));
    assertThatThrownBy(() -> Columns.STANDARD.weights("w").tables(rows, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "row has the weight -2.0 in column 'w' of row 1 (from 1), but weights are finite and"
                + " not negative; mend it, or leave the row out");
    Table none = Table.row(Map.of("y", 1.0, "w", 0.0));
    assertThatThrownBy(() -> Columns.STANDARD.weights("w").tables(none, null))
        .hasMessage("row has the weight 0 in all rows of 'w'; pass some that count");
    assertThatThrownBy(() -> Columns.STANDARD.weights("v").tables(none, null))
        .hasMessageContaining("has no column 'v'; choose from");
  }
}
