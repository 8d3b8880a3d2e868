package org.ppl4j.tensor.table;

import org.jspecify.annotations.Nullable;

/**
 * What is done for a row that is computed in Java, in double precision whatever the float type: a
 * sampler, or a function of numbers with its derivatives.
 */
@FunctionalInterface
public interface Kernel {

  /**
   * Computes the elements of the results.
   *
   * @param in the operands' elements, row by row
   * @param out for each result its elements, row by row, to be filled in
   * @param slopes for each result and operand the derivatives, element by element, to be filled in;
   *     null where no derivative is wanted, or the row has none
   */
  void compute(double[][] in, double[][] out, double @Nullable [][][] slopes);
}
