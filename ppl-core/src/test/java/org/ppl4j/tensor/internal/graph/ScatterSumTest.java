package org.ppl4j.tensor.internal.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.common.primitives.ImmutableIntArray;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppl4j.tensor.internal.graph.Form.Role;
import org.ppl4j.tensor.internal.plan.Plan;
import org.ppl4j.tensor.internal.plan.PlanReplay;
import org.ppl4j.tensor.internal.table.Op;

/** The gradient of several gathers of one tensor, beside another term, against sums by hand. */
class ScatterSumTest {

  private static final long SEED = 20261128;
  private static final int ROWS = 7;
  private static final int SIZE = 5;
  private static final ImmutableIntArray SHAPE = ImmutableIntArray.of(ROWS, SIZE);
  private static final ImmutableIntArray ONE = ImmutableIntArray.of(ROWS, 1);

  private final SplittableRandom random = new SplittableRandom(SEED);
  private final Graph graph = new Graph();
  private final Node x = graph.input(Role.VARIABLE, 0, SHAPE);
  private final List<Node> indexes =
      List.of(
          graph.input(Role.DATA, 1, ONE),
          graph.input(Role.DATA, 2, ONE),
          graph.input(Role.DATA, 3, ONE));
  private final double[] values = random.doubles(ROWS * SIZE, -1, 1).toArray();
  private final double[] times = new double[values.length]; // how often each is named

  /** The sum of exponentials of what the indexes name in each row. */
  private Node loss(boolean hasOther) {
    Node loss = hasOther ? graph.sumAll(graph.apply(Op.SIN, x)) : graph.number(0);
    for (Node index : indexes) {
      Node named = graph.apply(Op.EXP, graph.gather(x, index, 1));
      loss = graph.apply(Op.ADD, loss, graph.sumAll(named));
    }
    return loss;
  }

  private double[] computed(Node node) {
    Node out = graph.copy(node);
    List<Node> in = List.of(x, indexes.get(0), indexes.get(1), indexes.get(2));
    PlanReplay replay = Plan.of(in, List.of(out)).replay();
    replay.set(0, values, 0, values.length);
    for (int i = 0; i < indexes.size(); i++) {
      double[] named = random.ints(ROWS, 0, SIZE).asDoubleStream().toArray();
      replay.set(1 + i, named, 0, ROWS);
      for (int row = 0; row < ROWS; row++) {
        times[row * SIZE + (int) named[row]]++;
      }
    }
    replay.run();
    double[] is = new double[values.length];
    replay.get(0, is, 0, is.length);
    return is;
  }

  private static int scatters(Node node, Set<Node> seen) {
    int own = seen.add(node) && node.form() instanceof Form.ScatterSum ? 1 : 0;
    for (Node operand : node.form().operands()) {
      own += seen.contains(operand) ? 0 : scatters(operand, seen);
    }
    return own;
  }

  private Node gradient(Node of) {
    return Gradients.of(graph, of, List.of(x)).get(0);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void isOneStep(boolean hasOther) {
    Node gradient = gradient(loss(hasOther));
    double[] is = computed(gradient);
    double[] expected = new double[is.length];
    for (int i = 0; i < is.length; i++) {
      expected[i] = times[i] * Math.exp(values[i]) + (hasOther ? Math.cos(values[i]) : 0);
    }

    assertThat(is).as("seed %s", SEED).containsExactly(expected, within(1e-14));
    assertThat(scatters(gradient, new HashSet<>())).isEqualTo(1);
  }

  @Test
  void hasAGradientItself() {
    Node square = graph.apply(Op.SQUARE, gradient(loss(false)));
    double[] is = computed(gradient(graph.sumAll(square)));
    double[] expected = new double[is.length];
    for (int i = 0; i < is.length; i++) {
      expected[i] = 2 * times[i] * times[i] * Math.exp(2 * values[i]);
    }

    assertThat(is).as("seed %s", SEED).containsExactly(expected, within(1e-12));
  }
}
