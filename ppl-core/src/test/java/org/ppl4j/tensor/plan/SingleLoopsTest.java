package org.ppl4j.tensor.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.primitives.ImmutableIntArray;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.tensor.graph.Form;
import org.ppl4j.tensor.graph.Form.Role;
import org.ppl4j.tensor.graph.Functions;
import org.ppl4j.tensor.graph.Graph;
import org.ppl4j.tensor.graph.Node;
import org.ppl4j.tensor.table.Op;

/** Each instruction of loops in single precision, against double precision. */
class SingleLoopsTest {

  private static final long SEED = 20261129;

  /** More than two tiles, and some rest. */
  private static final int ROWS = 53;

  private static final int COLUMNS = 47;

  /** Of a handful of functions, none of which makes errors much larger. */
  private static final double ROUNDING = 1e-5;

  private static ImmutableIntArray shape(int... sizes) {
    return ImmutableIntArray.copyOf(sizes);
  }

  private static final ImmutableIntArray SHAPE = shape(ROWS, COLUMNS);

  private static boolean isFunction(Op op, double... x) {
    try {
      return Double.isFinite(
          x.length == 1 ? Functions.of(op, 0, x[0]) : Functions.of(op, x[0], x[1]));
    } catch (IllegalArgumentException | UnsupportedOperationException | NullPointerException e) {
      return false;
    }
  }

  static Stream<Op> functionsOfOne() {
    return Arrays.stream(Op.values()).filter(op -> isFunction(op, 0.5) && op != Op.POLYGAMMA);
  }

  static Stream<Op> functionsOfTwo() {
    return Arrays.stream(Op.values()).filter(op -> isFunction(op, 0.5, 0.25));
  }

  /** Numbers from 0.4 to 0.7, of enough exponentials for a loop in single precision. */
  private static void check(BiFunction<Graph, Node, List<Node>> of) {
    Graph graph = new Graph();
    Node x = graph.input(Role.VARIABLE, 0, SHAPE);
    Node far = x;
    for (int i = 0; i < 4; i++) {
      far = graph.apply(Op.SIGMOID, graph.apply(Op.TANH, far));
    }
    Node y = graph.apply(Op.MUL, graph.apply(Op.ADD, x, far), graph.number(0.5));
    List<Node> out = of.apply(graph, y).stream().map(graph::copy).toList();

    assertThat(SinglePlans.found(List.of(x), out).loops()).isNotEmpty();
    SinglePlans.assertClose(List.of(x), out, 0.3, 0.7, ROUNDING, SEED);
  }

  @ParameterizedTest
  @MethodSource("functionsOfOne")
  void functionsOfOneOperand(Op op) {
    check((graph, y) -> List.of(graph.apply(op, y), graph.apply(op, graph.apply(Op.NEG, y))));
  }

  /** Of two tensors, and a tensor and a number. */
  @ParameterizedTest
  @MethodSource("functionsOfTwo")
  void functionsOfTwoOperands(Op op) {
    check(
        (graph, y) -> {
          Node other = graph.apply(Op.SUB, graph.number(1), y);
          Node number = graph.sum(graph.slice(y, 0, 0, 1, 1), shape(1, 1));
          return List.of(
              graph.apply(op, y, other),
              graph.apply(op, y, graph.number(0.25)),
              graph.apply(op, graph.number(0.25), y),
              graph.apply(op, y, graph.apply(Op.DIV, number, graph.number(COLUMNS))));
        });
  }

  /** What is done other than functions of one operand or two. */
  private enum Case {
    CHOICES(
        (graph, y) -> {
          Node is = graph.apply(Op.GT, y, graph.number(0.5));
          Node other = graph.apply(Op.NEG, y);
          return List.of(
              graph.apply(Op.WHERE, is, y, other),
              graph.apply(Op.WHERE, is, y, graph.number(3)),
              graph.apply(Op.WHERE, is, graph.number(3), y),
              graph.apply(Op.WHERE, is, graph.number(3), graph.number(-2)));
        }),
    CHOICES_BY_RUNS(
        (graph, y) -> {
          double[] mask = new double[ROWS * COLUMNS];
          Arrays.fill(mask, 300, 900, 1);
          Arrays.fill(mask, 2000, mask.length, 1);
          Node is = graph.constant(mask, SHAPE);
          Node other = graph.apply(Op.NEG, y);
          return List.of(
              graph.apply(Op.WHERE, is, y, other),
              graph.apply(Op.WHERE, is, y, graph.number(3)),
              graph.apply(Op.WHERE, is, graph.number(3), y));
        }),
    SUMS(
        (graph, y) ->
            List.of(
                graph.sum(y, shape(1, COLUMNS)),
                graph.sum(y, shape(ROWS, 1)),
                graph.sumAll(y),
                graph.sumAll(graph.slice(y, 0, 1, 2, 26)))),
    SUMS_OF_SHORT_ROWS(
        (graph, y) -> {
          Node three = graph.apply(Op.NEG, graph.expand(y, shape(3, ROWS, COLUMNS)));
          Node last = graph.apply(Op.ADD, three, graph.number(1));
          return List.of(
              graph.sum(last, shape(3, 1, COLUMNS)),
              graph.sum(last, shape(1, ROWS, 1)),
              graph.sum(last, shape(3, ROWS, 1)));
        }),
    GATHERS(
        (graph, y) -> {
          double[] names =
              new Random(SEED).ints(ROWS * COLUMNS, 0, COLUMNS).asDoubleStream().toArray();
          Node known = graph.constant(names, SHAPE);
          Node found = graph.apply(Op.FLOOR, graph.apply(Op.MUL, y, graph.number(60)));
          Node row = graph.slice(found, 1, 0, 1, 1);
          return List.of(
              graph.gather(graph.apply(Op.NEG, y), known, 1),
              graph.gather(graph.apply(Op.SQUARE, y), found, 1),
              graph.gather(y, graph.expand(row, SHAPE), 1));
        }),
    MOVES(
        (graph, y) -> {
          Node across = graph.transpose(graph.apply(Op.NEG, y));
          Node row = graph.slice(y, 0, 2, 1, 1);
          Node column = graph.slice(y, 1, 3, 1, 1);
          Node parts = graph.reshape(y, shape(COLUMNS, ROWS));
          return List.of(
              graph.apply(Op.EXP, graph.apply(Op.MUL, across, parts)),
              graph.apply(Op.EXP, graph.apply(Op.MUL, y, row)),
              graph.apply(Op.EXP, graph.apply(Op.SUB, y, column)));
        }),
    ASSEMBLIES(
        (graph, y) -> {
          Node first = graph.apply(Op.EXP, y);
          Node next = graph.apply(Op.LOG, y);
          ImmutableIntArray rows = shape(COLUMNS, 1);
          Form.Piece one = new Form.Piece(first, 0, rows);
          Form.Piece behind = new Form.Piece(next, ROWS * COLUMNS, rows);
          Form.Piece over = new Form.Piece(next, 10 * COLUMNS, rows);
          Node beside = graph.assembly(0, List.of(one, behind), shape(2 * ROWS, COLUMNS));
          Node both = graph.assembly(0.5, List.of(one, over), shape(2 * ROWS, COLUMNS));
          return List.of(graph.apply(Op.TANH, beside), graph.apply(Op.TANH, both), both);
        });

    private final BiFunction<Graph, Node, List<Node>> of;

    Case(BiFunction<Graph, Node, List<Node>> of) {
      this.of = of;
    }
  }

  @ParameterizedTest
  @EnumSource
  void others(Case what) {
    check(what.of);
  }

  /** Whole numbers that single precision has not, as times in seconds, are told apart. */
  @Test
  void wholeNumbersStayInDoublePrecision() {
    Graph graph = new Graph();
    Node times = graph.input(Role.DATA, 0, true, SHAPE);
    Node since = graph.apply(Op.SUB, times, graph.number(1_700_000_000));
    Node days = graph.apply(Op.DIV, since, graph.number(86_400));
    Node waves = graph.apply(Op.TANH, graph.apply(Op.SIGMOID, graph.apply(Op.EXP, days)));
    List<Node> out = List.of(graph.copy(waves));
    double[] numbers = new double[ROWS * COLUMNS];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = 1_700_000_000 + 7 * i;
    }
    Replay replay = Plan.of(List.of(times), out, true).replay();
    replay.set(0, numbers, 0, numbers.length);
    replay.run();

    double[] actual = new double[numbers.length];
    replay.get(0, actual, 0, actual.length);
    for (int i = 0; i < actual.length; i++) {
      double expected = Math.tanh(1 / (1 + Math.exp(-Math.exp(7 * i / 86_400.0))));
      assertThat(Math.abs(actual[i] - expected)).as("%s", i).isLessThan(1e-7);
    }
  }

  /** A large constant, and what is computed of whole numbers by another loop. */
  @Test
  void whatIsMadeOfWholeNumbersIsLeftToo() {
    Graph graph = new Graph();
    double[] large = new double[ROWS * COLUMNS];
    Arrays.setAll(large, i -> 20_000_001 + 2.0 * i);
    Node constant = graph.constant(large, SHAPE);
    Node times = graph.input(Role.DATA, 0, true, SHAPE);
    Node x = graph.input(Role.VARIABLE, 0, SHAPE);
    Node sums = graph.sum(times, shape(ROWS, 1));
    for (Node whole : List.of(constant, times, graph.expand(sums, SHAPE))) {
      Node mixed = graph.apply(Op.EXP, graph.apply(Op.EXP, graph.apply(Op.MUL, x, whole)));
      List<Node> out = List.of(graph.copy(mixed));

      assertThat(SinglePlans.found(List.of(x, times), out).loops()).isEmpty();
    }
    Node small = graph.apply(Op.EXP, graph.apply(Op.EXP, graph.apply(Op.GT, times, sums)));
    assertThat(SinglePlans.found(List.of(times), List.of(graph.copy(small))).loops()).isEmpty();
  }
}
