package org.ppl4j.tensor.internal.graph;

import com.google.common.collect.ImmutableList;
import com.google.common.math.DoubleMath;
import com.google.common.primitives.ImmutableIntArray;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.internal.graph.Form.Pointwise;
import org.ppl4j.tensor.internal.graph.Form.ScatterSum;
import org.ppl4j.tensor.internal.table.Op;

/** The algebra of a graph: shorter forms of the same value, to rounding. */
final class Simplifier {

  /** Factors are multiplied together only within this range, so that no product overflows. */
  private static final double LARGE = 0x1p100;

  private final Graph graph;

  Simplifier(Graph graph) {
    this.graph = graph;
  }

  /** A function of operands that repeat no element. */
  Node apply(Op op, int order, Node... in) {
    if (Arrays.stream(in).allMatch(Node::isNumber) && op != Op.STOP_GRADIENT) {
      double[] x = Arrays.stream(in).mapToDouble(Node::number).toArray();
      return graph.number(Functions.of(op, order, x));
    }
    Node simple =
        switch (in.length) {
          case 1 -> one(op, in[0]);
          case 2 -> two(op, in[0], in[1]);
          default -> op == Op.WHERE ? choice(in[0], in[1], in[2]) : null;
        };
    return simple == null ? graph.pointwise(op, order, in) : simple;
  }

  private static @Nullable Pointwise function(Node x, Op op) {
    return x.form() instanceof Pointwise f && f.op() == op ? f : null;
  }

  private @Nullable Node one(Op op, Node x) {
    return switch (op) {
      case NEG -> negative(x);
      case LOG -> logarithm(x);
      case STOP_GRADIENT -> x.moves() ? null : x;
      default -> null;
    };
  }

  /** The logarithm of an exponential, which a number may scale: that keeps its range. */
  private @Nullable Node logarithm(Node x) {
    Pointwise product = function(x, Op.MUL);
    Pointwise quotient = function(x, Op.DIV);
    Node times = product != null ? product.operands().get(0) : null;
    Node by = quotient != null ? quotient.operands().get(1) : null;
    if (product != null && times != null && times.number() > 0) {
      Node exponent = inner(product.operands().get(1), Op.EXP);
      Node log = graph.number(Math.log(times.number()));
      return exponent == null ? null : graph.apply(Op.ADD, exponent, graph.expand(log, x.shape()));
    }
    if (quotient != null && by != null && by.number() > 0) {
      Node exponent = inner(quotient.operands().get(0), Op.EXP);
      Node log = graph.number(Math.log(by.number()));
      return exponent == null ? null : graph.apply(Op.SUB, exponent, graph.expand(log, x.shape()));
    }
    return inner(x, Op.EXP);
  }

  /** What −x is already: y of −y, and b − a of a − b. */
  private @Nullable Node negative(Node x) {
    Pointwise difference = function(x, Op.SUB);
    return difference == null
        ? inner(x, Op.NEG)
        : graph.apply(Op.SUB, difference.operands().get(1), difference.operands().get(0));
  }

  /** The operand of a function of one, if that is what the node is. */
  private static @Nullable Node inner(Node x, Op op) {
    Pointwise f = function(x, op);
    return f == null ? null : f.operands().get(0);
  }

  private @Nullable Node two(Op op, Node x, Node y) {
    return switch (op) {
      case ADD -> sum(x, y);
      case SUB -> difference(x, y);
      case MUL -> product(x, y);
      case DIV -> quotient(x, y);
      default -> null;
    };
  }

  /** The one of two operands whose shape the result has, since the other changes nothing. */
  private @Nullable Node unchanged(Node kept, Node other) {
    ImmutableIntArray shape = Dims.broadcast(kept.shape(), other.shape());
    return graph.expand(kept, shape);
  }

  private @Nullable Node sum(Node x, Node y) {
    if (y.is(0)) {
      return unchanged(x, y);
    }
    if (x.is(0)) {
      return unchanged(y, x);
    }
    Node scattered = scattered(x, y);
    if (scattered != null) {
      return scattered;
    }
    Node negatedY = inner(y, Op.NEG);
    if (negatedY != null) {
      return graph.apply(Op.SUB, x, negatedY);
    }
    Node negatedX = inner(x, Op.NEG);
    return negatedX == null ? null : graph.apply(Op.SUB, y, negatedX);
  }

  /** What two put back, or the last summand of one and the other, is put back at once. */
  private @Nullable Node scattered(Node x, Node y) {
    if (!(y.form() instanceof ScatterSum second) || !x.shape().equals(y.shape())) {
      return null;
    }
    if (x.form() instanceof ScatterSum first
        && first.axis() == second.axis()
        && first.taken().equals(second.taken())) {
      ImmutableList<Node> values = concat(first.values(), second.values());
      ImmutableList<Node> indexes = concat(first.indexes(), second.indexes());
      return graph.node(new ScatterSum(values, indexes, first.axis()), x.shape());
    }
    Pointwise sum = function(x, Op.ADD);
    Node both = sum == null ? null : scattered(sum.operands().get(1), y);
    return both == null || sum == null ? null : graph.apply(Op.ADD, sum.operands().get(0), both);
  }

  private static ImmutableList<Node> concat(List<Node> first, List<Node> second) {
    return ImmutableList.<Node>builder().addAll(first).addAll(second).build();
  }

  private @Nullable Node difference(Node x, Node y) {
    if (y.is(0)) {
      return unchanged(x, y);
    }
    if (x.is(0)) {
      return unchanged(graph.apply(Op.NEG, y), x);
    }
    Node negated = inner(y, Op.NEG);
    return negated == null ? null : graph.apply(Op.ADD, x, negated);
  }

  private @Nullable Node product(Node x, Node y) {
    if (y.isNumber() && !x.isNumber()) {
      return graph.apply(Op.MUL, y, x); // numbers stand on the left
    }
    if (!x.isNumber()) {
      return null;
    }
    double factor = x.number();
    if (factor == 1) {
      return unchanged(y, x);
    }
    if (factor == -1) {
      return unchanged(graph.apply(Op.NEG, y), x);
    }
    Node negated = inner(y, Op.NEG);
    if (negated != null) {
      return graph.apply(Op.MUL, graph.number(-factor), graph.expand(negated, y.shape()));
    }
    Pointwise scaled = function(y, Op.MUL);
    if (scaled != null && scaled.operands().get(0).isNumber()) {
      double both = factor * scaled.operands().get(0).number();
      if (isModerate(factor) && isModerate(both)) {
        Node of = graph.expand(scaled.operands().get(1), y.shape());
        return graph.apply(Op.MUL, graph.number(both), of);
      }
    }
    return null;
  }

  private static boolean isModerate(double factor) {
    double size = Math.abs(factor);
    return size <= LARGE && size >= 1 / LARGE;
  }

  /** A product with a reciprocal, where that is exact: whole numbers stay whole. */
  private @Nullable Node quotient(Node x, Node y) {
    boolean isExact = y.isNumber() && DoubleMath.isPowerOfTwo(Math.abs(y.number()));
    return isExact && isModerate(y.number())
        ? graph.apply(Op.MUL, graph.number(1 / y.number()), graph.expand(x, shape(x, y)))
        : null;
  }

  private static ImmutableIntArray shape(Node x, Node y) {
    return Dims.broadcast(x.shape(), y.shape());
  }

  private @Nullable Node choice(Node condition, Node x, Node y) {
    ImmutableIntArray shape = Dims.broadcast(condition.shape(), x.shape(), y.shape());
    if (condition.isNumber()) {
      return graph.expand(condition.number() != 0 ? x : y, shape);
    }
    return x == y ? graph.expand(x, shape) : null;
  }

  /**
   * Sums over the dims that have size 1 in a shape of the same rank. What is repeated along a dim
   * is multiplied, and a factor that is the same everywhere is taken out.
   */
  Node sum(Node x, ImmutableIntArray shape) {
    int times = 1;
    int[] sizes = x.shape().toArray();
    ImmutableIntArray strides = x.strides();
    for (int i = 0; i < sizes.length; i++) {
      if (shape.get(i) == 1 && sizes[i] > 1 && strides.get(i) == 0) {
        times *= sizes[i];
        sizes[i] = 1;
      }
    }
    if (times > 1) {
      Node once = graph.view(x.base(), x.offset(), strides, ImmutableIntArray.copyOf(sizes));
      return graph.apply(Op.MUL, graph.number(times), sum(once, shape));
    }
    if (x.shape().equals(shape)) {
      return x;
    }
    Node negated = inner(x, Op.NEG);
    if (negated != null) {
      return graph.apply(Op.NEG, sum(graph.expand(negated, x.shape()), shape));
    }
    Pointwise product = function(x, Op.MUL);
    if (product != null) {
      Node left = product.operands().get(0);
      Node right = product.operands().get(1);
      if (left.isEven()) {
        return factored(left, graph.expand(right, x.shape()), shape);
      }
      if (right.isEven()) {
        return factored(right, graph.expand(left, x.shape()), shape);
      }
    }
    return graph.node(new Form.Sum(x), shape);
  }

  private Node factored(Node factor, Node x, ImmutableIntArray shape) {
    Node number = graph.view(factor.base(), factor.offset(), Dims.SCALAR, Dims.SCALAR);
    return graph.apply(Op.MUL, number, sum(x, shape));
  }
}
