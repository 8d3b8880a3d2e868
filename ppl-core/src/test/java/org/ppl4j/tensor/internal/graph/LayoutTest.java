package org.ppl4j.tensor.internal.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.common.primitives.ImmutableIntArray;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.tensor.internal.graph.Form.Piece;
import org.ppl4j.tensor.internal.graph.Form.Role;
import org.ppl4j.tensor.internal.plan.Plan;
import org.ppl4j.tensor.internal.plan.PlanReplay;
import org.ppl4j.tensor.internal.table.Op;

/** Products that are read across alone are computed across, and are what they were. */
class LayoutTest {

  private static final long SEED = 20261129;
  private static final int TERMS = 5;

  private static ImmutableIntArray shape(int... sizes) {
    return ImmutableIntArray.copyOf(sizes);
  }

  /** A use of a product (rows, columns) that gives its elements, row by row or column by column. */
  private enum Use {
    ACROSS(true, true),
    ACROSS_IN_A_LOOP(true, true),
    PIECE_ACROSS(true, true),
    PIECE_OF_WHAT_IS_ACROSS(true, true),
    ALONG(false, false),
    PIECE_ALONG(false, false),
    BOTH(false, true);

    private final boolean isTurned;
    private final boolean isAcross;

    Use(boolean isTurned, boolean isAcross) {
      this.isTurned = isTurned;
      this.isAcross = isAcross;
    }

    Node of(Graph graph, Node product) {
      int rows = product.shape().get(0);
      int columns = product.shape().get(1);
      Node across = graph.transpose(product);
      return switch (this) {
        case ACROSS -> across;
        case ACROSS_IN_A_LOOP -> graph.apply(Op.NEG, graph.apply(Op.NEG, across));
        case PIECE_ACROSS -> piece(graph, product, 1, rows);
        case PIECE_OF_WHAT_IS_ACROSS -> piece(graph, across, rows, 1);
        case ALONG -> product;
        case PIECE_ALONG -> piece(graph, product, columns, 1);
        case BOTH -> {
          Node zero = graph.apply(Op.MUL, graph.sum(product, shape(1, 1)), graph.number(0));
          yield graph.apply(Op.ADD, across, zero);
        }
      };
    }

    private static Node piece(Graph graph, Node node, int... strides) {
      Piece piece = new Piece(node, 0, shape(strides));
      return graph.assembly(0, List.of(piece), shape(node.size()));
    }
  }

  /** A product of two inputs, and the output that is made of it. */
  private record Used(Node product, Node out) {}

  /** A product and what it is used for. */
  private record Case(Use use, int rows, int columns) {

    Used used() {
      Graph graph = new Graph();
      Node a = graph.input(Role.VARIABLE, 0, shape(rows, TERMS));
      Node b = graph.input(Role.VARIABLE, 1, shape(TERMS, columns));
      Node product = graph.product(a, b);
      return new Used(product, graph.copy(use.of(graph, product)));
    }

    double[] numbers(int seed, int count) {
      return new SplittableRandom(SEED + seed).doubles(count, -1, 1).toArray();
    }
  }

  static Stream<Case> cases() {
    int[][] sizes = {{3, 4}, {4, 1}, {1, 4}, {1, 1}, {2, 300}, {300, 2}, {33, 65}};
    return Stream.of(Use.values())
        .flatMap(use -> Stream.of(sizes).map(size -> new Case(use, size[0], size[1])));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void productsAreWhatTheyWere(Case of) {
    Used used = of.used();
    PlanReplay replay = Plan.of(used.product.form().operands(), List.of(used.out)).replay();
    double[] left = of.numbers(0, of.rows * TERMS);
    double[] right = of.numbers(1, TERMS * of.columns);
    replay.set(0, left, 0, left.length);
    replay.set(1, right, 0, right.length);
    replay.run();
    double[] actual = new double[of.rows * of.columns];
    replay.get(0, actual, 0, actual.length);

    for (int i = 0; i < of.rows; i++) {
      for (int j = 0; j < of.columns; j++) {
        double expected = 0;
        for (int k = 0; k < TERMS; k++) {
          expected += left[i * TERMS + k] * right[k * of.columns + j];
        }
        int place = of.use.isAcross ? j * of.rows + i : i * of.columns + j;
        assertThat(actual[place]).isCloseTo(expected, within(1e-14));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void areAcrossIfNothingElseReadsThem(Case of) {
    Used used = of.used();
    Layout layout = Layout.of(List.of(used.out));

    boolean isVector = of.rows == 1 || of.columns == 1; // which has one order
    boolean isLong = Math.max(of.rows, of.columns) > 128; // the long axis is last then
    ImmutableIntArray computed = layout.of(used.product).base().shape();
    if (!isVector && !isLong) {
      assertThat(computed)
          .isEqualTo(of.use.isTurned ? shape(of.columns, of.rows) : shape(of.rows, of.columns));
    }
  }

  /** Rows of what is written, whatever rows are read. */
  @Test
  void piecesAreWrittenAlongTheirShortestStride() {
    Graph graph = new Graph();
    Node x = graph.input(Role.VARIABLE, 0, shape(3, 1, 4));
    Piece across = new Piece(x, 0, shape(1, 0, 3));
    Node out = graph.assembly(0, List.of(across), shape(12));

    Form.Assembly image = (Form.Assembly) Layout.of(List.of(out)).of(out).form();

    assertThat(image.pieces().get(0).strides()).isEqualTo(shape(0, 3, 1));
    assertThat(image.pieces().get(0).node().shape()).isEqualTo(shape(1, 4, 3));
  }

  /** Each matrix of a batch. */
  @Test
  void batchesToo() {
    Graph graph = new Graph();
    Node a = graph.input(Role.VARIABLE, 0, shape(2, 3, TERMS));
    Node b = graph.input(Role.VARIABLE, 1, shape(2, TERMS, 4));
    Node product = graph.product(a, b);
    List<Node> out = List.of(graph.copy(graph.transpose(product)));

    assertThat(Layout.of(out).of(product).base().shape()).isEqualTo(shape(2, 4, 3));
  }
}
