package org.ppl4j.tensor.internal.plan;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where a loop finds or puts the numbers of a node.
 *
 * @param buffer which buffer
 * @param offset of the first number
 * @param stride from one number to the next within a row
 * @param rows where each row begins, from the offset on; null if there is one
 * @param places where each run begins, from the offset on, if that is not even; else null
 * @param run how many neighbours, from the first on, are at the same place
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

  /** A number that is the same for operands of the same code. */
  int likeness() {
    return (buffer * 31 + offset) * 31 + stride;
  }

  /** Whether it is one number all along a row. */
  boolean isNumber() {
    return !isRegister && stride == 0 && places == null;
  }

  /** Whether neighbours are next to each other. */
  boolean isDense() {
    return isRegister || stride == 1 && places == null;
  }

  /** Whether elements of each row have the numbers of their places, if a row is one tile. */
  boolean isAtFirst() {
    return isDense() && offset == 0 && (rows == null || Arrays.stream(rows).allMatch(r -> r == 0));
  }

  /** Whether it and another have the same indexes, neighbours next to each other. */
  boolean beginsWith(Operand other) {
    boolean areDense = isDense() && other.isDense() && offset == other.offset;
    return areDense && Arrays.equals(rows, other.rows);
  }

  /** The place of the first number of a row. */
  Memory.Place first(int row) {
    return new Memory.Place(buffer, offset + (rows == null ? 0 : rows[row]));
  }

  /** The same in another buffer, if it is a register. */
  Operand inRegister(int[] registers) {
    return isRegister ? register(registers[buffer]) : this;
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
