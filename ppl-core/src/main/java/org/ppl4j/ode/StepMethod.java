package org.ppl4j.ode;

import ai.djl.ndarray.NDArray;

/**
 * A method that takes one step of a given size, such as the Runge–Kutta methods; {@link
 * Solver#equalSteps} solves by it, {@link Solver#rungeKutta} by the classical one.
 *
 * <p>It must be made of operations alone, and immutable. Of a step of size 0 it must return the
 * state, and for a constant rate go along it, times the step's size; then its error falls with the
 * size of the steps.
 */
public interface StepMethod {

  /** A step, wherever it is. */
  interface Span {

    /** The time at one of the method's {@link #places}, {@code (1)}. */
    NDArray time(int place);

    /**
     * How far a rate leads in a part of the step: the rate times size / parts.
     *
     * @param parts into how many the step is divided, e.g. 2 for half of it
     */
    NDArray along(NDArray rate, double parts);
  }

  /** Where in a step it asks for the rate: 0 at its beginning, 1 at its end. */
  double[] places();

  /**
   * The state after a step.
   *
   * @param state {@code (*, M)}
   */
  NDArray next(Rate rate, NDArray state, Span step);

  /** How often it asks for the rate in a step. */
  int evaluations();
}
