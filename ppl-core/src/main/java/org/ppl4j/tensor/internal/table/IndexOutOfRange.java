package org.ppl4j.tensor.internal.table;

import java.util.Locale;

/** An index names no element: it is below 0, beyond the last one, or no whole number. */
public final class IndexOutOfRange extends IllegalArgumentException {

  private static final long serialVersionUID = 1;

  private IndexOutOfRange(String message, Throwable cause) {
    super(message, cause);
  }

  /**
   * Of an axis.
   *
   * @param subject what has it
   * @param index which is no whole number if it is below what a whole number of a tensor can be
   * @param size how many elements the axis has
   */
  public IndexOutOfRange(String subject, double index, long size) {
    super(subject + has(index, size));
  }

  /** The same, found where there is more to say of it, such as in which site. */
  public IndexOutOfRange in(String place) {
    return new IndexOutOfRange(place + ": " + getMessage(), this);
  }

  private static String has(double index, long size) {
    boolean isWhole = index == Math.rint(index) && index != Op.NO_INDEX;
    String named =
        isWhole
            ? String.format(Locale.ROOT, "index %.0f of an axis of size %d", index, size)
            : "an index that is no whole number, of an axis of size " + size;
    return " has "
        + named
        + (size == 0 ? ", which has no elements" : "; pass whole numbers from 0 to " + (size - 1));
  }
}
