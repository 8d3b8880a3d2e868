package org.ppl4j.tensor.internal.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.Sets;
import com.google.common.primitives.ImmutableIntArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ppl4j.tensor.internal.graph.Form;
import org.ppl4j.tensor.internal.graph.Form.Role;
import org.ppl4j.tensor.internal.graph.Graph;
import org.ppl4j.tensor.internal.graph.Node;
import org.ppl4j.tensor.internal.table.Op;

/** What is kept in single precision, read and written in each way, against double precision. */
class SinglePrecisionTest {

  private static final long SEED = 20261128;
  private static final int ROWS = 120;
  private static final int COLUMNS = 144;

  /** Of a few products of a hundred terms, relative to the largest number. */
  private static final double ROUNDING = 1e-5;

  private static ImmutableIntArray shape(int... sizes) {
    return ImmutableIntArray.copyOf(sizes);
  }

  /** What is done with a product z, (120, 144), of a and another matrix. */
  private enum Case {
    PLAIN(1, (graph, z) -> List.of(graph.apply(Op.SIN, z))),
    ACROSS(1, (graph, z) -> List.of(graph.apply(Op.TANH, graph.transpose(z)))),
    WITH_ROWS(
        1,
        (graph, z) -> {
          Node row = graph.sum(graph.apply(Op.SIN, z), shape(1, COLUMNS));
          Node other = graph.reshape(z, shape(COLUMNS, ROWS));
          return List.of(
              graph.apply(Op.MUL, z, row), graph.apply(Op.ADD, graph.transpose(z), other));
        }),
    SLICES(
        1,
        (graph, z) ->
            List.of(
                graph.apply(Op.EXP, graph.slice(z, 1, 3, 1, 40)),
                graph.apply(Op.SIN, graph.slice(z, 1, 1, 2, 60)),
                graph.apply(Op.NEG, graph.slice(z, 0, 5, 3, 33)))),
    SUMS(
        1,
        (graph, z) ->
            List.of(
                graph.sum(z, shape(1, COLUMNS)), graph.sum(z, shape(ROWS, 1)), graph.sumAll(z))),
    SHORT_ROWS(
        2, // z and the exponentials' sums
        (graph, z) -> {
          Node parts = graph.reshape(z, shape(ROWS, COLUMNS / 4, 4));
          Node sums = graph.sum(parts, shape(ROWS, COLUMNS / 4, 1));
          return List.of(graph.apply(Op.DIV, parts, graph.apply(Op.EXP, sums)));
        }),
    OTHER_PRODUCTS(
        3, // z, its sine and the square of that
        (graph, z) -> {
          Node sine = graph.apply(Op.SIN, z);
          Node square = graph.product(graph.transpose(sine), sine);
          return List.of(
              graph.product(sine, square),
              graph.apply(Op.COS, square),
              graph.apply(Op.SQUARE, sine));
        }),
    NARROW_PRODUCTS(
        1, // the sine
        (graph, z) -> {
          Node sine = graph.apply(Op.SIN, z);
          Node few = graph.apply(Op.COS, graph.slice(z, 0, 0, 1, 3));
          return List.of(
              graph.product(graph.transpose(sine), sine),
              graph.product(graph.slice(few, 1, 0, 1, ROWS), sine));
        }),
    NARROW_PRODUCTS_ACROSS(
        2, // z and the cosine, but not what is read across
        (graph, z) -> {
          Node sine = graph.apply(Op.SIN, z);
          Node part = graph.slice(sine, 1, 0, 1, 20);
          Node few = graph.apply(Op.COS, graph.slice(part, 0, 0, 1, 3));
          return List.of(
              graph.product(sine, graph.transpose(graph.apply(Op.COS, sine))),
              graph.product(few, graph.transpose(part)));
        }),
    WRITTEN_ACROSS(
        2,
        (graph, z) -> {
          Node across = graph.transpose(z);
          Node other = graph.reshape(z, across.shape());
          Node sine = graph.apply(Op.SIN, graph.apply(Op.ADD, across, other));
          return List.of(graph.product(z, sine));
        }),
    ONE_AFTER_THE_OTHER(
        9,
        (graph, z) -> {
          Node square = graph.product(graph.transpose(z), z);
          Node last = z;
          for (int i = 0; i < 4; i++) {
            Node product = graph.apply(Op.MUL, graph.product(last, square), graph.number(0.01));
            last = graph.apply(Op.COS, product);
          }
          return List.of(last, graph.apply(Op.SIN, square));
        }),
    ASSEMBLED(
        4, // z, its sine, cosine and both
        (graph, z) -> {
          Node one = graph.apply(Op.SIN, z);
          Node other = graph.apply(Op.COS, z);
          ImmutableIntArray rows = shape(COLUMNS, 1);
          Form.Piece first = new Form.Piece(one, 0, rows);
          Form.Piece next = new Form.Piece(other, 60 * COLUMNS, rows); // over half of the first
          Node both = graph.assembly(0.5, List.of(first, next), shape(200, COLUMNS));
          return List.of(
              graph.product(graph.transpose(both), both), graph.sum(both, shape(200, 1)));
        }),
    FEW_ASSEMBLED(
        0,
        (graph, z) -> {
          Node few = graph.slice(graph.slice(z, 0, 3, 1, 1), 1, 5, 1, 7);
          Form.Piece twice = new Form.Piece(few, 4, shape(COLUMNS, 1));
          Node padded = graph.assembly(0.5, List.of(twice), z.shape());
          Node ends = graph.assembly(0, List.of(new Form.Piece(few, 3, shape(0, 2))), shape(20));
          return List.of(ends, graph.apply(Op.SIN, graph.apply(Op.ADD, padded, z)));
        }),
    WHERE_AN_INDEX_SAYS(
        1,
        (graph, z) -> {
          Node index = graph.apply(Op.GT, z, graph.number(0));
          return List.of(graph.gather(z, index, 1));
        });

    private final int kept;
    private final BiFunction<Graph, Node, List<Node>> use;

    Case(int kept, BiFunction<Graph, Node, List<Node>> use) {
      this.kept = kept;
      this.use = use;
    }
  }

  /** A plan's inputs and outputs. */
  private record Example(List<Node> in, List<Node> out) {

    static Example of(Case used) {
      Graph graph = new Graph();
      int times = used == Case.WRITTEN_ACROSS ? 4 : 1; // too large for a table of places
      Node a = graph.input(Role.VARIABLE, 0, shape(times * ROWS, 110));
      Node b = graph.input(Role.VARIABLE, 1, shape(110, times * COLUMNS));
      List<Node> out = new ArrayList<>();
      for (Node result : used.use.apply(graph, graph.product(a, b))) {
        out.add(graph.copy(result));
      }
      return new Example(List.of(a, b), out);
    }
  }

  @ParameterizedTest
  @EnumSource
  void isAsInDoublePrecision(Case used) {
    Example example = Example.of(used);

    SinglePlans.assertClose(example.in, example.out, -0.3, 0.3, ROUNDING, SEED);
  }

  /** Generated code works on doubles alone. */
  @Test
  void isSoByCode() {
    Example example = Example.of(Case.FEW_ASSEMBLED);
    Plan plan = Plan.of(example.in, example.out, true);
    assertThat(plan.code()).anyMatch(action -> action.getClass().isHidden());
    PlanReplay replay = plan.replay();
    SinglePlans.set(replay, example.in, new SplittableRandom(SEED));
    replay.run();
    double[] first = new double[ROWS * COLUMNS];
    replay.get(1, first, 0, first.length);
    for (int run = 0; run < 1000; run++) {
      replay.run();
    }
    double[] last = new double[ROWS * COLUMNS];
    replay.get(1, last, 0, last.length);

    assertThat(last).containsExactly(first);
  }

  @Test
  void inputsAreSetFromAPlaceOn() {
    Example example = Example.of(Case.PLAIN);
    PlanReplay replay = Plan.of(example.in, example.out, true).replay();
    assertThat(replay.isSingle(0)).isTrue();
    int size = example.in.get(0).size();
    double[] all = new SplittableRandom(SEED).doubles(size + 5).toArray();
    replay.set(0, all, 5, size);

    for (int i = 0; i < size; i++) {
      assertThat(replay.singles(0)[i]).isEqualTo((float) all[5 + i]);
    }
  }

  @ParameterizedTest
  @EnumSource
  void areThoseThatAreOnlyMoved(Case used) {
    Example example = Example.of(used);

    assertThat(Sets.difference(kept(example.out), Set.copyOf(example.in))).hasSize(used.kept);
  }

  private static Set<Node> kept(List<Node> out) {
    return SinglePlans.found(out).nodes();
  }

  /**
   * Outputs are read by others, products in double precision read an input, small ones are no
   * burden.
   */
  @Test
  void areNeitherOutputsNorSmall() {
    Graph graph = new Graph();
    Node a = graph.input(Role.VARIABLE, 0, shape(ROWS, ROWS));
    Node out = graph.product(a, graph.product(a, a));
    Node small = graph.product(graph.slice(out, 0, 0, 1, 8), graph.slice(a, 1, 0, 1, 8));

    List<Node> outputs = List.of(out, graph.copy(small));

    assertThat(kept(outputs)).hasSize(1).doesNotContain(a, out, small);
    assertThat(kept(List.of(out))).hasSize(2).contains(a);
  }
}
