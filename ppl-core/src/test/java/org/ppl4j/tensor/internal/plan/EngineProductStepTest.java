package org.ppl4j.tensor.internal.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.primitives.ImmutableIntArray;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BinaryOperator;
import org.junit.jupiter.api.Test;
import org.ppl4j.tensor.internal.graph.Form.Role;
import org.ppl4j.tensor.internal.graph.Graph;
import org.ppl4j.tensor.internal.graph.Node;
import org.ppl4j.tensor.internal.table.Op;

/** Large products in single precision against the same plan in double precision. */
class EngineProductStepTest {

  private static final long SEED = 20261201;

  /** Of some products after each other, of a hundred terms each, relative to the largest number. */
  private static final double ROUNDING = 1e-5;

  private final SplittableRandom random = new SplittableRandom(SEED);

  private static ImmutableIntArray shape(int... sizes) {
    return ImmutableIntArray.copyOf(sizes);
  }

  private static long engineSteps(Plan plan) {
    return Arrays.stream(plan.code()).filter(EngineProductStep.class::isInstance).count();
  }

  /** Of two inputs, three times with other numbers; how many steps are the engine's. */
  private long check(int[] left, int[] right, BinaryOperator<Node> function, Graph graph) {
    Node a = graph.input(Role.VARIABLE, 0, shape(left));
    Node b = graph.input(Role.VARIABLE, 1, shape(right));
    List<Node> in = List.of(a, b);
    List<Node> out = List.of(graph.copy(function.apply(a, b)));
    Plan single = Plan.of(in, out, true);
    PlanReplay actual = single.replay();
    PlanReplay expected = Plan.of(in, out, false).replay();
    for (int run = 0; run < 3; run++) {
      for (int i = 0; i < 2; i++) {
        double[] numbers = random.doubles(in.get(i).size(), -1, 1).map(x -> (float) x).toArray();
        actual.set(i, numbers, 0, numbers.length);
        expected.set(i, numbers, 0, numbers.length);
      }
      double[] is = results(actual, out.get(0).size());
      double[] wanted = results(expected, out.get(0).size());
      double apart = 0;
      for (int k = 0; k < wanted.length; k++) {
        apart = Math.max(apart, Math.abs(is[k] - wanted[k]));
      }
      assertThat(apart)
          .as("run %s by seed %s", run, SEED)
          .isLessThan(ROUNDING * Arrays.stream(wanted).map(Math::abs).max().orElse(0));
    }
    return engineSteps(single);
  }

  private static double[] results(PlanReplay replay, int size) {
    replay.run();
    double[] numbers = new double[size];
    replay.get(0, numbers, 0, size);
    return numbers;
  }

  private static Node product(Graph graph, Node left, Node right) {
    return graph.product(left, right);
  }

  @Test
  void ofMatricesThatLieDifferently() {
    Graph graph = new Graph();
    long steps =
        check(
            new int[] {200, 100},
            new int[] {200, 100},
            (a, b) -> {
              Node across = product(graph, graph.transpose(a), b); // (100, 100)
              Node along = product(graph, a, graph.transpose(b)); // (200, 200)
              return product(graph, product(graph, along, a), across);
            },
            graph);

    assertThat(steps).isEqualTo(4);
  }

  @Test
  void ofSeveralMatrices() {
    Graph graph = new Graph();
    long steps =
        check(
            new int[] {3, 90, 110},
            new int[] {110, 100},
            (a, b) -> {
              Node one = product(graph, a, graph.expand(b, shape(3, 110, 100)));
              return product(graph, graph.transpose(a), one);
            },
            graph);

    assertThat(steps).isEqualTo(2);
  }

  /**
   * What is copied for one product is there for its neighbours, but no longer than they need it.
   */
  @Test
  void thatReadTheSame() {
    Graph graph = new Graph();
    long steps =
        check(
            new int[] {120, 120},
            new int[] {120, 120},
            (a, b) -> {
              Node sum = product(graph, a, a);
              for (int i = 0; i < 12; i++) {
                Node next = graph.apply(Op.SIN, sum);
                sum = graph.apply(Op.ADD, product(graph, a, next), product(graph, next, b));
                sum = graph.apply(Op.MUL, sum, graph.number(0.01)); // so that sines are no chaos
              }
              return product(graph, sum, a);
            },
            graph);

    assertThat(steps).isEqualTo(26);
  }

  @Test
  void smallOnesAreNot() {
    Graph graph = new Graph();
    long steps =
        check(new int[] {20, 20}, new int[] {20, 20}, (a, b) -> product(graph, a, b), graph);

    assertThat(steps).isZero();
  }

  /** What depends on no input is computed once, in double precision. */
  @Test
  void constantsAreMultipliedInDoublePrecision() {
    Graph graph = new Graph();
    double[] numbers = random.doubles(120 * 120, -1, 1).toArray();
    long steps =
        check(
            new int[] {120, 120},
            new int[] {1, 1},
            (a, b) -> {
              Node fixed = graph.constant(numbers, shape(120, 120));
              Node square = product(graph, fixed, fixed);
              return product(graph, product(graph, a, square), graph.transpose(a));
            },
            graph);

    assertThat(steps).isEqualTo(2);
  }
}
