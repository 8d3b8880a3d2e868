package org.ppl4j.infer.density;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.ppl4j.tensor.file.TensorFile;
import org.ppl4j.testing.LeakCheck;

/** What networks read of the columns of a table. */
@ExtendWith(LeakCheck.class)
class ColumnEncodingTest {

  private static final String FLATS =
      """
      area,twice,district,lift,floor,one,sold,rooms
      80.5,161,Mitte,true,0,7,2024-01-31,3
      ,,Pankow,,1,7,2024-02-01,2
      62,124,Wedding,false,0,7,1970-01-02,9
      41,82,Mitte,true,3,7,2024-03-01,1
      99,198,Pankow,false,3,7,2024-01-31,12
      120,240,Mitte,false,1,7,2020-01-01,8
      71,142,Pankow,true,0,7,1999-12-31,4
      55,110,Wedding,true,1,7,2001-01-01,6
      130,260,Mitte,false,3,7,2011-11-11,5
      44,88,Pankow,,3,7,2012-01-21,9
      48,96,Wedding,true,0,7,2013-07-11,11
      52,104,Mitte,false,1,7,2017-10-11,5
      """;

  @TempDir private Path folder;

  private Table read(String text) throws Exception {
    return Table.read(Files.writeString(folder.resolve("table.csv"), text));
  }

  private static ColumnEncoding of(Table table) {
    return ColumnEncoding.of(table, table);
  }

  private static double[] row(Table table, int row) {
    return IntStream.range(0, table.columns()).mapToDouble(j -> table.number(row, j)).toArray();
  }

  private static void assertRefused(Callable<?> use, String message) {
    assertThatThrownBy(use::call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }

  @Test
  void numbersAreThoseThatSaySomething() throws Exception {
    Table table = read(FLATS + FLATS.substring(FLATS.indexOf('\n') + 1));
    ColumnEncoding encoding = of(table);
    double mean = (80.5 + 62 + 41 + 99 + 120 + 71 + 55 + 130 + 44 + 48 + 52) / 11;

    // The last level follows from the others, unless the category is missing somewhere; of levels
    // that are numbers two follow from the number and the others.
    assertThat(encoding.names())
        .containsExactly(
            "area",
            "area is missing",
            "district=Mitte",
            "district=Pankow",
            "lift=false",
            "lift=true",
            "floor",
            "floor=0",
            "sold",
            "rooms");
    assertThat(encoding.columns()).isEqualTo(10);
    assertThat(encoding.given()).isEqualTo(8);
    Table numbers = encoding.apply(table);
    assertThat(numbers.names()).isEqualTo(encoding.names());
    assertThat(row(numbers, 0)).containsExactly(80.5, 0, 1, 0, 0, 1, 0, 1, 19753, 3);
    assertThat(row(numbers, 1))
        .containsExactly(new double[] {mean, 1, 0, 1, 0, 0, 1, 0, 19754, 2}, within(1e-12));
    assertThat(row(numbers, 2)).containsExactly(62, 0, 0, 0, 1, 0, 0, 1, 1, 9);
    assertThat(encoding.notes())
        .containsExactly(
            "context 'twice' is left out: it is the same in all rows, or follows from those before"
                + " it",
            "context 'one' is left out: it is the same in all rows, or follows from those before"
                + " it");
  }

  @Test
  void otherTablesAreReadByNamesAndLevels() throws Exception {
    String rows = "Mitte,0,1.5\nPankow,1,2.5\nWedding,1,3.5\nMitte,1,7\nMitte,0,8\n";
    Table table = read("district,floor,y\n" + rows + rows + rows);
    ColumnEncoding encoding = of(table.columns("y", "district", "floor"));
    double[] expected = {2.5, 0, 1, 1};
    assertThat(encoding.names()).containsExactly("y", "district=Mitte", "district=Pankow", "floor");

    // Pankow is the first level of another table, and its columns are in another order.
    Table other = read("floor,y,district,more\n1,2.5,Pankow,x\n1,3.5,Wedding,y\n");
    assertThat(row(encoding.apply(other), 0)).containsExactly(expected);
    assertThat(row(encoding.apply(Map.of("floor", 1, "y", 2.5, "district", "Pankow")), 0))
        .containsExactly(expected);
    Table counts = read("rooms\n1\n2\n3\n4\n5\n6\n7\n");
    assertThat(counts.types()).containsExactly(ColumnType.COUNT);
    assertThat(row(of(counts).apply(Map.of("rooms", 2.5)), 0)).containsExactly(2.5);
    assertThat(row(encoding.apply(new Table("x", 3, new double[] {2.5, 1, 1})), 0))
        .containsExactly(expected);
  }

  @Test
  void whatWasNeverSeenIsAnError() throws Exception {
    Table table = read("district,y\nMitte,1.5\nPankow,2.5\nWedding,3.5\nMitte,7\n");
    ColumnEncoding encoding = of(table);
    String file = "file '" + folder.resolve("table.csv") + "'";

    Table unknown = read("y,district\n1,Mitte\n2,Mite\n");
    assertRefused(
        () -> encoding.apply(unknown),
        file
            + " has 'Mite' in column 'district' of row 2 (from 1), which is none of its levels,"
            + " [Mitte, Pankow, Wedding]; write one of these, or leave the row out");
    Table missing = read("y,district\n1,Mitte\n,Mitte\n");
    assertRefused(
        () -> encoding.apply(missing),
        file
            + " has no value in column 'y' of row 2 (from 1); leave such rows out by complete(), or"
            + " fill it in");
    Table texts = read("y,district\n1,Mitte\ntwo,Mitte\n3,Mitte\n");
    assertRefused(
        () -> encoding.apply(texts),
        file
            + " has the text 'two' in column 'y' of row 2 (from 1); leave the row out, or fill it"
            + " in");
    assertRefused(
        () -> encoding.apply(Map.of("y", 2, "district", "Mite")),
        "row has 'Mite' in column 'district', which is none of its levels, [Mitte, Pankow,"
            + " Wedding]; write one of these");
    assertRefused(
        () -> encoding.apply(Map.of("y", 2, "distict", "Mitte")),
        "row has column 'distict', which this density was not learned from; choose from [district,"
            + " y]");
    assertRefused(
        () -> encoding.apply(Map.of("y", 2)),
        "row has no column 'district', which this density was learned from; pass each of [district,"
            + " y], and NaN where a cell is missing");
    assertRefused(
        () -> encoding.apply(new Table("x", 2, new double[] {3, 1})),
        "x has '3' in column 'district' of row 1 (from 1), which is none of its levels, [Mitte,"
            + " Pankow, Wedding]; write one of these, or leave the row out");
    assertRefused(
        () -> encoding.apply(new Table("x", 1, new double[] {3, 1})),
        "x has 1 columns, but this density was made for 2; pass as many");
    Table infinite = read("y,district\n1,Mitte\ninf,Mitte\n3,Pankow\n");
    assertRefused(
        () -> of(infinite),
        file + " has Infinity in column 'y' of row 2 (from 1); leave the row out, or fill it in");
    Table same = read("y,district\n1,Mitte\n1,Mitte\n");
    assertRefused(
        () -> of(same),
        file + " has the same cells in all 2 rows; learn the density without contexts");
    ColumnEncoding array = ColumnEncoding.ofArray(2);
    assertRefused(
        () -> array.apply(Map.of("y", 1)),
        "density was learned from an array, whose columns have no names; pass an array");
    assertRefused(
        () -> array.apply(table.columns("y", "district")),
        file
            + " has the text 'Mitte' in column 'district' of row 1 (from 1); 4 of 4 rows have a"
            + " text there; take them by category(\"district\"), write numbers for them, or leave"
            + " the column out by without(\"district\")");
    assertRefused(
        () -> array.apply(new Table("x", 2, new double[] {1, Double.NaN})),
        "x has NaN in column 2 of row 1 (from 1); leave the row out, or fill it in");
  }

  @Test
  void levelsThatAreRareAreOne() throws Exception {
    StringBuilder text = new StringBuilder("name,y\n");
    for (int i = 0; i < 150; i++) {
      text.append("often%s,%s\nL%03d,%s.5\n".formatted(i % 90, i, i, i));
    }
    ColumnEncoding encoding = of(read(text.toString()));

    assertThat(encoding.columns()).isEqualTo(101);
    assertThat(encoding.names()).contains("name=often59", "name=L039").doesNotContain("name=L040");
    assertThat(encoding.notes())
        .containsExactly(
            "context 'name' has 240 levels, the 140 least frequent of which are read as one");
  }

  @Test
  void fileHasAll() throws Exception {
    Table table = read(FLATS.replace("Mitte", "\"Mitte, \"\"alt\"\"\"").replace("floor", "f/0"));
    ColumnEncoding encoding = of(table);
    TensorFile.Builder file = TensorFile.builder();
    encoding.write(file);
    Path path = folder.resolve("encoding");
    file.write(path);

    ColumnEncoding read = ColumnEncoding.read(TensorFile.read(path), encoding.columns());
    assertThat(read.names()).isEqualTo(encoding.names());
    assertThat(read.notes()).isEqualTo(encoding.notes());
    assertThat(read.apply(table).values()).containsExactly(encoding.apply(table).values());
  }

  @Test
  void densityIsOfContextsOfAllTypes() throws Exception {
    Random random = new Random(5);
    double[] ofDistrict = {0, 30, -20};
    String[] districts = {"Mitte", "Pankow", "Wedding"};
    StringBuilder text = new StringBuilder("price,area,district,zero,area2\n");
    for (int i = 0; i < 1200; i++) {
      int district = random.nextInt(3);
      double area = 50 + 10 * random.nextGaussian();
      boolean isMissing = random.nextBoolean();
      double price = ofDistrict[district] + area + 2 * random.nextGaussian();
      text.append(
          String.format(
              Locale.ROOT,
              "%.3f,%s,%s,0,%s%n",
              price,
              isMissing ? "" : area,
              districts[district],
              isMissing ? "NA" : 2 * area));
    }
    Table flats = read(text.toString());
    Table x = flats.without("price");
    ConditionalDensityEstimator estimator =
        ConditionalDensityEstimator.of(AffineFlows::network)
            .training(NormalRows.QUICK.steps(300).rate(0.02))
            .ensemble(2)
            .calibration(0.2);
    try (ConditionalDensity density = estimator.fit(flats.columns("price"), x)) {
      assertThat(density.contextDim()).isEqualTo(4);
      Map<String, ?> known = Map.of("area", 60, "district", "Pankow", "zero", 0, "area2", 120);
      Map<String, ?> unknown = Map.of("area", "", "district", "Wedding", "zero", 0, "area2", "");
      PredictionInterval narrow = density.interval(0.9, known);
      PredictionInterval wide = density.interval(0.9, unknown);
      // Normal: 1.645 deviations, of 2 and of √(10² + 2²).
      assertThat(ends(narrow)[0]).isCloseTo(90 - 3.29, within(1.2));
      assertThat(ends(narrow)[1]).isCloseTo(90 + 3.29, within(1.2));
      assertThat(ends(wide)[0]).isCloseTo(30 - 16.8, within(4.5));
      assertThat(ends(wide)[1]).isCloseTo(30 + 16.8, within(4.5));
      assertThat(narrow.coverage()).isGreaterThanOrEqualTo(0.9);
      assertThat(density.notes()).anyMatch(note -> note.startsWith("context 'zero' is left out"));

      Path file = folder.resolve("density");
      density.save(file);
      double[] means = density.mean(Table.row(known)).toDoubleArray();
      double[] draws = density.sample(2, x, 3).toDoubleArray();
      double[] logs = density.logProb(flats.columns("price"), x).toDoubleArray();
      assertThat(Arrays.stream(logs).average().orElseThrow()).isBetween(-3.1, -2.4);
      assertThat(density.distance(x).toDoubleArray()).hasSize(1200);
      assertThat(density.quantile(0.5, Table.row(known)).toDoubleArray()[0])
          .isCloseTo(90, within(1.0));
      assertThat(density.quantile(0.5, known))
          .isEqualTo(density.quantile(0.5, Table.row(known)).toDoubleArray()[0]);
      try (ConditionalDensity loaded = ConditionalDensity.load(file, AffineFlows::network)) {
        assertThat(loaded.mean(Table.row(known)).toDoubleArray()).containsExactly(means);
        assertThat(loaded.sample(2, x, 3).toDoubleArray()).containsExactly(draws);
        assertThat(ends(loaded.interval(0.9, unknown))).containsExactly(ends(wide));
        assertThat(loaded.notes()).isEqualTo(density.notes());
      }
    }
  }

  private static double[] ends(PredictionInterval interval) {
    return new double[] {interval.low().toDoubleArray()[0], interval.high().toDoubleArray()[0]};
  }
}
