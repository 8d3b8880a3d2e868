package org.ppl4j.tensor.internal.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.common.primitives.ImmutableIntArray;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.ppl4j.tensor.internal.graph.Form.Role;
import org.ppl4j.tensor.internal.graph.Graph;
import org.ppl4j.tensor.internal.graph.Node;
import org.ppl4j.tensor.internal.table.Op;

/** What loops compute again: values by hand, and whether a node is stored. */
class RematerializationTest {

  private static final int SIZE = 3000;

  private final Graph graph = new Graph();
  private final Node x = graph.input(Role.VARIABLE, 0, ImmutableIntArray.of(SIZE));
  private final Node y = graph.apply(Op.TANH, x);
  private final Node slope = graph.apply(Op.SUB, graph.number(1), graph.apply(Op.SQUARE, y));
  private final Node total = graph.sumAll(graph.apply(Op.MUL, slope, x));

  private double[] results(Node out) {
    PlanReplay replay = Plan.of(List.of(x), List.of(out)).replay();
    double[] at = at();
    replay.set(0, at, 0, SIZE);
    replay.run();
    double[] result = new double[SIZE];
    replay.get(0, result, 0, SIZE);
    return result;
  }

  private static double[] at() {
    double[] at = new double[SIZE];
    Arrays.setAll(at, k -> Math.sin(k));
    return at;
  }

  /** y + s · slope, where s is the sum of slope · x. */
  private static double[] expected() {
    double sum = 0;
    for (double x : at()) {
      sum += x * (1 - Math.pow(Math.tanh(x), 2));
    }
    double total = sum;
    return Arrays.stream(at())
        .map(x -> Math.tanh(x) + total * (1 - Math.pow(Math.tanh(x), 2)))
        .toArray();
  }

  @Test
  void littleArithmeticIsDoneAgainByALaterLoop() {
    Node out = graph.copy(graph.apply(Op.ADD, y, graph.apply(Op.MUL, slope, total)));
    Schedule schedule = new Schedule(List.of(out));

    assertThat(schedule.isStored(slope)).isFalse();
    assertThat(schedule.isStored(y)).isTrue();
    assertThat(results(out)).containsExactly(expected(), within(1e-9));
  }

  /** The sum of squares by a product is no loop. */
  @Test
  void whatIsReadByAnotherStepIsStored() {
    Node row = graph.reshape(slope, ImmutableIntArray.of(1, SIZE));
    Node product = graph.product(row, graph.reshape(x, ImmutableIntArray.of(SIZE, 1)));
    Node factor = graph.reshape(product, ImmutableIntArray.of());
    Node out = graph.copy(graph.apply(Op.ADD, y, graph.apply(Op.MUL, slope, factor)));

    assertThat(new Schedule(List.of(out)).isStored(slope)).isTrue();
    assertThat(results(out)).containsExactly(expected(), within(1e-9));
  }

  @Test
  void whatIsAskedForIsStored() {
    Node out = graph.copy(slope);
    Node other = graph.copy(graph.apply(Op.MUL, slope, total));

    assertThat(new Schedule(List.of(out, other)).isStored(out.base())).isTrue();
  }

  /** A function that is no arithmetic costs more than memory. */
  @Test
  void othersAreStored() {
    Node wave = graph.apply(Op.SIN, y);
    Node sum = graph.sumAll(graph.apply(Op.MUL, wave, x));
    Node out = graph.copy(graph.apply(Op.ADD, y, graph.apply(Op.MUL, wave, sum)));

    assertThat(new Schedule(List.of(out)).isStored(wave)).isTrue();
  }
}
