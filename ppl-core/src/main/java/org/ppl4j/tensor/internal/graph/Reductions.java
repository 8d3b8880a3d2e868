package org.ppl4j.tensor.internal.graph;

import com.google.common.primitives.ImmutableIntArray;
import java.util.Arrays;
import java.util.List;
import org.ppl4j.tensor.internal.table.Attributes;
import org.ppl4j.tensor.internal.table.Op;

/** Makes nodes of the rows that work along axes. */
final class Reductions {

  /** Up to this length the largest along an axis is found by halves. */
  private static final int SHORT = 32;

  private final Graph graph;

  Reductions(Graph graph) {
    this.graph = graph;
  }

  Node of(Op op, Attributes a, Node x) {
    return switch (op) {
      case SUM_ALL -> graph.sumTo(x, Dims.SCALAR);
      case SUM -> kept(graph.sum(x, kept(x, axes(a))), a);
      case MAX -> kept(extreme(x, (int) a.first(), true), a);
      case MIN -> kept(extreme(x, (int) a.first(), false), a);
      case ARG_MAX -> kept(place(x, (int) a.first(), true), a);
      case ARG_MIN -> kept(place(x, (int) a.first(), false), a);
      case ANY -> any(x, (int) a.first());
      case ALL -> graph.apply(Op.LOGICAL_NOT, any(graph.apply(Op.LOGICAL_NOT, x), (int) a.first()));
      case CUM_SUM -> graph.node(new Form.RunningSum(x, (int) a.first(), false), x.shape());
      case PROD -> kept(product(x, (int) a.first()), a);
      case CUM_PROD -> runningProduct(x, (int) a.first());
      case SORT -> graph.gather(x, order(x, (int) a.first(), false), (int) a.first());
      case ARG_SORT -> order(x, (int) a.first(), a.longs()[1] == 1);
      default -> {
        Node along = new Inliner(graph).along(op, axes(a), x);
        yield op.row().isReduced() ? kept(along, a) : along;
      }
    };
  }

  private static int[] axes(Attributes a) {
    return Arrays.stream(a.longs()).mapToInt(Math::toIntExact).toArray();
  }

  /** The shape with axes of size 1. */
  static ImmutableIntArray kept(Node x, int... axes) {
    ImmutableIntArray shape = x.shape();
    for (int axis : axes) {
      shape = Dims.with(shape, axis, 1);
    }
    return shape;
  }

  /** The result, whose axes are kept, as the row's switch says. */
  private Node kept(Node result, Attributes a) {
    if (a.flag()) {
      return result;
    }
    ImmutableIntArray shape = result.shape();
    int[] axes = Arrays.stream(axes(a)).sorted().toArray();
    for (int i = axes.length - 1; i >= 0; i--) {
      shape = Dims.without(shape, axes[i]);
    }
    return graph.reshape(result, shape);
  }

  private Node place(Node x, int axis, boolean largest) {
    return graph.node(new Form.Extreme(x, axis, largest), kept(x, axis));
  }

  private Node extreme(Node x, int axis, boolean largest) {
    return x.shape().get(axis) == 1 ? x : graph.gather(x, place(x, axis, largest), axis);
  }

  /** Of halves, so that no factor is divided by. */
  private Node product(Node x, int axis) {
    Node odd = graph.full(1, kept(x, axis));
    int size = x.shape().get(axis);
    if (size == 0) {
      return odd;
    }
    Node result = x;
    for (; size > 1; size /= 2) {
      if (size % 2 == 1) {
        odd = graph.apply(Op.MUL, odd, graph.slice(result, axis, size - 1, 1, 1));
      }
      Node left = graph.slice(result, axis, 0, 1, size / 2);
      Node right = graph.slice(result, axis, size / 2, 1, size / 2);
      result = graph.apply(Op.MUL, left, right);
    }
    return graph.apply(Op.MUL, result, odd);
  }

  /** Products of 1, 2, 4, … elements up to each. */
  private Node runningProduct(Node x, int axis) {
    Node result = x;
    ImmutableIntArray strides = Dims.rowMajor(x.shape());
    int size = x.shape().get(axis);
    for (int shift = 1; shift < size; shift *= 2) {
      Node earlier = graph.slice(result, axis, 0, 1, size - shift);
      Form.Piece piece = new Form.Piece(earlier, shift * strides.get(axis), strides);
      Node moved = graph.assembly(1, List.of(piece), x.shape());
      result = graph.apply(Op.MUL, result, moved);
    }
    return result;
  }

  private Node order(Node x, int axis, boolean descending) {
    return graph.node(new Form.Order(x, axis, descending), x.shape());
  }

  /** The k first elements of an order, and their places. */
  List<Node> first(Node x, Attributes a) {
    int axis = (int) a.longs()[1];
    Node order = order(x, axis, a.longs()[2] == 1);
    Node places = graph.slice(order, axis, 0, 1, (int) a.first());
    return List.of(graph.gather(x, places, axis), places);
  }

  private Node any(Node x, int axis) {
    Node count = graph.sum(x, kept(x, axis));
    Node is = graph.apply(Op.GT, count, graph.number(0));
    return graph.reshape(is, Dims.without(is.shape(), axis));
  }

  /** The largest along axes, without a gradient. */
  Node largest(Node x, int... axes) {
    Node result = x;
    for (int axis : axes) {
      boolean isShort = x.shape().get(axis) <= SHORT;
      result =
          isShort
              ? larger(result, axis)
              : graph.node(new Form.Largest(result, axis), kept(result, axis));
    }
    return graph.apply(Op.STOP_GRADIENT, result);
  }

  /** The larger of halves, and of halves of these, …, which are functions of elements. */
  private Node larger(Node x, int axis) {
    Node result = x;
    for (int size = x.shape().get(axis); size > 1; size -= size / 2) {
      Node left = graph.slice(result, axis, 0, 1, size - size / 2);
      Node right = graph.slice(result, axis, size / 2, 1, size - size / 2); // may overlap
      result = graph.apply(Op.MAXIMUM, left, right);
    }
    return result;
  }
}
