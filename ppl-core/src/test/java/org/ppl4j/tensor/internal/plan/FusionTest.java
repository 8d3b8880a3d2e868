package org.ppl4j.tensor.internal.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.common.primitives.ImmutableIntArray;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ppl4j.tensor.internal.graph.Form.Role;
import org.ppl4j.tensor.internal.graph.Graph;
import org.ppl4j.tensor.internal.graph.Node;
import org.ppl4j.tensor.internal.table.Op;

/** Fused loops over a matrix with what its rows and its columns share, against loops of Java. */
class FusionTest {

  private static final long SEED = 20261201;

  /** y = (x − b) a of a matrix x, a row b and a column a. */
  private static double[] scaled(double[] x, double[] b, double[] a) {
    double[] y = new double[x.length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < b.length; j++) {
        y[i * b.length + j] = (x[i * b.length + j] - b[j]) * a[i];
      }
    }
    return y;
  }

  private static double[] sums(double[] y, int rows, int columns, boolean areOfColumns) {
    double[] sums = new double[areOfColumns ? columns : rows];
    for (int k = 0; k < y.length; k++) {
      sums[areOfColumns ? k % columns : k / columns] += y[k];
    }
    return sums;
  }

  /** How far an output is from numbers at most; NaN if one is no number. */
  private static double apart(PlanReplay replay, int output, double[] expected) {
    double[] numbers = new double[expected.length];
    replay.get(output, numbers, 0, numbers.length);
    double most = 0;
    for (int k = 0; k < numbers.length; k++) {
      most = Math.max(most, Math.abs(numbers[k] - expected[k]));
    }
    return most;
  }

  /** Rows that are a tile, more and less, and one row. */
  @ParameterizedTest
  @CsvSource({
    "1000, 100, false", "1000, 100, true", "50, 700, false", "50, 700, true", "40, 33, false",
    "3, 512, true", "1, 3000, false", "1, 3000, true", "3000, 1, false", "400, 5, true"
  })
  void matricesWithRowsAndColumns(int rows, int columns, boolean isSingle) {
    Graph graph = new Graph();
    Node x = graph.input(Role.VARIABLE, 0, ImmutableIntArray.of(rows, columns));
    Node b = graph.input(Role.VARIABLE, 1, ImmutableIntArray.of(1, columns));
    Node a = graph.input(Role.VARIABLE, 2, ImmutableIntArray.of(rows, 1));
    Node y = graph.apply(Op.MUL, graph.apply(Op.SUB, x, b), a);
    Node total = graph.sumAll(graph.apply(Op.SQUARE, y));
    List<Node> outputs =
        List.of(
            y,
            graph.sum(y, ImmutableIntArray.of(1, columns)),
            graph.sum(y, ImmutableIntArray.of(rows, 1)),
            total,
            graph.apply(Op.ADD, y, total)); // in a later loop, where y may be computed again
    PlanReplay replay = Plan.of(List.of(x, b, a), outputs, isSingle).replay();
    SplittableRandom random = new SplittableRandom(SEED);
    double[][] in = {
      random.doubles((long) rows * columns).toArray(),
      random.doubles(columns).toArray(),
      random.doubles(rows).toArray()
    };
    for (int i = 0; i < in.length; i++) {
      replay.set(i, in[i], 0, in[i].length);
    }

    replay.run();
    replay.run(); // nothing is left of the run before

    double[] expected = scaled(in[0], in[1], in[2]);
    double[] byColumn = sums(expected, rows, columns, true);
    double[] byRow = sums(expected, rows, columns, false);
    double squares = 0;
    for (double each : expected) {
      squares += each * each;
    }
    double all = squares;
    double[] later = Arrays.stream(expected).map(each -> each + all).toArray();
    double rounding = isSingle ? 1e-6 : 1e-14;
    assertThat(apart(replay, 0, expected)).isLessThan(rounding);
    assertThat(apart(replay, 1, byColumn)).isLessThan(rounding * rows);
    assertThat(apart(replay, 2, byRow)).isLessThan(rounding * columns);
    assertThat(replay.number(3)).isCloseTo(squares, within(rounding * expected.length));
    assertThat(apart(replay, 4, later)).isLessThan(rounding * expected.length);
  }
}
