package org.ppl4j.infer.density;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppl4j.tensor.Rng;

/** Two parts of a table. */
class SplitTest {

  private static Split split(int rows, int wanted, IntUnaryOperator kind) {
    double[] y = new double[2 * rows];
    double[] x = new double[rows];
    for (int i = 0; i < rows; i++) {
      y[2 * i] = kind.applyAsInt(i) % 7;
      y[2 * i + 1] = 0.5;
      x[i] = Math.floorDiv(kind.applyAsInt(i), 7);
    }
    Tables tables = new Tables(new Table("y", 2, y), new Table("x", 1, x));
    return Split.of(tables, wanted, Rng.of(3, Rng.Purpose.PLATE, 0, "split"));
  }

  private static void assertAllRows(Split split, int rows) {
    assertThat(IntStream.concat(Arrays.stream(split.held()), Arrays.stream(split.others())))
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, rows).boxed().toList());
  }

  @Test
  void partsHaveTheWantedSizesAndAllRows() {
    Split split = split(103, 10, i -> i);

    assertThat(split.held()).hasSize(10);
    assertAllRows(split, 103);
    assertThat(split.held()).isNotEqualTo(new int[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
  }

  /** Rows i and 100 + i are alike for i &lt; 60. */
  @Test
  void rowsThatAreAlikeStayTogether() {
    Split split = split(160, 16, i -> i % 100);

    assertAllRows(split, 160);
    assertThat(split.held().length).isBetween(17, 32);
    for (int i : split.held()) {
      for (int j : split.others()) {
        assertThat(i % 100).isNotEqualTo(j % 100);
      }
    }
  }

  @Test
  void countsThatAreAllAlikeAreSplitAsTheyCome() {
    Split split = split(100, 10, i -> i % 3);

    assertThat(split.held()).hasSize(10);
    assertAllRows(split, 100);
  }

  @Test
  void contextsMakeRowsDiffer() {
    Split split = split(20, 4, i -> 7 * i);

    assertThat(split.held()).hasSize(4);
  }

  /** Frequent rows are in both parts, as often as in the table, and training keeps its rows. */
  @ParameterizedTest(name = "{0} of 100 rows are alike")
  @ValueSource(ints = {1, 5, 20, 45, 60})
  void frequentRowsAreSharedOut(int percent) {
    int rows = 2000;
    Split split = split(rows, 200, i -> i % 100 < percent ? 0 : i);

    assertAllRows(split, rows);
    assertThat(split.held().length).isBetween(200, 225);
    double share = percent / 100.0;
    double held =
        (double) Arrays.stream(split.held()).filter(i -> i % 100 < percent).count()
            / split.held().length;
    assertThat(held).isCloseTo(share, within(4 * Math.sqrt(share * (1 - share) / 200)));
  }

  /** What comes twice is as likely to be held as what comes once. */
  @Test
  void likenessDoesNotDrawRowsIntoEitherPart() {
    int rows = 8000;
    // The last 4,000 rows are 1,000 that come four times.
    Split split = split(rows, 800, i -> i < 4000 ? i : 4000 + i % 1000);

    double held = Arrays.stream(split.held()).filter(i -> i >= 4000).count();
    // 200 groups of which each is in with one half: a standard deviation of 4 x 7.
    assertThat(held).isCloseTo(400, within(120.0));
  }

  /** Zeros with one of two levels are alike by their nature, other rows by accident. */
  @Test
  void rowsOfFrequentNumbersAreSharedOutAsTheyCome() {
    double squares = 0;
    int wanted = 240;
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      double[] y = new double[2000];
      double[] x = new double[4000];
      for (int i = 0; i < 2000; i++) {
        y[i] = i % 3 == 0 ? 0 : random.nextGaussian();
        x[2 * i] = random.nextInt(3);
        x[2 * i + 1] = random.nextInt(10);
      }
      Tables tables = new Tables(new Table("y", 1, y), new Table("x", 2, x));
      Split split = Split.of(tables, wanted, Rng.of(seed, Rng.Purpose.PLATE, 0, "split"));
      long zeros = Arrays.stream(split.held()).filter(i -> y[i] == 0).count();
      squares += Math.pow(zeros - wanted / 3.0, 2) / 200;
    }
    double variance = wanted * 2 / 9.0 * (1 - wanted / 2000.0); // hypergeometric
    assertThat(squares / variance).isBetween(0.65, 1.45); // chi-squared of 200, within 4 errors
  }
}
