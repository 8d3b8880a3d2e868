package org.ppl4j.tensor.internal.plan;

/** Rows along an axis of an operand, and where their results go. */
final class Along {

  final int from;
  final int to;
  final int[] fromStarts;
  final int[] toStarts;
  final int fromStride;
  final int toStride;
  final int length;

  /** So many rows begin side by side, operands as well as results. */
  final int together;

  /**
   * Rows.
   *
   * @param shape of the operand with a size of 1 along the axis
   */
  Along(Elements from, Elements to, int[] shape, int axis, int length) {
    this.from = from.buffer();
    this.to = to.buffer();
    this.fromStarts = from.starts(shape);
    this.toStarts = to.starts(shape);
    this.fromStride = from.strides()[axis];
    this.toStride = to.strides()[axis];
    this.length = length;
    int last = shape.length - 1;
    boolean isDense = from.strides()[last] == 1 && to.strides()[last] == 1;
    this.together = axis < last && isDense ? shape[last] : 1;
  }
}
