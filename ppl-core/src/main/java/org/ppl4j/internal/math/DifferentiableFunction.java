package org.ppl4j.internal.math;

/** A real function of n real arguments with its partial derivatives, in double precision. */
public interface DifferentiableFunction {

  /** The value of numbers that are not NaN; NaN outside the domain. */
  double value(double[] x);

  /**
   * The partial derivative in each argument, where there is a value.
   *
   * @param x the arguments
   * @param value the function there
   * @param slopes to be filled; may be infinite
   */
  void slopes(double[] x, double value, double[] slopes);
}
