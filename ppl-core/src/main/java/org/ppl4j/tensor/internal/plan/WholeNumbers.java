package org.ppl4j.tensor.internal.plan;

import ai.djl.ndarray.types.DataType;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.ppl4j.tensor.internal.graph.Form;
import org.ppl4j.tensor.internal.graph.Node;
import org.ppl4j.tensor.internal.table.Op;

/**
 * Nodes that may hold whole numbers that single precision does not have, such as times in seconds:
 * data and draws of whole numbers, constants, and what is made of them by arithmetic.
 */
final class WholeNumbers {

  /** Up to it all whole numbers are numbers in single precision. */
  private static final int MOST = 1 << 24;

  private final Set<Node> found = new HashSet<>();

  /**
   * Finds them.
   *
   * @param nodes each after its operands
   */
  WholeNumbers(Iterable<Node> nodes) {
    for (Node node : nodes) {
      if (isWhole(node)) {
        found.add(node);
      }
    }
  }

  /** Whether a place along an axis may be a number that single precision does not have. */
  static boolean isBeyond(Node node) {
    Form form = node.form();
    return form instanceof Form.Gather gather && gather.values().shape().get(gather.axis()) > MOST
        || form instanceof Form.ScatterSum scatter && node.shape().get(scatter.axis()) > MOST;
  }

  /** Whether a node, or what it is computed of other than a place to take from, may hold them. */
  boolean isUsedBy(Node node) {
    return found.contains(node) || taken(node).stream().anyMatch(found::contains);
  }

  private static List<Node> taken(Node node) {
    Form form = node.form();
    if (form instanceof Form.Gather gather) {
      return List.of(gather.values());
    }
    if (form instanceof Form.ScatterSum scatter) {
      return scatter.values();
    }
    return form.operands();
  }

  private boolean isWhole(Node node) {
    Form form = node.form();
    if (form instanceof Form.Input input) {
      return input.isWhole();
    }
    if (form instanceof Form.Computed computed) {
      return computed.op().resultType(DataType.FLOAT64) == DataType.INT64;
    }
    if (form instanceof Form.Constant constant) {
      return constant.values().stream().anyMatch(WholeNumbers::isLost);
    }
    if (form instanceof Form.Scalar number) {
      return isLost(number.value());
    }
    if (form instanceof Form.Extreme || form instanceof Form.Order) {
      return form.operands().get(0).size() > MOST; // places
    }
    boolean isOther = form instanceof Form.Pointwise pointwise && !isKept(pointwise.op());
    return !isOther && taken(node).stream().anyMatch(found::contains);
  }

  private static boolean isLost(double value) {
    return value == Math.rint(value) && value != (float) value && !Double.isInfinite((float) value);
  }

  /** Whether a function of large whole numbers may be one. */
  private static boolean isKept(Op op) {
    return op.row().result() != DataType.BOOLEAN && !Exponentials.has(op);
  }
}
