package org.ppl4j.tensor.internal.graph;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.primitives.ImmutableIntArray;
import org.junit.jupiter.api.Test;
import org.ppl4j.tensor.internal.graph.Form.Role;
import org.ppl4j.tensor.internal.table.Op;

/** What is written in two ways and is the same is computed once. */
class SimplifierTest {

  private final Graph graph = new Graph();
  private final Node x = graph.input(Role.VARIABLE, 0, ImmutableIntArray.of(3));
  private final Node y = graph.input(Role.VARIABLE, 1, ImmutableIntArray.of(3));

  private Node negative(Node of) {
    return graph.apply(Op.NEG, of);
  }

  @Test
  void theNegativeOfADifferenceIsTheOtherDifference() {
    Node difference = graph.apply(Op.SUB, x, y);

    assertThat(negative(difference)).isSameAs(graph.apply(Op.SUB, y, x));
    assertThat(negative(negative(difference))).isSameAs(difference);
  }

  /** 1 − y² as programs write it and as the derivative of tanh has it. */
  @Test
  void theSlopeOfAnHyperbolicTangentIsOne() {
    Node square = graph.apply(Op.SQUARE, graph.apply(Op.TANH, x));
    Node one = graph.number(1);

    assertThat(negative(graph.apply(Op.SUB, square, one)))
        .isSameAs(graph.apply(Op.SUB, one, square));
  }

  @Test
  void addingANegativeIsSubtracting() {
    assertThat(graph.apply(Op.ADD, x, negative(y))).isSameAs(graph.apply(Op.SUB, x, y));
    assertThat(graph.apply(Op.SUB, x, negative(y))).isSameAs(graph.apply(Op.ADD, x, y));
    assertThat(negative(negative(x))).isSameAs(x);
  }
}
