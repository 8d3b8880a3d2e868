package org.ppl4j.infer.density;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.ppl4j.infer.density.ColumnType.CATEGORY;
import static org.ppl4j.infer.density.ColumnType.COUNT;
import static org.ppl4j.infer.density.ColumnType.DATE;
import static org.ppl4j.infer.density.ColumnType.NUMBER;

import ai.djl.ndarray.NDManager;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.infer.Progress;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.LeakCheck;

/** What is wrong with a cell of a file is said with the file, the column and the row. */
@Tag("acceptance")
@Tag("tables.7")
@ExtendWith(LeakCheck.class)
class MalformedTablesTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("tables.7");

  private static final String FLATS =
      """
      price,area,rooms,district,lift,sold
      310.5,80.5,3,Mitte,yes,2024-01-31
      205,62,2,Pankow,no,2024-02-01
      450,120,9,Mitte,yes,2023-11-30
      99.9,41.5,1,Wedding,no,2024-03-01
      270,71,4,Pankow,yes,2022-05-05
      330,99,6,Wedding,no,2020-02-29
      180,55.25,8,Mitte,no,2021-07-14
      520,130,12,Pankow,yes,2019-12-31
      """;

  private static final String LEAVE = "; leave the row out, or fill it in";

  private static final String LEAVE_SUCH = "; leave such rows out by complete(), or fill it in";

  private static final Training QUICK = Training.standard().steps(1).progress(Progress.silent());

  private static final ConditionalDensityEstimator ESTIMATOR =
      ConditionalDensityEstimator.of(AffineFlows::network).training(QUICK);

  @TempDir private Path folder;

  /**
   * A malformed table.
   *
   * @param what is in the good table, once
   * @param instead what is there in the malformed one
   * @param use of its table
   * @param column that is named
   * @param row that is named, from 1
   * @param message behind the file
   */
  private record Malformed(
      String what, String instead, Use use, String column, int row, String message) {}

  /** What is done with a table, or with its path. */
  private interface Use extends Function<Table, Object> {}

  private static Malformed bad(
      String what, String instead, Use use, String column, int row, String message) {
    return new Malformed(what, instead, use, column, row, message);
  }

  /** Learns prices given all else. */
  private static Object learn(Table table) {
    return learn(ESTIMATOR, table);
  }

  private static Object learn(ConditionalDensityEstimator estimator, Table table) {
    try (ConditionalDensity density =
        estimator.fit(table.columns("price"), table.without("price"))) {
      return density.dim();
    }
  }

  /** Asks a density, learned from the good table, of a malformed one. */
  private Object ask(Table table) {
    Table good = Table.read(folder.resolve("good.csv"));
    try (ConditionalDensity density = ESTIMATOR.fit(good.columns("price"), good.without("price"))) {
      return density.logProb(table, table);
    }
  }

  private static Use array(String column) {
    return table -> {
      try (NDManager manager = NDManager.newBaseManager()) {
        return table.columns(column).array(manager).getShape();
      }
    };
  }

  private List<Malformed> malformed() {
    Use learn = MalformedTablesTest::learn;
    return List.of(
        bad("62,2", "large,2", learn, "area", 2, "has the text 'large' in %s of %s" + LEAVE),
        bad("62,2", "?,2", learn, "area", 2, "has the text '?' in %s of %s" + LEAVE),
        bad("62,2", "#REF!,2", learn, "area", 2, "has the text '#REF!' in %s of %s" + LEAVE),
        bad("62,2", "62m,2", learn, "area", 2, "has the text '62m' in %s of %s" + LEAVE),
        bad("62,2", "0x1p3,2", learn, "area", 2, "has the text '0x1p3' in %s of %s" + LEAVE),
        bad("62,2", "inf,2", learn, "area", 2, "has Infinity in %s of %s" + LEAVE),
        bad(
            "62,2",
            "\"62,5\",2",
            learn,
            "area",
            2,
            "has the text '62,5' in %s of %s; if that is a number, read the file with"
                + " TableFormat.standard().decimalComma()"),
        bad(
            "62,2",
            "1'062,2",
            learn,
            "area",
            2,
            "has the text '1'062' in %s of %s; if its marks part thousands, take them out"),
        bad("450", "450 EUR", learn, "price", 3, "has the text '450 EUR' in %s of %s" + LEAVE),
        bad("450", "-inf", learn, "price", 3, "has -Infinity in %s of %s" + LEAVE),
        bad(
            "450",
            "-450",
            table -> learn(ESTIMATOR.support("price", Constraint.POSITIVE), table),
            "price",
            3,
            "has -450.0 in %s of %s, which is outside its support 'positive'; leave the row out, or"
                + " pass another support"),
        bad(
            "2024-03-01",
            "2024-02-30",
            learn,
            "sold",
            4,
            "has the text '2024-02-30' in %s of %s; write dates as 2024-01-31 or 2024-01-31T12:30,"
                + " or leave the row out"),
        bad(
            ",2022-05-05",
            "",
            learn,
            "sold",
            5,
            "has 5 cells in row 5 (from 1), but 6 columns: column 'sold' has none; quote cells that"
                + " hold a delimiter, and fill short rows"),
        bad("41.5,1", ",1", this::ask, "area", 4, "has no value in %s of %s" + LEAVE_SUCH),
        bad("41.5,1", "small,1", this::ask, "area", 4, "has the text 'small' in %s of %s" + LEAVE),
        bad(
            "Wedding,no,2024",
            "Weding,no,2024",
            this::ask,
            "district",
            4,
            "has 'Weding' in %s of %s, which is none of its levels, [Wedding, Mitte, Pankow]; write"
                + " one of these, or leave the row out"),
        bad("330,99", "330,NA", array("area"), "area", 6, "has no value in %s of %s" + LEAVE_SUCH),
        bad(
            "330,99",
            "330,99",
            array("lift"),
            "lift",
            1,
            "has the text 'yes' in %s of %s; 8 of 8 rows have a text there; take them by"
                + " category(\"lift\"), write numbers for them, or leave the column out by"
                + " without(\"lift\")"),
        bad(
            "Mitte,no",
            ",no",
            table -> table.category("district"),
            "district",
            7,
            "has no value in %s of %s" + LEAVE_SUCH),
        bad(
            "Mitte,no",
            "Moabit,no",
            table -> table.category("district", List.of("Mitte", "Pankow", "Wedding")),
            "district",
            7,
            "has 'Moabit' in %s of %s, which is none of its levels, [Mitte, Pankow, Wedding]; write"
                + " one of these, or leave the row out"),
        bad(
            "130,12",
            "130,-12",
            table -> table.as("rooms", COUNT),
            "rooms",
            8,
            "has -12 in %s of %s; a count is a whole number from 0; mend the cell, or leave the row"
                + " out"),
        bad(
            "130,12",
            "130,1.5",
            table -> table.as("rooms", COUNT),
            "rooms",
            8,
            "has 1.5 in %s of %s; a count is a whole number from 0; mend the cell, or leave the row"
                + " out"),
        bad(
            "2019-12-31",
            "31.12.2019",
            table -> table.as("sold", DATE),
            "sold",
            8,
            "has the text '31.12.2019' in %s of %s; write dates as 2024-01-31 or 2024-01-31T12:30,"
                + " or leave the row out"),
        bad(
            "130,12",
            "130,dozen",
            table -> table.as("rooms", CATEGORY).as("rooms", NUMBER),
            "rooms",
            8,
            "has the text 'dozen' in %s of %s" + LEAVE));
  }

  @Test
  void errorsNameFileColumnAndRow() throws Exception {
    Path good = Files.writeString(folder.resolve("good.csv"), FLATS);
    assertThat(learn(Table.read(good))).isEqualTo(1);
    assertThat(ask(Table.read(good))).isNotNull();
    Path file = folder.resolve("flats.csv");
    int refused = 0;
    for (Malformed one : malformed()) {
      assertThat(FLATS).containsOnlyOnce(one.what());
      Files.writeString(file, FLATS.replace(one.what(), one.instead()));
      String column = "column '" + one.column() + "'";
      String row = "row " + one.row() + " (from 1)";
      assertThatThrownBy(() -> one.use().apply(Table.read(file)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("file '%s' %s", file, one.message().formatted(column, row))
          .hasMessageContaining(column)
          .hasMessageContaining(row);
      refused++;
    }
    POINT.atLeast("malformed tables whose error names file, column and row", refused, 20);
  }
}
