package org.ppl4j.infer.density;

import static com.google.common.collect.ImmutableList.toImmutableList;
import static com.google.common.collect.ImmutableSet.toImmutableSet;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.ppl4j.infer.density.ColumnType.CATEGORY;
import static org.ppl4j.infer.density.ColumnType.COUNT;
import static org.ppl4j.infer.density.ColumnType.DATE;
import static org.ppl4j.infer.density.ColumnType.NUMBER;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableSet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;

/** What columns are taken for, what they are told to be, and what they give to models. */
@ExtendWith(LeakCheck.class)
class TypedTablesTest {

  private static final String FLATS =
      """
      price,rooms,district,lift,floor,sold,viewed
      310000.5,3,Mitte,true,1,2024-01-31,2024-01-31T12:00
      205000,2,Pankow,false,0,1970-01-01,1970-01-02 06:00:00
      ,9,Mitte,true,1,2000-02-29,2000-02-29T01:30+01:30
      99000,12,,false,NA,,NaN
      120000,7,Neukölln,true,0,1969-12-31,1969-12-31T18:00:00Z
      450000,5,Mitte,,1,2024-02-01,2024-02-01T00:00:00.5
      """;

  @TempDir private Path folder;

  private Table read(String text) throws Exception {
    return Table.read(Files.writeString(folder.resolve("table.csv"), text));
  }

  private String said(String message) {
    return message.replace("FILE", "file '" + folder.resolve("table.csv") + "'");
  }

  private static void assertRefused(Runnable use, String message) {
    assertThatThrownBy(use::run).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }

  @Test
  void writtenTablesAreReadAsTheyWere() throws Exception {
    Table flats = read(FLATS);
    Path file = folder.resolve("written.csv");
    flats.columns("district", "price", "rooms", "sold", "viewed", "lift").write(file);
    Table again = Table.read(file);

    assertThat(again.names()).startsWith("district", "price");
    for (String name : again.names()) {
      TableColumn written = flats.column(name);
      assertThat(again.column(name).type()).as(name).isEqualTo(written.type());
      assertThat(again.column(name).seen()).as(name).isEqualTo(written.seen());
      assertThat(again.column(name)).as(name).hasToString(written.toString());
    }
    assertThat(again.column("price").numbersOr(-1)).isEqualTo(flats.column("price").numbersOr(-1));
    assertThat(Files.readString(file)).contains("Neukölln,120000,7,1969-12-31");
  }

  /** Rows without any cell are rows, at the end too, and a column alone may have gaps. */
  @Test
  void writtenRowsMayBeEmpty() throws Exception {
    Table table = read("a,b,c\n1.5,,x\n,,y\n2.5,4,z\n,,x\n");
    for (String[] names : new String[][] {{"a"}, {"b"}, {"a", "b"}, {"a", "b", "c"}}) {
      Table some = table.columns(names);
      Path file = folder.resolve("written.csv");
      some.write(file);
      assertThat(Table.read(file).rows()).isEqualTo(4);
      assertThat(Table.read(file).values()).containsExactly(some.values());
    }
  }

  @Test
  void codesKeepTheirZeros() throws Exception {
    Table table = read("zip\n01234\n90210\n1234\n\"\"\n01234\n".replace("\"\"", "NA"));
    assertThat(table.column("zip").levels()).containsExactly("01234", "1234", "90210");
    Path file = folder.resolve("written.csv");
    table.write(file);
    assertThat(Table.read(file).values()).containsExactly(table.values());
    assertThat(table.as("zip", COUNT).values())
        .containsExactly(1234, 90210, 1234, Double.NaN, 1234);
    assertThat(table.as("zip", NUMBER).values())
        .containsExactly(1234, 90210, 1234, Double.NaN, 1234);
    Table plain = read("zip\n90210\n90211\n90212\n90213\n90214\n90215\n").as("zip", CATEGORY);
    assertThat(
            plain
                .category(
                    "zip", List.of("01234", "90210", "90211", "90212", "90213", "90214", "90215"))
                .indices()
                .get(0))
        .isEqualTo(1);
  }

  @Test
  void columnsWithoutNamesAreNotWritten() {
    try (NDManager manager = NDManager.newBaseManager()) {
      Table bare = Table.of("rows", manager.create(new double[] {1, 2}));

      assertRefused(
          () -> bare.write(folder.resolve("bare.csv")),
          "rows has columns without names; name them by Table.of(array, …)");
    }
  }

  /** Cells of one column, and what they are taken for. */
  static Stream<Arguments> columns() {
    return Stream.of(
        Arguments.of("1.5 2 3", NUMBER),
        Arguments.of("-1 2 3 4 5 6 7", NUMBER),
        Arguments.of("1 2 3 4 5 6 7", COUNT),
        Arguments.of("1 2 4 8", COUNT),
        Arguments.of("1 2 4 8 1 2 4 8", CATEGORY),
        Arguments.of("0 1 1 0", CATEGORY),
        Arguments.of("-1 1 -1 1", CATEGORY),
        Arguments.of("1e20 1e20 1e20", NUMBER),
        Arguments.of("7 7 7", CATEGORY),
        Arguments.of("NA NA", NUMBER),
        Arguments.of("1.5 N/A null #N/A Nan 2.5", NUMBER),
        Arguments.of("01 02 11 N/A", CATEGORY),
        Arguments.of("007 1.5 2", NUMBER),
        Arguments.of("0 1 2 3 4 5 10", COUNT),
        Arguments.of("-1 02 3 4 5 6 7", NUMBER),
        Arguments.of("red green red", CATEGORY),
        Arguments.of("red 1 NA", NUMBER),
        Arguments.of("red 1 green NA", CATEGORY),
        Arguments.of("1 five 3", NUMBER),
        Arguments.of("1,5 2,5 3", NUMBER),
        Arguments.of("1,000 2,000,000 NA", NUMBER),
        Arguments.of("true false true", CATEGORY),
        Arguments.of("2024-01-31 2024-02-30 2023-01-01", DATE),
        Arguments.of("2024-01-31 red green blue", CATEGORY),
        Arguments.of("2024-01-31 NA", DATE),
        Arguments.of("2024-01-31T10:00 2024-02-01T12:30:15.25Z", DATE),
        Arguments.of("31.01.2024 28.02.2024", CATEGORY));
  }

  @ParameterizedTest
  @MethodSource("columns")
  void columnsAreTakenForWhatTheySay(String cells, ColumnType type) throws Exception {
    String rows = String.join("\n", cells.replaceAll("\\S*,\\S*", "\"$0\"").split(" "));

    assertThat(read("a\n" + rows + "\n").types()).containsExactly(type);
  }

  @Test
  void cellsAreNumbers() throws Exception {
    Table table = read(FLATS);

    assertThat(table.types())
        .containsExactly(NUMBER, COUNT, CATEGORY, CATEGORY, CATEGORY, DATE, DATE);
    assertThat(table.column("district").levels()).containsExactly("Mitte", "Neukölln", "Pankow");
    assertThat(table.numbers(2)).containsExactly(0, 2, 0, Double.NaN, 1, 0);
    assertThat(table.column("floor").levels()).containsExactly("0", "1");
    assertThat(table.numbers(4)).containsExactly(1, 0, 1, Double.NaN, 0, 1);
    // Days by python's datetime.
    assertThat(table.numbers(5)).containsExactly(19753, 0, 11016, Double.NaN, -1, 19754);
    assertThat(table.numbers(6))
        .containsExactly(19753.5, 1.25, 11016, Double.NaN, -0.25, 19754 + 0.5 / 86400);
    assertThat(table.column("rooms").missing()).isZero();
    assertThat(table.column("lift").missing()).isEqualTo(1);
  }

  @Test
  void tableSaysWhatItTookColumnsFor() throws Exception {
    List<String> lines = read(FLATS + "1,2,Köpenick,true,1,never,\n").toString().lines().toList();

    assertThat(lines.subList(0, 8))
        .containsExactly(
            said("FILE: 7 rows"),
            "  price: number, 1 to 450000, 1 missing",
            "  rooms: count, 2 to 12",
            "  district: category, levels Köpenick, Mitte, Neukölln, Pankow, 1 missing",
            "  lift: category, levels false, true, 1 missing",
            "  floor: category, levels 0, 1, 1 missing",
            "  sold: date, 1969-12-31 to 2024-02-01, 1 missing, 1 text",
            "  viewed: date, 1969-12-31T18:00 to 2024-02-01T00:00:00.500, 2 missing");
  }

  @Test
  void fewRowsAreShown() throws Exception {
    assertThat(read("y,store,n\n1234567.125,Leeds,20000000\n,York,3\n").toString().lines())
        .containsExactly(
            said("FILE: 2 rows"),
            "  y: number, 1234567 to 1234567, 1 missing",
            "  store: category, levels Leeds, York",
            "  n: count, 3 to 20000000",
            "        y  store         n",
            "  1234567  Leeds  20000000",
            "            York         3");
    assertThat(Table.row(Map.of("y", 2, "store", "Leeds")).toString().lines())
        .containsExactly(
            "row: 1 row",
            "  store: category, levels Leeds",
            "  y: count, 2 to 2",
            "  store  y",
            "  Leeds  2");
    assertThat(read("y\n" + "2\n".repeat(11)).toString().lines()).hasSize(2);
  }

  @Test
  void partsKeepWhatColumnsAre() throws Exception {
    Table table = read("a,b\n1.5,x\nfive,y\n2.5,x\n3.5,x\n");

    Table part = table.view(new int[] {2, 1}).columns("b", "a");
    assertThat(part.types()).containsExactly(CATEGORY, NUMBER);
    assertThat(part.text(0, 0)).isEqualTo("x");
    assertThat(part.text(1, 1)).isEqualTo("five");
    assertThat(table.range(1, 3).text(0, 0)).isEqualTo("five");
    assertThat(table.range(1, 3).isMissing(0, 0)).isFalse();
    assertThat(table.without("a").types()).containsExactly(CATEGORY);
    assertThat(table.with(new double[8]).types()).containsExactly(NUMBER, NUMBER);
  }

  @Test
  void columnsAreToldWhatTheyAre() throws Exception {
    Table table = read(FLATS);

    assertThat(table.as("floor", COUNT).types().get(4)).isEqualTo(COUNT);
    assertThat(table.as("floor", NUMBER).numbers(4)).containsExactly(table.numbers(4));
    Table rooms = table.as("rooms", CATEGORY);
    assertThat(rooms.column("rooms").levels()).containsExactly("2", "3", "5", "7", "9", "12");
    assertThat(rooms.as("rooms", COUNT).numbers(1)).containsExactly(table.numbers(1));
    Table days = table.as("sold", CATEGORY);
    assertThat(days.column("sold").levels()).startsWith("1969-12-31", "1970-01-01");
    assertThat(days.as("sold", DATE).numbers(5)).containsExactly(table.numbers(5));
    assertThat(table.as("viewed", NUMBER).numbers(6)).containsExactly(table.numbers(6));
    assertThat(table.as("viewed", CATEGORY).as("viewed", DATE).numbers(6))
        .containsExactly(table.numbers(6));
    assertThat(table.as("price", NUMBER)).isSameAs(table);
    assertThat(read("a\n1\nx\n3\n4\n").as("a", CATEGORY).column("a").levels())
        .containsExactly("1", "3", "4", "x");
    // In a file whose numbers have a comma, a point does not become one on the way.
    Path file = Files.writeString(folder.resolve("comma.csv"), "a;b\n12.000;2\n3,5;4\n4;5\n");
    Table comma = Table.read(file, TableFormat.standard().decimalComma());
    assertThat(comma.as("a", CATEGORY).column("a").levels()).containsExactly("12.000", "3.5", "4");
    assertRefused(
        () -> assertThat(comma.as("a", NUMBER)).isNotNull(),
        "file '%s' has the text '12.000' in column 'a' of row 1 (from 1); if its marks part"
                .formatted(file)
            + " thousands, take them out");
  }

  /** A file of one column more, the type that its column is told to be, and what is said. */
  static Stream<Arguments> badTypes() {
    return Stream.of(
        Arguments.of(
            "x y z",
            NUMBER,
            "FILE has the text 'x' in column 'a' of row 1 (from 1); 3 of 3 rows have a text there;"
                + " take them by category(\"a\"), write numbers for them, or leave the column out"
                + " by without(\"a\")"),
        Arguments.of(
            "1 five 3",
            NUMBER,
            "FILE has the text 'five' in column 'a' of row 2 (from 1); leave the row out, or fill"
                + " it in"),
        Arguments.of(
            "1 NA -3",
            COUNT,
            "FILE has -3 in column 'a' of row 3 (from 1); a count is a whole number from 0; mend"
                + " the cell, or leave the row out"),
        Arguments.of(
            "1 2.5 3",
            COUNT,
            "FILE has 2.5 in column 'a' of row 2 (from 1); a count is a whole number from 0; mend"
                + " the cell, or leave the row out"),
        Arguments.of(
            "20240131 20240131 20240131",
            DATE,
            "FILE has 20240131 in column 'a' of row 1 (from 1); write dates as 2024-01-31 or"
                + " 2024-01-31T12:30, or leave the row out"),
        Arguments.of(
            "2024-01-31 2024-02-30 2024-03-01",
            DATE,
            "FILE has the text '2024-02-30' in column 'a' of row 2 (from 1); write dates as"
                + " 2024-01-31 or 2024-01-31T12:30, or leave the row out"));
  }

  @ParameterizedTest
  @MethodSource("badTypes")
  void badTypesAreRefused(String cells, ColumnType type, String message) throws Exception {
    Table table = read("a,b\n" + String.join(",1\n", cells.split(" ")) + ",2\n");

    assertRefused(() -> assertThat(table.as("a", type)).isNotNull(), said(message));
    assertRefused(
        () -> assertThat(table.as("c", type)).isNotNull(),
        said("FILE has no column 'c'; choose from [a, b]"));
  }

  @Test
  void modelsGetColumnsAndCategories() throws Exception {
    Table table = read("store,y,code,x\nLeeds,1.5,-3,true\nBath,2,10,true\nLeeds,4,-3,false\n");
    Category store = table.category("store");

    assertThat(store.levels()).containsExactly("Bath", "Leeds");
    assertThat(store.indices().toArray()).containsExactly(1, 0, 1);
    assertThat(table.category("code").levels()).containsExactly("-3", "10");
    assertThat(table.category("code").indices().toArray()).containsExactly(0, 1, 0);
    assertThat(table.category("store", List.of("York", "Leeds", "Bath")).indices().toArray())
        .containsExactly(1, 2, 1);
    assertRefused(
        () -> assertThat(table.category("store", List.of("Leeds", "York"))).isNotNull(),
        said(
            "FILE has 'Bath' in column 'store' of row 2 (from 1), which is none of its levels,"
                + " [York, Leeds]; write one of these, or leave the row out"));
    try (NDManager manager = NDManager.newBaseManager()) {
      assertThat(store.array(manager).getDataType()).isEqualTo(DataType.INT64);
      assertThat(store.array(manager).toLongArray()).containsExactly(1, 0, 1);
      NDArray y = table.column("y").array(manager);
      assertThat(y.getShape()).isEqualTo(new Shape(3));
      assertThat(y.toDoubleArray()).containsExactly(1.5, 2, 4);
      assertThat(table.columns("y", "code").array(manager).getShape()).isEqualTo(new Shape(3, 2));
      assertThat(Table.of(y, "y").category("y").levels()).containsExactly("1.5", "2", "4");
      assertThat(Table.of(y, "y").types()).containsExactly(NUMBER);
    }
  }

  @Test
  void missingCellsAreFilledMaskedOrLeftOut() throws Exception {
    Table table = read("store,y\nLeeds,1\n,2\nBath,\nYork,5\n");

    assertThat(table.column("y").numbersOr(-1)).containsExactly(1, 2, -1, 5);
    assertThat(table.column("y").seen()).containsExactly(true, true, false, true);
    assertThat(table.column("store").seen()).containsExactly(true, false, true, true);
    assertThat(table.complete().column("y").numbers()).containsExactly(1, 5);
    assertThat(table.complete().column("store").levels()).contains("Bath"); // they stay
    assertThat(table.columns("y").complete().column("y").numbers()).containsExactly(1, 2, 5);
    assertRefused(
        () -> assertThat(table.column("store").numbersOr(0)).isNotNull(),
        said(
            "FILE has the text 'Leeds' in column 'store' of row 1 (from 1); 3 of 4 rows have a"
                + " text there; take them by category(\"store\"), write numbers for them, or"
                + " leave the column out by without(\"store\")"));
    Table none = read("store,y\nLeeds,\n,2\n");
    assertRefused(
        () -> assertThat(none.complete()).isNotNull(),
        said(
            "FILE has a missing cell in each of its 2 rows; leave columns out by without(…)"
                + " first"));
  }

  @Test
  void aTableIsDealtIntoRowsToLearnFromAndRowsToJudgeBy() throws Exception {
    StringBuilder csv = new StringBuilder("number,town,y\n");
    for (int i = 0; i < 100; i++) {
      int twin = i < 99 ? i : 0; // the last row is the first
      csv.append(twin).append(twin == 5 ? ",York," : ",Leeds,");
      csv.append(twin % 7 == 1 ? "" : String.valueOf(twin * 1.5)).append('\n');
    }
    Table table = read(csv.toString());
    List<Table> parts = table.split(0.2, 3);
    double[] learned = parts.get(0).column("number").numbers();
    double[] held = parts.get(1).column("number").numbers();

    assertThat(held).hasSizeBetween(20, 22).isNotEqualTo(table.split(0.2, 4).get(1).numbers(0));
    assertThat(held).isEqualTo(table.split(0.2, 3).get(1).numbers(0));
    assertThat(DoubleStream.concat(DoubleStream.of(learned), DoubleStream.of(held)).sorted())
        .containsExactlyElementsOf(
            DoubleStream.of(table.numbers(0)).sorted().boxed().collect(toImmutableList()));
    for (long seed = 0; seed < 20; seed++) {
      List<Table> dealt = table.split(0.2, seed);
      ImmutableSet<Double> first = numbers(dealt.get(0).numbers(0));
      assertThat(DoubleStream.of(dealt.get(1).numbers(0)).filter(first::contains)).isEmpty();
    }
    for (Table part : parts) {
      assertThat(part.types()).isEqualTo(table.types());
      assertThat(part.category("town").levels()).containsExactly("Leeds", "York");
      double[] y = part.column("y").numbersOr(-1);
      for (int i = 0; i < part.rows(); i++) {
        double number = part.column("number").numbers()[i];
        assertThat(y[i]).isEqualTo(number % 7 == 1 ? -1 : 1.5 * number);
      }
    }
    assertRefused(
        () -> requireNonNull(table.split(1, 0)),
        said("FILE is split at a share of 1.0, but it must be above 0 and below 1"));
    Table two = read("y\n1\n2\n");
    assertRefused(
        () -> requireNonNull(two.split(0.2, 0)),
        said(
            "FILE has 2 rows, and a share of 0.2 takes 1 of them, but 2 must be left; pass more"
                + " rows, or a smaller share"));
  }

  private static ImmutableSet<Double> numbers(double[] numbers) {
    return DoubleStream.of(numbers).boxed().collect(toImmutableSet());
  }

  @Test
  void namesAndLevelsAreOncePerColumn() throws Exception {
    Table table = read("a\nx\ny\n");
    assertRefused(
        () -> assertThat(table.category("a", List.of("x", "y", "x"))).isNotNull(),
        "levels of 'a' have 'x' twice; name each level once");
    assertRefused(
        () -> assertThat(Table.of(Tensors.vector(1, 2), "a", "b")).isNotNull(),
        "table has 1 columns, but 2 names; pass one for each column");
  }

  @Test
  void textsAndMissingCellsDoNotLeaveAsNumbers() throws Exception {
    Table table = read("store,y\nLeeds,1\n,2\nBath,\nYork,five\nYork,5\nYork,6\n");
    String missing =
        said(
            "FILE has no value in column 'y' of row 3 (from 1); leave such rows out by"
                + " complete(), or fill it in");
    try (NDManager manager = NDManager.newBaseManager()) {
      assertRefused(() -> assertThat(table.columns("y").array(manager)).isNotNull(), missing);
      assertRefused(() -> assertThat(table.column("y").array(manager)).isNotNull(), missing);
      assertRefused(
          () -> assertThat(table.array(manager)).isNotNull(),
          said(
              "FILE has the text 'Leeds' in column 'store' of row 1 (from 1); 5 of 6 rows have a"
                  + " text there; take them by category(\"store\"), write numbers for them, or"
                  + " leave the column out by without(\"store\")"));
    }
    assertRefused(
        () -> assertThat(table.category("store")).isNotNull(),
        said(
            "FILE has no value in column 'store' of row 2 (from 1); leave such rows out by"
                + " complete(), or fill it in"));
    assertRefused(
        () -> assertThat(table.view(new int[] {5, 3}).column("y").numbers()).isNotNull(),
        said(
            "FILE has the text 'five' in column 'y' of row 4 (from 1); leave the row out, or fill"
                + " it in"));
  }

  @Test
  void rowIsOfMap() {
    Map<String, Object> cells = new HashMap<>();
    cells.put("area", 80.5);
    cells.put("rooms", 3);
    cells.put("district", "Mitte");
    cells.put("lift", true);
    cells.put("sold", LocalDateTime.of(2024, 1, 31, 12, 0));
    cells.put("price", null);
    Table row = Table.row(cells);

    assertThat(row.names()).containsExactly("area", "district", "lift", "price", "rooms", "sold");
    assertThat(row.types()).containsExactly(NUMBER, CATEGORY, CATEGORY, NUMBER, COUNT, DATE);
    assertThat(row.values()).containsExactly(80.5, 0, 0, Double.NaN, 3, 19753.5);
    assertThat(row.text(0, 2)).isEqualTo("true");
    ZonedDateTime noon = ZonedDateTime.of(2024, 1, 31, 13, 0, 0, 0, ZoneId.of("Europe/Berlin"));
    assertThat(Table.row(Map.of("sold", noon)).values()).containsExactly(19753.5);
    assertRefused(
        () -> assertThat(Table.row(Map.of("a", List.of(1)))).isNotNull(),
        "row has ListN '[1]' in column 'a'; pass a number, a text, a boolean, or a date"
            .replace("ListN", List.of(1).getClass().getSimpleName()));
    assertRefused(
        () -> assertThat(Table.row(Map.of())).isNotNull(),
        "row has no cells; pass one for each column");
  }
}
