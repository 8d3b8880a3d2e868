package org.ppl4j.infer.density;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.file.TensorFile;

/** Ranks of rows that a distribution has not seen. */
class ConformalRanksTest {

  private static final Rng RNG = Rng.of(5, Rng.Purpose.PLATE, 0, "ties");

  private static Tables numbers(double... numbers) {
    return new Tables(new Table("y", 1, numbers), null);
  }

  /** The numbers whose probabilities are (i + 1/2) / n, the last first. */
  private static ConformalRanks even(int n) {
    double[] all = new double[n];
    Arrays.setAll(all, i -> (n - i - 0.5) / n);
    KnownLaw law = KnownLaw.normal(1, 2);
    return ConformalRanks.of(law, numbers(law.quantile(numbers(all))), RNG);
  }

  @Test
  void rowsAreSetAsideByTheNumberThatThereAre() {
    assertThat(new int[] {2, 155, 156, 320, 500, 800, 1000, 5000, 100_000, 2_000_000})
        .satisfies(
            rows ->
                assertThat(Arrays.stream(rows).map(ConformalRanks::count))
                    .containsExactly(0, 0, 39, 79, 119, 119, 159, 759, 1999, 1999));
    assertThat(ConformalRanks.count(1000, 0)).isZero();
    assertThat(ConformalRanks.count(1000, 0.2)).isEqualTo(199);
    assertThat(ConformalRanks.count(1000, 0.001)).isEqualTo(39);
    assertThat(ConformalRanks.count(100_000, 0.5)).isEqualTo(1999);
  }

  @Test
  void levelsAreExactWhereTheyAreWholeNumbersOfRows() {
    for (int n : new int[] {39, 79, 1999}) {
      ConformalRanks ranks = even(n);
      for (double probability : new double[] {0.5, 0.8, 0.9, 0.95}) {
        ConformalRanks.Level level = ranks.level(0, probability);
        int j = (int) Math.round((n + 1) * (1 - probability) / 2);
        assertThat(level.coverage()).isEqualTo(probability, within(1e-15));
        assertThat(level.low()).isEqualTo((j - 0.5) / n, within(1e-9));
        assertThat(level.high()).isEqualTo((n - j + 0.5) / n, within(1e-9));
        assertThat(level.warning()).isEmpty();
      }
    }
  }

  @Test
  void otherLevelsCoverALittleMore() {
    ConformalRanks.Level level = even(50).level(0, 0.9);
    assertThat(level.coverage()).isEqualTo(47.0 / 51, within(1e-15));
  }

  @Test
  void tooFewRowsAreSaid() {
    ConformalRanks.Level level = even(39).level(0, 0.99);
    assertThat(level).extracting("low", "high", "coverage").containsExactly(0.0, 1.0, 1.0);
    assertThat(level.warning())
        .contains(
            "an interval of 99% needs 199 rows for calibration, but there are 39: it has no ends;"
                + " pass more rows, or ask for at most 95%");
    assertThat(even(1).level(0, 0.5).warning())
        .contains(
            "an interval of 50% needs 3 rows for calibration, but there is 1: it has no ends; pass"
                + " more rows");
  }

  @Test
  void rowsThatCannotBeAreSaid() {
    double[] far = new double[39];
    Arrays.setAll(far, i -> i < 3 ? 1e6 : i);
    ConformalRanks ranks = ConformalRanks.of(KnownLaw.normal(0, 30), numbers(far), RNG);
    ConformalRanks.Level level = ranks.level(0, 0.95);
    assertThat(level.high()).isEqualTo(1);
    assertThat(level.warning())
        .contains(
            "3 of 39 rows for calibration lie where the density says that none can, so that an"
                + " interval of 95% has no end there; learn from more rows, or by a simpler flow");
    assertThat(ranks.level(0, 0.8).warning()).isEmpty();
    assertThatThrownBy(() -> ConformalRanks.of(KnownLaw.normal(0, 1), numbers(), RNG))
        .hasMessage("calibration has no row; pass some that were not learned from");
  }

  @Test
  void whatIsAlikeIsSpreadOverItsMass() {
    double[] zeros = new double[1000];
    ConformalRanks ranks = ConformalRanks.of(KnownLaw.normal(0, 1).floor(0), numbers(zeros), RNG);
    double[] column = ranks.column(0);
    assertThat(column[0]).isBetween(0.0, 0.01);
    assertThat(column[999]).isBetween(0.49, 0.5);
    assertThat(Arrays.stream(column).average().orElseThrow()).isEqualTo(0.25, within(0.02));
  }

  @Test
  void areReadAsTheyWereWritten() {
    ConformalRanks ranks = even(79);
    TensorFile.Builder file = TensorFile.builder();
    assertThat(ConformalRanks.read(file.build("none"))).isNull();
    ranks.write(file);
    ConformalRanks read = requireNonNull(ConformalRanks.read(file.build("ranks")));
    assertThat(read.columns()).isEqualTo(1);
    assertThat(read.column(0)).containsExactly(ranks.column(0));
  }

  /** A missing number has no rank. */
  @Test
  void severalColumnsArePlacedAmongDraws() {
    KnownColumns columns = KnownColumns.of(KnownLaw.normal(5, 1), KnownLaw.normal(0, 1).floor(0));
    int n = 200;
    double[] rows = columns.draws(n, null, 99).values();
    rows[0] = Double.NaN;
    ConformalRanks ranks =
        ConformalRanks.of(columns, new Tables(new Table("y", 2, rows), null), RNG);
    assertThat(ranks.rows(0)).isEqualTo(n - 1);
    assertThat(ranks.rows(1)).isEqualTo(n);
    for (int j = 0; j < 2; j++) {
      double[] column = ranks.column(j);
      double most = 0;
      for (int i = 0; i < column.length; i++) {
        most = Math.max(most, Math.abs(column[i] - (i + 0.5) / column.length));
      }
      // Kolmogorov's distance of so many uniforms, p = 0.001.
      assertThat(most).isLessThan(1.95 / Math.sqrt(column.length));
    }
  }
}
