package org.ppl4j.tensor.plan;

import org.jspecify.annotations.Nullable;

/**
 * Where a loop finds or puts the numbers of a node.
 *
 * @param buffer which buffer
 * @param offset of the first number
 * @param stride from one number to the next within a row
 * @param rows where each row begins, from the offset on; null if there is one
 * @param places where each number is, from the offset on, if that is not even; else null
 * @param run of so many neighbours, from the first on, the places are the same
 * @param isRegister whether the buffer holds the numbers of the present tile only
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Operand(
    int buffer,
    int offset,
    int stride,
    int @Nullable [] rows,
    int @Nullable [] places,
    int run,
    boolean isRegister) {

  static Operand register(int buffer) {
    return new Operand(buffer, 0, 1, null, null, 1, true);
  }

  /** How many places further than the first of a tile the next run begins. */
  int endOfRun(int from) {
    return run - from % run;
  }

  /** Where a tile begins; what its places begin from. */
  int at(int row, int from) {
    if (isRegister) {
      return 0;
    }
    if (places != null) {
      return offset;
    }
    int start = offset + from * stride;
    return rows == null ? start : start + rows[row];
  }
}
