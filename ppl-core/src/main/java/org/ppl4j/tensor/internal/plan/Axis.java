package org.ppl4j.tensor.internal.plan;

import org.ppl4j.tensor.internal.table.IndexOutOfRange;

/**
 * An axis that an index names elements of. Each index is held against its size when it is used, so
 * that nothing else is ever read or written.
 *
 * @param size how many elements it has
 * @param apart how far neighbours are apart
 */
record Axis(int size, int apart) {

  /** Of what has no index. */
  static final Axis NONE = new Axis(0, 0);

  /**
   * How far from the first element the one is that an index names.
   *
   * @throws IndexOutOfRange if there is none
   */
  int place(double index) {
    return place(index, size, apart);
  }

  /** The same of an axis of a size, for code that is generated. */
  static int place(double index, int size, int apart) {
    if (index >= 0 && index < size) {
      return ((int) index) * apart;
    }
    throw new IndexOutOfRange("a recorded operation", index, size);
  }
}
