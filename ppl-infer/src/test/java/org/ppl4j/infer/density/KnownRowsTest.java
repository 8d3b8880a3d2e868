package org.ppl4j.infer.density;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ppl4j.infer.Progress;

/** Rows by which a density is judged although it was learned from them. */
class KnownRowsTest {

  private static final int ROWS = 300;

  private static final Training QUICK = Training.standard().steps(10).progress(Progress.silent());

  private static final ConditionalDensityEstimator ESTIMATOR =
      ConditionalDensityEstimator.of(AffineFlows::network).training(QUICK).withoutBaselines();

  private final NDManager manager = NDManager.newBaseManager();
  @TempDir private Path folder;

  @AfterEach
  void close() {
    manager.close();
  }

  private static double[] numbers(int seed, int count) {
    return new Random(seed).doubles(count).toArray();
  }

  private NDArray array(int seed) {
    return manager.create(numbers(seed, ROWS));
  }

  private static Tables tables(double... numbers) {
    return new Tables(new Table("y", 1, numbers), new Table("x", 1, new double[numbers.length]));
  }

  private static String warning(int known, int rows) {
    return known
        + " of the "
        + rows
        + " rows are among those that the density was learned from, so that figures look better"
        + " than they are; pass rows that it has not seen: Table.split holds some back";
  }

  @Test
  void rowsAreKnownByAllTheirNumbers() {
    KnownRows known =
        KnownRows.of(tables(0.0, Double.NaN, 2), null, tables(numbers(1, ROWS)), tables(7, 8));

    assertThat(known.among(tables(-0.0, Double.NaN, 8))).isEqualTo(3);
    assertThat(known.among(tables(numbers(1, ROWS)))).isEqualTo(ROWS);
    assertThat(known.among(tables(numbers(2, ROWS)))).isZero();
    double[] ones = new double[ROWS];
    Arrays.fill(ones, 1);
    Tables others = new Tables(new Table("y", 1, numbers(1, ROWS)), new Table("x", 1, ones));
    assertThat(known.among(others)).isZero();
    assertThat(KnownRows.NONE.among(tables(0, 1))).isZero();
  }

  /** Of counts fresh rows are like known ones, as often as those are like each other. */
  @Test
  void accidentsAreNone() {
    int judged = 0;
    for (int levels : new int[] {2, 30, 300, 1000, 3000}) {
      for (int seed = 0; seed < 40; seed++) {
        Random random = new Random(seed);
        KnownRows known = KnownRows.of(tables(counts(random, 500, levels)));
        assertThat(known.among(tables(counts(random, 200, levels)))).as("seed %s", seed).isZero();
        judged++;
      }
    }
    assertThat(judged).isEqualTo(200);
  }

  private static double[] counts(Random random, int rows, int levels) {
    return IntStream.range(0, rows).mapToDouble(i -> random.nextInt(levels)).toArray();
  }

  @Test
  void scoresSayHowManyRowsAreKnown() {
    NDArray y = array(1);
    NDArray x = array(2);
    Path file = folder.resolve("density.bin");
    try (ConditionalDensity density = ESTIMATOR.fit(y, x)) {
      DensityScores own = density.calibrate(y, x);
      assertThat(own.learnedRows()).isEqualTo(ROWS);
      assertThat(own.warnings()).startsWith(warning(300, 300));
      assertThat(own.toString()).contains(warning(300, 300));

      NDArray mixedY = y.get("0:30").concat(array(3).get("0:70"));
      NDArray mixedX = x.get("0:30").concat(array(4).get("0:70"));
      assertThat(density.calibrate(mixedY, mixedX).warnings()).startsWith(warning(30, 100));

      DensityScores fresh = density.calibrate(array(3), x);
      assertThat(fresh.learnedRows()).isZero();
      assertThat(fresh.warnings()).noneMatch(text -> text.contains("learned from, so"));

      density.save(file);
      try (ConditionalDensity loaded =
          ConditionalDensity.load(manager, file, AffineFlows::network)) {
        assertThat(loaded.calibrate(y, x).learnedRows()).isZero();
      }
    }
  }

  /** Of 32 bits, without contexts, and those that only patience looked at. */
  @Test
  void validationIsKnownAsWell() {
    NDArray y = array(1).toType(DataType.FLOAT32, true).reshape(ROWS, 1);
    NDArray validation = array(2).toType(DataType.FLOAT32, true).reshape(ROWS, 1);
    try (Density density =
        DensityEstimator.of(AffineFlows::normal).training(QUICK).fit(y, validation)) {
      assertThat(density.calibrate(y).learnedRows()).isEqualTo(ROWS);
      assertThat(density.calibrate(validation).learnedRows()).isEqualTo(ROWS);
      NDArray fresh = array(3).toType(DataType.FLOAT32, true).reshape(new Shape(ROWS, 1));
      assertThat(density.calibrate(fresh).learnedRows()).isZero();
    }
  }

  /** Columns of every kind, of which a part knows fewer levels, in another order. */
  @Test
  void rowsOfTablesAreKnownByTheirCells() throws IOException {
    Table table = read("all.csv", 0, ROWS);
    Table fresh = read("fresh.csv", ROWS, 2 * ROWS);
    try (ConditionalDensity density = ESTIMATOR.fit(y(table), x(table))) {
      assertThat(density.calibrate(y(table), x(table)).learnedRows()).isEqualTo(ROWS);
      Table part = read("part.csv", 200, 260);
      assertThat(density.calibrate(y(part), x(part)).warnings()).startsWith(warning(60, 60));
      assertThat(density.calibrate(y(fresh), x(fresh)).learnedRows()).isZero();
    }
    List<Table> parts = table.split(0.2, 1);
    Table rest = parts.get(0);
    Table held = parts.get(1);
    try (ConditionalDensity density = ESTIMATOR.ensemble(2).fit(y(rest), x(rest))) {
      assertThat(density.calibrate(y(held), x(held)).learnedRows()).isZero();
      assertThat(density.calibrate(y(table), x(table)).learnedRows()).isEqualTo(rest.rows());
    }
  }

  private static Table y(Table table) {
    return table.columns("price", "sold");
  }

  private static Table x(Table table) {
    return table.columns("area", "town", "garden", "built");
  }

  private Table read(String name, int from, int to) throws IOException {
    Random random = new Random(5);
    String[] lines = new String[2 * ROWS];
    for (int i = 0; i < lines.length; i++) {
      lines[i] =
          String.format(
              Locale.ROOT,
              "%.6f,%s,%s,%s,%s,%s",
              random.nextDouble(),
              random.nextInt(5) == 0 ? "" : random.nextInt(9),
              random.nextInt(9) == 0 ? "" : 100 * random.nextDouble(),
              new String[] {"Leeds", "York", "Hull"}[random.nextInt(3)],
              random.nextBoolean(),
              LocalDate.of(1990, 1, 1).plusDays(random.nextInt(9000)));
    }
    Path file = folder.resolve(name);
    Files.writeString(
        file,
        "price,sold,area,town,garden,built\n"
            + String.join("\n", Arrays.copyOfRange(lines, from, to)));
    return Table.read(file);
  }
}
