package org.ppl4j.tensor.internal.plan;

import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.internal.graph.Dims;
import org.ppl4j.tensor.internal.graph.Form;
import org.ppl4j.tensor.internal.graph.Functions;
import org.ppl4j.tensor.internal.graph.Node;

/**
 * Where a condition that never changes is true, such as a mask of weights: runs of neighbours,
 * which are copied from the one operand of a choice or the other.
 */
final class Runs {

  /** Where neighbours are fewer, on the average, each is chosen by itself. */
  private static final int WORTH = 8;

  private Runs() {}

  /**
   * For each place of a node's space, row by row, the place where its run ends, or the negative of
   * that where the condition is false; null if the {@linkplain #truth truth} is not known, or runs
   * are short.
   */
  static int @Nullable [] of(Node node, Node condition) {
    boolean[] truth = truth(node, condition);
    if (truth == null) {
      return null;
    }
    int[] ends = new int[truth.length];
    int count = 0;
    int end = truth.length;
    for (int k = truth.length - 1; k >= 0; k--) {
      if (k + 1 < truth.length && truth[k] != truth[k + 1]) {
        end = k + 1;
        count++;
      }
      ends[k] = truth[k] ? end : -end;
    }
    return (long) count * WORTH < truth.length ? ends : null;
  }

  /**
   * Where the condition of a choice is true, for each place of its space, row by row; null if it
   * changes, or is no constant nor compares one with another.
   */
  static boolean @Nullable [] truth(Node node, Node condition) {
    int size = Dims.size(IterationSpace.of(node));
    double[] values = condition.varies() || size > Rows.LARGEST_TABLE ? null : base(condition);
    if (values == null) {
      return null;
    }
    int[] places = places(node, condition);
    boolean[] truth = new boolean[size];
    for (int k = 0; k < size; k++) {
      truth[k] = values[places[k]] != 0;
    }
    return truth;
  }

  /** The numbers of what a node is a view of; null if they are not known. */
  private static double @Nullable [] base(Node view) {
    Node node = view.base();
    return node.form() instanceof Form.Pointwise f && f.operands().size() == 2
        ? compared(node, f)
        : constant(node);
  }

  private static double @Nullable [] constant(Node node) {
    Form form = node.base().form();
    if (form instanceof Form.Constant constant) {
      return constant.values().toArray();
    }
    return form instanceof Form.Scalar number ? new double[] {number.value()} : null;
  }

  private static double @Nullable [] compared(Node node, Form.Pointwise f) {
    Node a = f.operands().get(0);
    Node b = f.operands().get(1);
    double[] x = constant(a);
    double[] y = constant(b);
    if (x == null || y == null) {
      return null;
    }
    int[] ofX = places(node, a);
    int[] ofY = places(node, b);
    double[] values = new double[node.size()];
    for (int k = 0; k < values.length; k++) {
      values[k] = Functions.of(f.op(), x[ofX[k]], y[ofY[k]]);
    }
    return values;
  }

  /** Where the operand of a node has the number of each place, row by row. */
  private static int[] places(Node node, Node operand) {
    int[] sizes = IterationSpace.squeezed(node).toArray();
    int[] strides = IterationSpace.strides(node, operand).toArray();
    return new Elements(0, operand.offset(), sizes, strides).starts(sizes);
  }
}
