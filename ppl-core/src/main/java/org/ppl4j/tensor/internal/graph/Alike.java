package org.ppl4j.tensor.internal.graph;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableIntArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.internal.graph.Form.Piece;

/**
 * Stacks of nodes that do alike, such as the steps of a loop: one operation on stacks of what they
 * do it with, instead of a stack of as many operations. Each number is computed as before.
 */
final class Alike {

  /** Fewer are put together as they are. */
  static final int LEAST = 8;

  private final Graph graph;
  private final Map<List<Node>, @Nullable Node> known = new HashMap<>();

  Alike(Graph graph) {
    this.graph = graph;
  }

  /**
   * The stack of nodes of one shape, {@code (count, shape)}; null if they do not do alike.
   *
   * @param nodes at least one
   */
  @Nullable Node stack(List<Node> nodes) {
    Node first = nodes.get(0);
    if (nodes.stream().anyMatch(node -> !node.shape().equals(first.shape()))) {
      return null;
    }
    if (!known.containsKey(nodes)) {
      known.put(nodes, made(nodes, first));
    }
    return known.get(nodes);
  }

  /** The same, put together piece by piece where they do not do alike. */
  private Node any(List<Node> nodes) {
    Node stack = stack(nodes);
    return stack == null ? pieces(nodes) : stack;
  }

  private Node pieces(List<Node> nodes) {
    ImmutableIntArray shape = shape(nodes);
    ImmutableIntArray strides = Dims.rowMajor(nodes.get(0).shape());
    List<Piece> pieces = new ArrayList<>();
    for (Node node : nodes) {
      pieces.add(new Piece(node, pieces.size() * node.size(), strides));
    }
    return graph.assembly(0, pieces, shape);
  }

  private static ImmutableIntArray shape(List<Node> nodes) {
    return Dims.inserted(nodes.get(0).shape(), 0, nodes.size());
  }

  private @Nullable Node made(List<Node> nodes, Node first) {
    if (nodes.stream().allMatch(node -> node == first)) {
      return graph.expand(graph.unsqueeze(first, 0), shape(nodes));
    }
    if (nodes.stream().allMatch(Node::isNumber)) {
      double[] numbers = nodes.stream().mapToDouble(Node::number).toArray();
      int[] ones = new int[first.shape().length() + 1];
      Arrays.fill(ones, 1);
      ones[0] = numbers.length;
      return graph.expand(graph.constant(numbers, ImmutableIntArray.copyOf(ones)), shape(nodes));
    }
    if (nodes.stream().anyMatch(node -> node.form().getClass() != first.form().getClass())) {
      return null;
    }
    Form form = first.form();
    if (form instanceof Form.View) {
      return views(nodes);
    }
    if (form instanceof Form.Constant) {
      return constants(nodes);
    }
    if (form instanceof Form.Pointwise f) {
      return f.order() > 0 ? null : pointwise(nodes, f);
    }
    if (form instanceof Form.Sum) {
      List<Node> of = nodes.stream().map(node -> ((Form.Sum) node.form()).of()).toList();
      Node stack = stack(of);
      return stack == null ? null : graph.sum(stack, shape(nodes));
    }
    if (form instanceof Form.Gather gather) {
      return gathers(nodes, gather);
    }
    return null;
  }

  private @Nullable Node constants(List<Node> nodes) {
    double[] numbers =
        nodes.stream()
            .flatMapToDouble(node -> ((Form.Constant) node.form()).values().stream())
            .toArray();
    return graph.constant(numbers, shape(nodes));
  }

  /** Elements at the same places of alike nodes, or evenly apart in one. */
  private @Nullable Node views(List<Node> nodes) {
    Node first = nodes.get(0);
    List<Node> bases = nodes.stream().map(Node::base).toList();
    boolean isOfOne = bases.stream().allMatch(base -> base == bases.get(0));
    int apart = isOfOne ? nodes.get(1).offset() - first.offset() : 0;
    for (int i = 0; i < nodes.size(); i++) {
      Node node = nodes.get(i);
      boolean fits =
          node.strides().equals(first.strides()) && node.offset() == first.offset() + i * apart;
      if (!fits) {
        return null;
      }
    }
    if (isOfOne) {
      return graph.view(
          first.base(), first.offset(), Dims.inserted(first.strides(), 0, apart), shape(nodes));
    }
    Node stack = stack(bases);
    if (stack == null) {
      return null;
    }
    Node whole = graph.copy(stack);
    ImmutableIntArray strides = Dims.inserted(first.strides(), 0, bases.get(0).size());
    return graph.view(whole, first.offset(), strides, shape(nodes));
  }

  private @Nullable Node pointwise(List<Node> nodes, Form.Pointwise first) {
    int count = first.operands().size();
    for (Node node : nodes) {
      Form.Pointwise f = (Form.Pointwise) node.form();
      if (f.op() != first.op() || f.order() != 0 || f.operands().size() != count) {
        return null;
      }
    }
    int rank = nodes.get(0).shape().length();
    List<Node> operands = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int place = i;
      List<Node> own =
          operands(nodes, node -> ((Form.Pointwise) node.form()).operands().get(place));
      ImmutableIntArray shape = own.get(0).shape();
      boolean isSame = own.stream().allMatch(node -> node.shape().equals(shape));
      if (!isSame) {
        return null;
      }
      List<Node> padded =
          own.stream().map(x -> graph.reshape(x, Dims.padded(x.shape(), rank))).toList();
      operands.add(any(padded));
    }
    Node result = graph.apply(first.op(), operands.toArray(Node[]::new));
    return graph.expand(result, shape(nodes));
  }

  private @Nullable Node gathers(List<Node> nodes, Form.Gather first) {
    for (Node node : nodes) {
      if (((Form.Gather) node.form()).axis() != first.axis()) {
        return null;
      }
    }
    List<Node> values = operands(nodes, node -> ((Form.Gather) node.form()).values());
    List<Node> indexes = operands(nodes, node -> ((Form.Gather) node.form()).index());
    ImmutableIntArray shape = values.get(0).shape();
    if (values.stream().anyMatch(node -> !node.shape().equals(shape))) {
      return null;
    }
    return graph.gather(any(values), any(indexes), first.axis() + 1);
  }

  private static List<Node> operands(List<Node> nodes, Function<Node, Node> operand) {
    return nodes.stream().map(operand).collect(ImmutableList.toImmutableList());
  }
}
