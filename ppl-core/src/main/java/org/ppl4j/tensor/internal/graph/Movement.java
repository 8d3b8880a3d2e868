package org.ppl4j.tensor.internal.graph;

import org.ppl4j.tensor.internal.graph.Form.Role;
import org.ppl4j.tensor.internal.table.Op;

/** What a node depends on. */
final class Movement {

  private Movement() {}

  /** Whether it depends on an input, or on where scans are cut. */
  static boolean varies(Form form) {
    return form instanceof Form.Input
        || form instanceof Form.Slot
        || form instanceof Form.Scan
        || form instanceof Form.Computed computed && computed.op().isNoise()
        || form.operands().stream().anyMatch(Node::varies);
  }

  /** Whether it has a derivative in a variable. */
  static boolean moves(Form form) {
    if (form instanceof Form.Input input) {
      return input.role() == Role.VARIABLE;
    }
    if (form instanceof Form.Slot slot) {
      return slot.isMoving();
    }
    if (form instanceof Form.Computed computed) {
      return computed.slopes();
    }
    if (form instanceof Form.Pointwise f && f.op() == Op.STOP_GRADIENT) {
      return f.order() > 0; // a variable
    }
    if (form instanceof Form.Gather gather) {
      return gather.values().moves();
    }
    if (form instanceof Form.ScatterSum scatter) {
      return scatter.values().stream().anyMatch(Node::moves);
    }
    boolean isStep =
        form instanceof Form.Extreme
            || form instanceof Form.Largest
            || form instanceof Form.Order
            || form instanceof Form.Last
            || form instanceof Form.Factors
            || form instanceof Form.Pointwise f && !isDifferentiable(f.op());
    return !isStep && anyMoves(form);
  }

  private static boolean anyMoves(Form form) {
    return form.operands().stream().anyMatch(Node::moves);
  }

  private static boolean isDifferentiable(Op op) {
    return switch (op.row().derivative()) {
      case OWN, GIVEN -> true;
      case ZERO, NONE -> false;
    };
  }
}
