package org.ppl4j.tensor.internal.table;

import org.jspecify.annotations.Nullable;

/**
 * What is done for a row that is computed in Java, in double precision whatever the float type: a
 * sampler, or a function of numbers with its derivatives. That of a row of whole numbers is
 * {@linkplain #of made} of a {@link Whole}.
 */
@FunctionalInterface
public interface JavaKernel {

  /**
   * Computes the elements of the results.
   *
   * @param in the operands' elements, row by row
   * @param out for each result its elements, row by row, to be filled in
   * @param slopes for each result and operand the derivatives, element by element, to be filled in;
   *     null where no derivative is wanted, or the row has none
   */
  void compute(double[][] in, double[][] out, double @Nullable [][][] slopes);

  /**
   * The elements of the one result of a row of whole numbers, row by row.
   *
   * @param in the operands' elements, row by row
   * @param size how many there are
   * @throws IllegalStateException if it computes floats
   */
  default long[] whole(double[][] in, int size) {
    throw new IllegalStateException(
        "kernel of floats is asked for whole numbers; make it of a Whole");
  }

  /** What is done for a row that gives one tensor of int64, which has no derivative. */
  @FunctionalInterface
  interface Whole {

    /** As {@link JavaKernel#whole}. */
    long[] compute(double[][] in, int size);
  }

  /** The kernel of a row of whole numbers. */
  static JavaKernel of(Whole whole) {
    return new JavaKernel() {
      @Override
      public void compute(double[][] in, double[][] out, double @Nullable [][][] slopes) {
        throw new IllegalStateException(
            "kernel of whole numbers is asked for floats; its row must give int64");
      }

      @Override
      public long[] whole(double[][] in, int size) {
        return whole.compute(in, size);
      }
    };
  }
}
