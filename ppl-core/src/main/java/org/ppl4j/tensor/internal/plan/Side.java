package org.ppl4j.tensor.internal.plan;

import java.util.Arrays;

/**
 * One operand of a product of matrices, seen from the result: elements of the dim that it shares
 * with the result, and of the dim that is summed over.
 *
 * @param starts where it begins for each matrix
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Side(int buffer, int[] starts, int size, int stride, int summedStride) {

  /** Whether it is the same for all matrices. */
  boolean isOne() {
    return Arrays.stream(starts).allMatch(start -> start == starts[0]);
  }
}
