package org.ppl4j.tensor.internal.plan;

import com.google.common.primitives.ImmutableIntArray;
import org.ppl4j.tensor.internal.graph.Node;
import org.ppl4j.tensor.internal.plan.Memory.Place;

/**
 * Elements of a buffer: the one at (i, j, …) is at {@code offset + i · strides[0] + …}.
 *
 * @param sizes how many along each axis
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Elements(int buffer, int offset, int[] sizes, int[] strides) {

  /** Those of a node, which is a view of what is at a place. */
  static Elements of(Node node, ImmutableIntArray strides, Place base) {
    int offset = base.offset() + node.offset();
    return new Elements(base.buffer(), offset, node.shape().toArray(), strides.toArray());
  }

  /** The same with the last two axes the other way round. */
  Elements swapped() {
    int[] otherSizes = sizes.clone();
    int[] otherStrides = strides.clone();
    int last = sizes.length - 1;
    otherSizes[last] = sizes[last - 1];
    otherSizes[last - 1] = sizes[last];
    otherStrides[last] = strides[last - 1];
    otherStrides[last - 1] = strides[last];
    return new Elements(buffer, offset, otherSizes, otherStrides);
  }

  /** Where each element of a shape begins, whose sizes may be smaller than these, row by row. */
  int[] starts(int[] shape) {
    int count = 1;
    for (int size : shape) {
      count *= size;
    }
    int[] starts = new int[count];
    for (int i = 0; i < count; i++) {
      int rest = i;
      starts[i] = offset;
      for (int axis = shape.length - 1; axis >= 0; axis--) {
        starts[i] += rest % shape[axis] * strides[axis];
        rest /= shape[axis];
      }
    }
    return starts;
  }
}
