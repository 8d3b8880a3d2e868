package org.ppl4j.tensor.internal.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.primitives.ImmutableIntArray;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.ppl4j.tensor.internal.graph.Form.Role;
import org.ppl4j.tensor.internal.graph.Graph;
import org.ppl4j.tensor.internal.graph.Node;
import org.ppl4j.tensor.internal.table.Op;

/** What is computed of data is computed where it is read, if that is one place. */
class ScheduleTest {

  private static final ImmutableIntArray SHAPE = ImmutableIntArray.of(60, 70);

  private final Graph graph = new Graph();
  private final Node x = graph.input(Role.DATA, 0, SHAPE);
  private final Node w = graph.input(Role.VARIABLE, 1, ImmutableIntArray.of(70, 70));

  /** Where x is neither 0 nor 1: several operations on x alone. */
  private Node outside() {
    Node rest = graph.apply(Op.SUB, graph.number(1), x);
    return graph.apply(Op.GT, graph.apply(Op.ABS, graph.apply(Op.MUL, x, rest)), graph.number(0));
  }

  private static long loops(Node... out) {
    Schedule schedule = new Schedule(List.of(out));
    return schedule.groups().stream()
        .filter(g -> IterationSpace.isLooped(g.nodes().get(0)))
        .count();
  }

  @Test
  void ofOneNodeInSeveralOperations() {
    Node product = graph.product(x, w);
    Node outside = outside();
    Node checked = graph.apply(Op.WHERE, outside, graph.number(Double.NaN), product);

    assertThat(loops(graph.copy(checked))).isEqualTo(1);
  }

  /** What more than one of them are read of is there only once, too. */
  @Test
  void severalOfOneNode() {
    Node product = graph.product(x, w);
    Node outside = outside();
    Node rest = graph.apply(Op.SUB, graph.number(1), x);
    Node checked = graph.apply(Op.WHERE, outside, rest, graph.apply(Op.MUL, rest, product));

    assertThat(loops(graph.copy(checked))).isEqualTo(1);
  }

  /** What is there anyway may be of two nodes itself. */
  @Test
  void ofWhatIsStored() {
    Node there = graph.apply(Op.MUL, x, graph.product(x, w));
    Node exp = graph.apply(Op.EXP, there);
    Node out = graph.apply(Op.MUL, exp, graph.product(there, w));

    Schedule schedule = new Schedule(List.of(graph.copy(out)));
    assertThat(schedule.groups().stream().map(Schedule.Group::nodes))
        .contains(List.of(there))
        .noneMatch(nodes -> nodes.containsAll(List.of(there, exp)));
  }

  @Test
  void notIfTwoLoopsReadIt() {
    Node outside = outside();
    Node one = graph.apply(Op.WHERE, outside, graph.number(0), graph.product(x, w));
    Node other = graph.apply(Op.WHERE, outside, graph.number(1), graph.product(one, w));

    assertThat(loops(graph.copy(other))).isEqualTo(3);
  }

  @Test
  void notIfItIsOfTwoNodes() {
    Node y = graph.input(Role.DATA, 2, SHAPE);
    Node difference = graph.apply(Op.ABS, graph.apply(Op.SUB, x, y));
    Node out = graph.apply(Op.MUL, difference, graph.product(x, w));

    assertThat(loops(graph.copy(out))).isEqualTo(2);
  }
}
