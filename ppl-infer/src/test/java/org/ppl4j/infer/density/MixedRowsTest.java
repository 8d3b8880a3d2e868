package org.ppl4j.infer.density;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.ppl4j.infer.Progress;
import org.ppl4j.testing.LeakCheck;

/** Tables with names: learned as what their columns are, and drawn as tables. */
@ExtendWith(LeakCheck.class)
class MixedRowsTest {

  private static final Training FEW =
      Training.standard().steps(60).batch(128).rate(0.03).progress(Progress.silent());

  private static final DensityEstimator ROWS =
      DensityEstimator.of(AffineFlows::normal).training(FEW);

  private static final ConditionalDensityEstimator GIVEN =
      ConditionalDensityEstimator.of(AffineFlows::network).training(FEW);

  @TempDir Path folder;

  /** A district, a price with empty cells, a share with zeros, a code that is always the same. */
  private Table table() throws IOException {
    Random random = new Random(5);
    StringBuilder csv = new StringBuilder("district,price,share,code,x\n");
    for (int i = 0; i < 400; i++) {
      boolean isMitte = random.nextInt(3) == 0;
      double price = Math.exp((isMitte ? 1 : 0) + random.nextGaussian() / 2);
      csv.append(isMitte ? "Mitte," : "Wedding,")
          .append(random.nextInt(8) == 0 ? "" : String.valueOf(price))
          .append(random.nextInt(4) == 0 ? ",0," : "," + random.nextDouble() + ",")
          .append("A7,")
          .append(random.nextGaussian())
          .append('\n');
    }
    return Table.read(Files.writeString(folder.resolve("flats.csv"), csv));
  }

  private static void checkRows(Table draws) {
    assertThat(draws.names()).containsExactly("district", "price", "share", "code", "x");
    assertThat(draws.column("district").levels()).containsExactly("Mitte", "Wedding");
    assertThat(draws.column("code").levels()).containsExactly("A7");
    assertThat(Arrays.stream(draws.column("price").numbers()).allMatch(y -> y > 0)).isTrue();
    double[] shares = draws.column("share").numbers();
    assertThat(Arrays.stream(shares).allMatch(share -> share >= 0 && share < 1)).isTrue();
    double zeros = Arrays.stream(shares).filter(share -> share == 0).count();
    assertThat(zeros / shares.length).isCloseTo(0.25, within(0.1));
  }

  @Test
  void drawsAreRowsAndComeBackFromAFile() throws IOException {
    Table table = table();
    Path file = folder.resolve("flats.ppl");
    try (Density density = ROWS.ensemble(2).fit(table)) {
      checkRows(density.sampleRows(500));
      double[] logs = density.logProb(table).toDoubleArray();
      assertThat(Arrays.stream(logs).allMatch(Double::isFinite)).isTrue();
      assertThat(density.notes())
          .containsExactly(
              "'district': one of 2 levels",
              "'price': continuous, greater than 0, missing in %d of 400 rows"
                  .formatted(table.column("price").missing()),
              "'share': 0 or continuous, between 0 and 1",
              "'x': continuous",
              "'code': always A7");
      assertThat(density.report().orElseThrow().toString()).contains("'code': always A7");
      density.save(file);
      try (Density loaded = Density.load(file, AffineFlows::normal)) {
        assertThat(loaded.logProb(table).toDoubleArray()).isEqualTo(logs);
        assertThat(loaded.notes()).isEqualTo(density.notes());
        checkRows(loaded.sampleRows(100));
      }
    }
  }

  @Test
  void massIsThatOfCategoryAndSingleNumber() throws IOException {
    Table table = table();
    try (NDManager manager = NDManager.newBaseManager();
        Density density = ROWS.fit(table.columns("district"))) {
      double[] logs = density.logProb(table).toDoubleArray();
      long mitte = table.category("district").indices().stream().filter(k -> k == 0).count();
      int first = table.category("district").indices().get(0);
      double share = (first == 0 ? mitte : 400 - mitte) + 0.5;
      assertThat(Math.exp(logs[0])).isCloseTo(share / 401, within(1e-9));
      assertThatThrownBy(() -> density.logProb(Table.row(Map.of("district", "Moabit"))))
          .hasMessageContaining("which is none of its levels");
      assertThatThrownBy(() -> density.toNoise(manager.create(new double[] {1})))
          .hasMessage(
              "density learned its columns one after the other, so that no noise makes a row; learn"
                  + " the array of a table whose columns are all continuous");
    }
  }

  @Test
  void intervalsOfColumnsWithMassesCoverTheRowsForCalibration() throws IOException {
    Table table = table();
    try (ConditionalDensity density =
            GIVEN.ensemble(2).fit(table.columns("share"), table.columns("x"));
        NDManager manager = NDManager.newBaseManager()) {
      PredictionInterval interval = density.interval(0.9, table.columns("x").array(manager));
      double[] low = interval.low().toDoubleArray();
      double[] high = interval.high().toDoubleArray();
      double[] share = table.column("share").numbers();
      long inside = 0;
      for (int i = 0; i < share.length; i++) {
        inside += share[i] >= low[i] && share[i] <= high[i] ? 1 : 0;
      }
      assertThat(inside / 400.0).isBetween(0.82, 0.99);
      assertThat(Arrays.stream(low).filter(x -> x == 0).count()).isGreaterThan(350);
      assertThat(density.sampleRows(2, table.columns("x")).rows()).isEqualTo(800);
      assertThat(List.of(density.dim(), density.contextDim())).containsExactly(1, 1);
    }
  }
}
