package org.ppl4j.internal.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Assignments against all there are, and against sorted numbers. */
class AssignmentTest {

  private static final double ROUNDING = 1e-12;

  private final SplittableRandom random = new SplittableRandom(20261128);

  private static double cost(double[] costs, int n, int[] columns) {
    assertThat(Arrays.stream(columns).sorted()).containsExactly(range(n));
    return IntStream.range(0, n).mapToDouble(row -> costs[row * n + columns[row]]).sum();
  }

  private static Integer[] range(int n) {
    return IntStream.range(0, n).boxed().toArray(Integer[]::new);
  }

  /** Of all ways to give the rows from one on a column that is not taken. */
  private static double least(double[] costs, int n, int row, int taken) {
    double least = row == n ? 0 : Double.POSITIVE_INFINITY;
    for (int column = 0; column < n && row < n; column++) {
      if ((taken >> column & 1) == 0) {
        double rest = least(costs, n, row + 1, taken | 1 << column);
        least = Math.min(least, costs[row * n + column] + rest);
      }
    }
    return least;
  }

  /** Costs of either sign, and whole ones of which many are equal. */
  @Test
  void noneOfAllThereAreCostsLess() {
    int judged = 0;
    for (int n = 0; n <= 7; n++) {
      for (int i = 0; i < 60; i++) {
        DoubleSupplier one =
            i % 2 == 0 ? () -> random.nextDouble() - 0.5 : () -> random.nextInt(4) - 1;
        double[] costs = IntStream.range(0, n * n).mapToDouble(k -> one.getAsDouble()).toArray();

        double found = cost(costs, n, Assignment.of(costs, n));

        assertThat(found).isCloseTo(least(costs, n, 0, 0), within(ROUNDING));
        judged++;
      }
    }
    assertThat(judged).isEqualTo(480);
  }

  /** Of squared distances of numbers, the smallest belongs to the smallest, and so on. */
  @Test
  void numbersArePairedInTheirOrder() {
    for (int n : new int[] {1, 2, 30, 200, 512}) {
      double[] from = random.doubles(n).toArray();
      double[] to = random.doubles(n).map(x -> 3 * x - 7).toArray();
      double[] costs = new double[n * n];
      for (int i = 0; i < n * n; i++) {
        double apart = from[i / n] - to[i % n];
        costs[i] = apart * apart;
      }

      int[] columns = Assignment.of(costs, n);

      int[] rowsInOrder = order(from);
      int[] columnsInOrder = order(to);
      for (int k = 0; k < n; k++) {
        assertThat(columns[rowsInOrder[k]]).isEqualTo(columnsInOrder[k]);
      }
    }
  }

  private static int[] order(double[] numbers) {
    return IntStream.range(0, numbers.length)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> numbers[i]))
        .mapToInt(i -> i)
        .toArray();
  }

  /** Nor does leaving all where they are, or the exchange of any two. */
  @Test
  void noExchangeCostsLess() {
    int n = 150;
    double[] costs = random.doubles((long) n * n).toArray();
    int[] columns = Assignment.of(costs, n);

    assertThat(cost(costs, n, columns))
        .isLessThanOrEqualTo(cost(costs, n, IntStream.range(0, n).toArray()));
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < i; j++) {
        double now = costs[i * n + columns[i]] + costs[j * n + columns[j]];
        double other = costs[i * n + columns[j]] + costs[j * n + columns[i]];
        assertThat(now).isLessThanOrEqualTo(other + ROUNDING);
      }
    }
  }

  @Test
  void costsThatAreNoneAreRefused() {
    assertThatThrownBy(() -> Assignment.of(new double[5], 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "assignment of 2 rows has 5 costs, but needs 4; pass one of each row and column");
    for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> Assignment.of(new double[] {1, 2, bad, 0}, 2))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "assignment has cost " + bad + " at row 1 and column 0, but costs must be finite");
    }
  }
}
