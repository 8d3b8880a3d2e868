package org.ppl4j.infer.density;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.infer.Progress;
import org.ppl4j.testing.LeakCheck;

/** What is wrong with a table is said with its column and row. */
@ExtendWith(LeakCheck.class)
class BadTablesTest {

  private static final Training QUICK = Training.standard().steps(1).progress(Progress.silent());

  private static final DensityEstimator NORMAL =
      DensityEstimator.of(AffineFlows::normal).training(QUICK);

  private static final ConditionalDensityEstimator REGRESSION =
      ConditionalDensityEstimator.of(AffineFlows::regression).training(QUICK);

  private static final String GOOD = "a,b,c\n1,2,0.5\n2,5,0.1\n4,3,0.2\n8,1,0.9\n";

  @TempDir private Path folder;

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  private Path write(String text) throws Exception {
    return Files.writeString(folder.resolve("table.csv"), text);
  }

  private static void learn(NDManager manager, Table table) {
    learn(NORMAL, manager, table);
  }

  private static void learn(DensityEstimator estimator, NDManager manager, Table table) {
    try (Density density = estimator.fit(manager, table)) {
      assertThat(density.dim()).isEqualTo(table.columns());
    }
  }

  private static void learn(DensityEstimator estimator, NDArray y) {
    try (Density density = estimator.fit(y)) {
      assertThat(density).isNotNull();
    }
  }

  private static void learn(DensityEstimator estimator, NDArray y, NDArray validation) {
    try (Density density = estimator.fit(y, validation)) {
      assertThat(density).isNotNull();
    }
  }

  private static void regress(NDArray y, NDArray x) {
    try (ConditionalDensity density = REGRESSION.fit(y, x)) {
      assertThat(density).isNotNull();
    }
  }

  /** A file, what is done with its table, and what is said; FILE stands for its name. */
  private static Arguments bad(String what, String text, Use use, String message) {
    return Arguments.of(Named.of(what, text), Named.of(message, use), message);
  }

  @FunctionalInterface
  private interface Use {
    void of(NDManager manager, Table table);
  }

  private static final Use LEARN = BadTablesTest::learn;

  static Stream<Arguments> badFiles() {
    return Stream.of(
        bad(
            "a column of nothing",
            "a,b\n1,\n2,NA\n3,\n5,\n",
            LEARN,
            "FILE has nothing in all 4 rows of column 'b'; leave the column out"),
        bad(
            "rows that are alike",
            "a,b\n1,7\n1,7\n1,7\n1,7\n",
            LEARN,
            "FILE has the same in all 4 rows of every column, so that there is nothing to learn;"
                + " pass rows that differ"),
        bad(
            "an infinite value",
            GOOD.replace("8,1", "8,-inf"),
            LEARN,
            "FILE has -Infinity in column 'b' of row 4 (from 1); leave the row out, or fill it in"),
        bad(
            "one row",
            "a,b\n1,2\n",
            LEARN,
            "FILE has 1 rows, 1 of them for validation, but training needs at least 2 more; pass"
                + " more rows"),
        bad(
            "text in a number column",
            GOOD.replace("5,0.1", "five,0.1"),
            LEARN,
            "FILE has the text 'five' in column 'b' of row 2 (from 1); leave the row out, or fill"
                + " it in"),
        bad(
            "an unknown column",
            GOOD,
            (manager, table) -> learn(manager, table.columns("a", "B")),
            "FILE has no column 'B'; choose from [b, a, c]"),
        bad(
            "a duplicate column",
            GOOD.replace("a,b,c", "a,b,a"),
            LEARN,
            "FILE has column 'a' twice; give each its own name"),
        bad(
            "an empty file",
            "",
            LEARN,
            "FILE is empty; pass one whose first line names the columns"),
        bad("no rows", "a,b\n", LEARN, "FILE has no rows under its columns; pass some"),
        bad(
            "a ragged row",
            GOOD.replace("4,3,0.2", "4,3"),
            LEARN,
            "FILE has 2 cells in row 3 (from 1), but 3 columns: column 'c' has none; quote cells"
                + " that hold a delimiter, and fill short rows"),
        bad(
            "a value outside the support",
            GOOD.replace("5,0.1", "5,-0.1"),
            (manager, table) -> learn(NORMAL.support("c", Constraint.POSITIVE), manager, table),
            "FILE has -0.1 in column 'c' of row 2 (from 1), which is outside its support"
                + " 'positive'; leave the row out, or pass another support"),
        bad(
            "another width",
            GOOD,
            (manager, table) -> {
              try (Density density = NORMAL.fit(manager, table.columns("a", "b"))) {
                density.logProb(table.array(manager)).close();
              }
            },
            "y has 3 columns, but this density was made for 2; pass as many"),
        bad(
            "another width of contexts",
            GOOD,
            (manager, table) -> {
              try (ConditionalDensity density =
                  REGRESSION.fit(manager, table.columns("a"), table.columns("b"))) {
                NDArray a = table.columns("a").array(manager);
                density.logProb(a, table.columns("b", "c").array(manager)).close();
              }
            },
            "x has 2 columns, but this density was made for 1; pass as many"),
        bad(
            "support of a column that is not there",
            GOOD,
            (manager, table) -> learn(NORMAL.support("sugar", Constraint.POSITIVE), manager, table),
            "FILE has no column 'sugar'; choose from [a, b, c]"));
  }

  @ParameterizedTest
  @MethodSource("badFiles")
  @Tag("density.5")
  void badFilesAreRefused(String text, Use use, String message) throws Exception {
    Path file = write(text);

    assertThatThrownBy(() -> use.of(manager, Table.read(file)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message.replace("FILE", "file '" + file + "'"));
  }

  @Test
  void goodFileIsNotRefused() throws Exception {
    learn(manager, Table.read(write(GOOD)));
  }

  @Test
  void missingFileIsNamed() {
    Path file = folder.resolve("none.csv");
    assertThatThrownBy(() -> Table.read(file))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage("file '" + file + "' does not exist; pass another path");
  }

  private NDArray table(double[] values, int columns) {
    return manager.create(values, new Shape(values.length / columns, columns));
  }

  /** What is said of arrays, whose columns have numbers. */
  static Stream<Arguments> badArrays() {
    return Stream.of(
        badArray(
            test -> test.learn(2, 1, 2, 3, 4, 5, Double.NaN),
            "y has NaN in column 2 of row 3 (from 1); leave the row out, or fill it in"),
        badArray(
            test -> test.learn(2, 1, 2, Double.NEGATIVE_INFINITY, 4, 5, 6),
            "y has -Infinity in column 1 of row 2 (from 1); leave the row out, or fill it in"),
        badArray(
            test -> test.learn(1, 1e15, 1e15 + 1, 1e15 + 2, 1e15 + 1),
            "y has numbers in column 1 (from 1) that differ by less than rounding allows,"
                + " 1.000000000000001E15 ± 0.7071067811865476; subtract what they have in common"
                + " before they are rounded, or leave the column out"),
        badArray(
            test -> test.learn(2, 1, 3, 1, 4, 1, 5, 1, 6),
            "y has the same number, 1.0, in all 4 rows of column 1 (from 1); leave the column out"),
        badArray(
            test -> test.learn(3, 1, 2, 6, 2, 5, 13, 4, 3, 11, 8, 1, 11, 0, 9, 19),
            "y has numbers in column 3 (from 1) that are a weighted sum of those in the columns"
                + " before it, up to rounding, so that its rows have no density; leave the column"
                + " out, or pass a support, such as Constraint.SIMPLEX for shares"),
        badArray(
            test -> test.learn(2, 1, 2),
            "y has 1 rows, 1 of them for validation, but training needs at least 2 more; pass more"
                + " rows"),
        badArray(
            test -> learn(NORMAL, test.manager.create(new double[6], new Shape(1, 2, 3))),
            "y has shape (1, 2, 3), but wants rows and columns, at least one of each; pass shape"
                + " (N, D)"),
        badArray(
            test -> learn(NORMAL, test.good(), test.table(new double[9], 3)),
            "validation has 3 columns, but this density was made for 2; pass as many"),
        badArray(
            test -> regress(test.good(), test.manager.create(new double[29])),
            "y has 4 rows, but x has 29; pass one context a row"),
        badArray(
            test -> learn(NORMAL.support(Constraint.POSITIVE), test.good(), test.negative()),
            "validation has -2.0 in column 2 of row 1 (from 1), which is outside its"
                + " support 'positive'; leave the row out, or pass another support"),
        badArray(
            test -> learn(NORMAL.support(Constraint.SIMPLEX), test.good()),
            "y has [1.0, 2.0] in row 1 (from 1), which is not inside its support 'simplex'; leave"
                + " the row out, or pass another support"),
        badArray(
            test -> learn(NORMAL.dequantisation(Dequantisation.steps(1)), test.good()),
            "dequantisation has 1 steps, but y has 2 columns; pass one for each, 0 where it is"
                + " continuous"),
        badArray(
            test -> learn(NORMAL.support(Constraint.INTEGER), test.good()),
            "constraint 'integer' is discrete, so no bijection from the reals exists; sum its"
                + " values out or give the site a value"),
        badArray(
            test -> learn(NORMAL.support(Constraint.POSITIVE_DEFINITE), test.good()),
            "support 'positive definite matrix' is not a set of numbers or rows; pass one, with"
                + " bounds that are numbers"),
        badArray(
            test -> learn(NORMAL.support("a", Constraint.SIMPLEX), test.good()),
            "support 'simplex' of column 'a' is a set of rows; pass a set of numbers"),
        badArray(
            test -> learn(NORMAL.dequantisation(Dequantisation.steps(-1)), test.good()),
            "dequantisation has a step of -1.0, but it must be finite and not negative"));
  }

  private static Arguments badArray(Consumer<BadTablesTest> use, String message) {
    return Arguments.of(Named.of(message, use), message);
  }

  private void learn(int columns, double... values) {
    learn(NORMAL, table(values, columns));
  }

  private NDArray good() {
    return table(new double[] {1, 2, 2, 5, 4, 3, 8, 1}, 2);
  }

  private NDArray negative() {
    return table(new double[] {1, -2}, 2);
  }

  @ParameterizedTest
  @MethodSource("badArrays")
  void badArraysAreRefused(Consumer<BadTablesTest> use, String message) {
    assertThatThrownBy(() -> use.accept(this))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void badQuestionsAreRefused() {
    try (Density density = NORMAL.fit(good())) {
      assertThatThrownBy(() -> density.logProb(table(new double[9], 3)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("y has 3 columns, but this density was made for 2; pass as many");
      assertThatThrownBy(() -> density.sample(0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("density is asked for 0 draws, but needs at least 1");
      assertThat(density.logProb(table(new double[] {Double.NaN, 0}, 2)).toDoubleArray()[0])
          .isNaN();
    }
  }
}
