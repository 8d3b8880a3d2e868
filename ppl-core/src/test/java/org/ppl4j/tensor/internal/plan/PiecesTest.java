package org.ppl4j.tensor.internal.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.common.primitives.Doubles;
import com.google.common.primitives.ImmutableIntArray;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.ppl4j.tensor.internal.graph.Form;
import org.ppl4j.tensor.internal.graph.Form.Role;
import org.ppl4j.tensor.internal.graph.Graph;
import org.ppl4j.tensor.internal.graph.Node;
import org.ppl4j.tensor.internal.table.Op;

/** What lies in an assembly from the first, and what is copied there: values by hand. */
class PiecesTest {

  private static final long SEED = 20261202;
  private static final int ROWS = 20;
  private static final int COLUMNS = 40;
  private static final int SIZE = ROWS * COLUMNS;

  private final Graph graph = new Graph();
  private final Node x = graph.input(Role.VARIABLE, 0, ImmutableIntArray.of(ROWS, COLUMNS));
  private final Node square = graph.apply(Op.SQUARE, x);
  private final Node twice = graph.apply(Op.MUL, x, graph.number(2));
  private final double[] at = new SplittableRandom(SEED).doubles(SIZE, -1, 1).toArray();

  private static Form.Piece piece(Node node, int offset) {
    return new Form.Piece(node, offset, node.strides());
  }

  private Node together(Node... nodes) {
    List<Form.Piece> pieces =
        IntStream.range(0, nodes.length).mapToObj(i -> piece(nodes[i], i * SIZE)).toList();
    return graph.assembly(0, pieces, ImmutableIntArray.of(nodes.length * SIZE));
  }

  private static Set<Node> inside(Node... outputs) {
    Schedule schedule = new Schedule(List.of(outputs));
    return Pieces.of(schedule, Set.of(outputs), Set.of()).keySet();
  }

  private double[] of(DoubleUnaryOperator function) {
    return Arrays.stream(at).map(function).toArray();
  }

  private void check(Node output, double[] expected) {
    for (boolean isSingle : new boolean[] {false, true}) {
      PlanReplay replay = Plan.of(List.of(x), List.of(output), isSingle).replay();
      replay.set(0, at, 0, SIZE);
      replay.run();
      replay.run(); // nothing is left of the run before
      double[] actual = new double[expected.length];
      replay.get(0, actual, 0, actual.length);
      assertThat(actual)
          .as("seed %s, single %s", SEED, isSingle)
          .containsExactly(expected, within(isSingle ? 1e-5 : 1e-12));
    }
  }

  @Test
  void whatOnlyAnAssemblyReadsLiesInIt() {
    Node whole = together(square, twice);

    assertThat(inside(whole)).containsExactlyInAnyOrder(square, twice);
    check(whole, Doubles.concat(of(x -> x * x), of(x -> 2 * x)));
  }

  @Test
  void assembliesLieInAssemblies() {
    Node inner = together(square, twice);
    Node outer =
        graph.assembly(
            0,
            List.of(piece(inner, SIZE), piece(graph.apply(Op.NEG, x), 0)),
            ImmutableIntArray.of(3 * SIZE));

    assertThat(inside(outer)).contains(inner, square, twice);
    check(outer, Doubles.concat(of(x -> -x), of(x -> x * x), of(x -> 2 * x)));
  }

  @Test
  void whatIsReadTwiceIsCopied() {
    Node whole = together(square, twice);
    Node output = graph.apply(Op.ADD, whole, graph.sumAll(square));
    double sum = Arrays.stream(at).map(x -> x * x).sum();

    assertThat(inside(output)).containsExactly(twice);
    check(output, Doubles.concat(of(x -> x * x + sum), of(x -> 2 * x + sum)));
    Node same = together(square, square);
    assertThat(inside(same)).isEmpty();
    check(same, Doubles.concat(of(x -> x * x), of(x -> x * x)));
  }

  /** Of more elements than a tile. */
  @Test
  void whatIsLargeMayBeReadTwice() {
    int size = 3000;
    Node y = graph.input(Role.VARIABLE, 0, ImmutableIntArray.of(size));
    Node negative = graph.apply(Op.NEG, y);
    Node total = graph.sumAll(negative);
    Node whole =
        graph.assembly(
            0,
            List.of(
                piece(graph.apply(Op.ADD, negative, total), 0),
                piece(negative, size),
                piece(negative, 2 * size)),
            ImmutableIntArray.of(3 * size));
    double[] numbers = new SplittableRandom(SEED).doubles(size, -1, 1).toArray();
    double[] expected = new double[3 * size];
    double sum = Arrays.stream(numbers).sum();
    Arrays.setAll(expected, k -> -numbers[k % size] - (k < size ? sum : 0));

    assertThat(inside(whole)).contains(negative).hasSize(2);
    PlanReplay replay = Plan.of(List.of(y), List.of(whole)).replay();
    replay.set(0, numbers, 0, size);
    replay.run();
    double[] actual = new double[expected.length];
    replay.get(0, actual, 0, actual.length);
    assertThat(actual).containsExactly(expected, within(1e-11));
  }

  @Test
  void whatIsAskedForIsCopied() {
    Node whole = together(square, twice);

    assertThat(inside(whole, square)).containsExactly(twice);
  }

  @Test
  void whatDoesNotGoToNeighboursIsCopied() {
    Node turned =
        graph.assembly(
            0,
            List.of(new Form.Piece(square, 0, ImmutableIntArray.of(1, ROWS)), piece(twice, SIZE)),
            ImmutableIntArray.of(2 * SIZE));
    double[] across = new double[SIZE];
    for (int k = 0; k < SIZE; k++) {
      across[k % COLUMNS * ROWS + k / COLUMNS] = at[k] * at[k];
    }

    assertThat(inside(turned)).containsExactly(twice);
    check(turned, Doubles.concat(across, of(x -> 2 * x)));
  }

  @Test
  void whatOverlapsOrLeavesGapsIsCopied() {
    Node added =
        graph.assembly(
            0, List.of(piece(square, 0), piece(twice, 0)), ImmutableIntArray.of(ROWS, COLUMNS));
    Node padded = graph.assembly(7, List.of(piece(square, 0)), ImmutableIntArray.of(SIZE + 1));

    assertThat(inside(added)).isEmpty();
    check(added, of(x -> x * x + 2 * x));
    assertThat(inside(padded)).isEmpty();
    check(padded, Doubles.concat(of(x -> x * x), new double[] {7}));
  }

  @Test
  void leavesAreCopied() {
    Node whole = together(x, twice);

    assertThat(inside(whole)).containsExactly(twice);
    check(whole, Doubles.concat(at, of(x -> 2 * x)));
  }

  @Test
  void productsLieInAnAssembly() {
    Node product = graph.product(graph.transpose(x), x); // (C, C)
    Node whole =
        graph.assembly(
            0,
            List.of(piece(product, SIZE), piece(square, 0)),
            ImmutableIntArray.of(SIZE + COLUMNS * COLUMNS));
    double[] products = new double[COLUMNS * COLUMNS];
    for (int k = 0; k < SIZE; k++) {
      for (int j = 0; j < COLUMNS; j++) {
        products[k % COLUMNS * COLUMNS + j] += at[k] * at[k - k % COLUMNS + j];
      }
    }

    assertThat(inside(whole)).containsExactlyInAnyOrder(product, square);
    check(whole, Doubles.concat(of(x -> x * x), products));
  }
}
