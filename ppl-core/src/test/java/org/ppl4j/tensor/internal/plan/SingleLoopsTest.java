package org.ppl4j.tensor.internal.plan;

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
import org.ppl4j.tensor.internal.graph.Form;
import org.ppl4j.tensor.internal.graph.Form.Role;
import org.ppl4j.tensor.internal.graph.Functions;
import org.ppl4j.tensor.internal.graph.Gradients;
import org.ppl4j.tensor.internal.graph.Graph;
import org.ppl4j.tensor.internal.graph.Node;
import org.ppl4j.tensor.internal.table.Op;

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

  /** What is not made of other functions. */
  private static Stream<Op> instructions() {
    return Arrays.stream(Op.values()).filter(op -> op.row().isKept());
  }

  static Stream<Op> functionsOfOne() {
    return instructions().filter(op -> isFunction(op, 0.5) && op != Op.POLYGAMMA);
  }

  static Stream<Op> functionsOfTwo() {
    return instructions().filter(op -> isFunction(op, 0.5, 0.25));
  }

  /** Four functions that make a loop worth to be one in single precision. */
  private static Node worth(Graph graph, Node x) {
    Node once = graph.apply(Op.SIGMOID, graph.apply(Op.TANH, x));
    return graph.apply(Op.SIGMOID, graph.apply(Op.TANH, once));
  }

  /** Of numbers from 0.4 to 0.7. */
  private static void check(ImmutableIntArray shape, BiFunction<Graph, Node, List<Node>> of) {
    Graph graph = new Graph();
    Node x = graph.input(Role.VARIABLE, 0, shape);
    Node far = worth(graph, worth(graph, x));
    Node y = graph.apply(Op.MUL, graph.apply(Op.ADD, x, far), graph.number(0.5));
    List<Node> out = of.apply(graph, y).stream().map(graph::copy).toList();

    assertThat(SinglePlans.found(out).loops()).isNotEmpty();
    SinglePlans.assertClose(List.of(x), out, 0.3, 0.7, ROUNDING, SEED);
  }

  @ParameterizedTest
  @MethodSource("functionsOfOne")
  void functionsOfOneOperand(Op op) {
    check(
        SHAPE, (graph, y) -> List.of(graph.apply(op, y), graph.apply(op, graph.apply(Op.NEG, y))));
  }

  /** Of two tensors, and a tensor and a number. */
  @ParameterizedTest
  @MethodSource("functionsOfTwo")
  void functionsOfTwoOperands(Op op) {
    check(
        SHAPE,
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
          int columns = y.shape().get(1);
          double[] mask = new double[y.size()];
          Arrays.fill(mask, 300, 900, 1);
          Arrays.fill(mask, 2000, mask.length, 1);
          Node is = graph.constant(mask, y.shape());
          Node other = graph.apply(Op.NEG, y);
          Node row = graph.slice(other, 0, 1, 1, 1);
          return List.of(
              graph.apply(Op.WHERE, is, y, other),
              graph.apply(Op.WHERE, is, y, graph.number(3)),
              graph.apply(Op.WHERE, is, graph.number(3), y),
              worth(graph, graph.apply(Op.WHERE, is, row, graph.number(columns))));
        }),
    SUMS(
        (graph, y) -> {
          int rows = y.shape().get(0);
          int columns = y.shape().get(1);
          Node column = graph.slice(graph.apply(Op.NEG, y), 1, 0, 1, 1);
          Node same = graph.apply(Op.ADD, graph.expand(column, y.shape()), y);
          return List.of(
              graph.sum(y, shape(1, columns)),
              graph.sum(y, shape(rows, 1)),
              graph.sumAll(y),
              graph.sum(graph.expand(column, y.shape()), shape(1, columns)),
              graph.sum(worth(graph, same), shape(1, columns)));
        }),
    SUMS_OF_THREE_DIMS(
        (graph, y) -> {
          int rows = y.shape().get(0);
          int columns = y.shape().get(1);
          Node three = graph.expand(y, shape(3, rows, columns));
          Node last = worth(graph, graph.apply(Op.MUL, three, rising(graph)));
          return List.of(
              graph.sum(last, shape(3, 1, columns)),
              graph.sum(last, shape(1, rows, 1)),
              graph.sum(last, shape(3, rows, 1)),
              graph.sum(last, shape(3, 1, 1)),
              graph.sum(last, shape(1, 1, columns)));
        }),
    SUMS_OF_PLANES(
        (graph, y) -> {
          Node flat = graph.slice(graph.reshape(y, shape(1, y.size())), 1, 0, 1, 2400);
          Node both = worth(graph, graph.reshape(flat, shape(6, 2, 2, 100)));
          Node narrow = worth(graph, graph.reshape(flat, shape(12, 2, 100)));
          Node even = worth(graph, graph.reshape(flat, shape(12, 200)));
          return List.of(
              graph.sum(both, shape(1, 2, 1, 100)),
              graph.sum(narrow, shape(12, 1, 100)),
              graph.sum(narrow, shape(1, 2, 100)),
              graph.sum(even, shape(1, 200)));
        }),
    GATHERS_BY_A_CONSTANT(
        (graph, y) -> {
          double[] names = new double[y.size()];
          Random random = new Random(SEED);
          Arrays.setAll(names, i -> random.nextInt(COLUMNS));
          return gathered(graph, y, graph.constant(names, y.shape()));
        }),
    GATHERS((graph, y) -> gathered(graph, y, index(graph, y))),
    GATHERS_BY_A_NUMBER_A_ROW(
        (graph, y) -> {
          Node row = graph.slice(index(graph, y), 1, 0, 1, 1);
          return gathered(graph, y, graph.expand(row, y.shape()));
        }),
    MOVES(
        (graph, y) -> {
          Node across = graph.transpose(graph.apply(Op.NEG, y));
          Node row = graph.slice(y, 0, 2, 1, 1);
          Node column = graph.slice(y, 1, 3, 1, 1);
          Node parts = graph.reshape(y, shape(y.shape().get(1), y.shape().get(0)));
          return List.of(
              worth(graph, graph.apply(Op.MUL, across, parts)),
              worth(graph, graph.apply(Op.MUL, y, row)),
              worth(graph, graph.apply(Op.SUB, y, column)));
        }),
    NUMBERS(
        (graph, y) -> {
          ImmutableIntArray shape = y.shape();
          Node one = graph.expand(graph.slice(y, 1, 3, 1, 1), shape);
          Node square = graph.apply(Op.SQUARE, graph.slice(y, 1, 5, 1, 1));
          Node other = graph.expand(square, shape);
          return List.of(
              worth(graph, graph.apply(Op.ADD, graph.apply(Op.SUB, one, other), y)),
              worth(graph, graph.apply(Op.DIV, graph.apply(Op.SUB, other, one), y)),
              worth(graph, graph.apply(Op.MUL, graph.apply(Op.SUB, y, one), other)),
              worth(graph, graph.apply(Op.DIV, y, graph.number(1e-40))),
              worth(graph, graph.apply(Op.DIV, y, graph.number(0))));
        }),
    ASSEMBLIES(
        (graph, y) -> {
          int rows = y.shape().get(0);
          int columns = y.shape().get(1);
          Node first = graph.apply(Op.EXP, y);
          Node next = graph.apply(Op.LOG, y);
          ImmutableIntArray strides = shape(columns, 1);
          Form.Piece one = new Form.Piece(first, 0, strides);
          Form.Piece behind = new Form.Piece(next, rows * columns, strides);
          Form.Piece over = new Form.Piece(next, columns, strides);
          Node beside = graph.assembly(0, List.of(one, behind), shape(2 * rows, columns));
          Node both = graph.assembly(0.5, List.of(one, over), shape(2 * rows, columns));
          return List.of(worth(graph, beside), worth(graph, both), both);
        });

    private final BiFunction<Graph, Node, List<Node>> of;

    Case(BiFunction<Graph, Node, List<Node>> of) {
      this.of = of;
    }
  }

  /** Places along a row that differ from element to element. */
  private static Node index(Graph graph, Node y) {
    Node one = graph.apply(Op.GT, y, graph.number(0.5));
    Node two = graph.apply(Op.GT, y, graph.number(0.55));
    return graph.apply(Op.MUL, graph.apply(Op.ADD, one, two), graph.number(3));
  }

  /** What an index takes, and the gradient, which puts it back. */
  private static List<Node> gathered(Graph graph, Node y, Node index) {
    Node from = worth(graph, graph.apply(Op.SQUARE, y));
    Node taken = worth(graph, graph.gather(from, index, 1));
    Node slope = Gradients.of(graph, graph.sumAll(taken), List.of(from)).get(0);
    return List.of(taken, worth(graph, slope));
  }

  /** Numbers that grow along three planes. */
  private static Node rising(Graph graph) {
    return graph.constant(new double[] {0.5, 1, 1.5}, shape(3, 1, 1));
  }

  /** Of rows that are joined, and of rows that are not. */
  @ParameterizedTest
  @EnumSource
  void others(Case what) {
    check(SHAPE, what.of);
    check(shape(3, 2100), what.of);
    check(shape(2100, 48), what.of);
  }

  /** What is indexed is not moved, so that a loop that takes from constants is no such loop. */
  @Test
  void whatIsIndexedIsKeptOrTheLoopIsNot() {
    Graph graph = new Graph();
    Node x = graph.input(Role.VARIABLE, 0, SHAPE);
    Node index = graph.apply(Op.GT, x, graph.number(0.5));
    double[] numbers = new Random(SEED).doubles(ROWS * COLUMNS).toArray();
    Node from = graph.constant(numbers, SHAPE);
    List<Node> out = List.of(graph.copy(worth(graph, graph.gather(from, index, 1))));

    assertThat(SinglePlans.found(out).loops()).isEmpty();
    SinglePlans.assertClose(List.of(x), out, 0.3, 0.7, ROUNDING, SEED);
  }

  /** Sums of many numbers are those of doubles. */
  @Test
  void muchThatIsAddedToAPlaceIsAddedInDoublePrecision() {
    for (int times : new int[] {1, 9}) {
      Graph graph = new Graph();
      Node x = graph.input(Role.VARIABLE, 0, shape(1, ROWS * COLUMNS));
      Node from = worth(graph, graph.apply(Op.NEG, x));
      ImmutableIntArray shape = shape(1, times * ROWS * COLUMNS);
      double[] names =
          new Random(SEED).ints(shape.get(1), 0, ROWS * COLUMNS).asDoubleStream().toArray();
      Node taken = graph.gather(from, graph.constant(names, shape), 1);
      Node slope = Gradients.of(graph, graph.sumAll(worth(graph, taken)), List.of(from)).get(0);
      List<Node> out = List.of(graph.copy(worth(graph, slope)));

      assertThat(SinglePlans.found(out).nodes().contains(slope.base())).isEqualTo(times == 1);
      SinglePlans.assertClose(List.of(x), out, 0.3, 0.7, ROUNDING, SEED);
    }
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
    PlanReplay replay = Plan.of(List.of(times), out, true).replay();
    replay.set(0, numbers, 0, numbers.length);
    replay.run();

    double[] actual = new double[numbers.length];
    replay.get(0, actual, 0, actual.length);
    for (int i = 0; i < actual.length; i++) {
      double expected = Math.tanh(1 / (1 + Math.exp(-Math.exp(7 * i / 86_400.0))));
      assertThat(Math.abs(actual[i] - expected)).as("%s", i).isLessThan(1e-7);
    }
  }

  /** Places of a long axis are whole numbers that single precision has not. */
  @Test
  void whereAnIndexIsLargeNoLoopIs() {
    Graph graph = new Graph();
    Node x = graph.input(Role.VARIABLE, 0, shape(1, 2000));
    for (int size : new int[] {1 << 24, (1 << 24) + 1}) {
      Node many = graph.input(Role.DATA, size, shape(1, size));
      Node index = graph.apply(Op.MUL, x, graph.number(size - 1.0));
      Node taken = graph.gather(many, graph.apply(Op.FLOOR, index), 1);
      Node y = graph.input(Role.VARIABLE, 1, SHAPE);
      List<Node> out = List.of(graph.copy(taken), graph.copy(worth(graph, worth(graph, y))));

      assertThat(SinglePlans.found(out).loops().isEmpty()).isEqualTo(size > 1 << 24);
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

      assertThat(SinglePlans.found(out).loops()).isEmpty();
    }
    Node small = graph.apply(Op.EXP, graph.apply(Op.EXP, graph.apply(Op.GT, times, sums)));
    assertThat(SinglePlans.found(List.of(graph.copy(small))).loops()).isEmpty();
  }
}
