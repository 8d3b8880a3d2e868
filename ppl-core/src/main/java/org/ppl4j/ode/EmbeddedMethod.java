package org.ppl4j.ode;

import ai.djl.ndarray.NDArray;

/**
 * A method of one step with an estimate of its error, by which the sizes of steps are chosen, such
 * as an embedded pair of Runge–Kutta methods; {@link Solver#adaptive} solves by it, {@link
 * Solver#dormandPrince} and {@link Solver#rosenbrock} by the library's own.
 *
 * <p>It must be made of operations alone, and immutable. A row whose step is 0 must stay, with an
 * error of 0; the error must fall as the step's size to the power of {@link #order}.
 */
public interface EmbeddedMethod {

  /**
   * A step of each row.
   *
   * @param state where it leads, {@code (*, M)}
   * @param rate there, which is the first of the next step, {@code (*, M)}
   * @param error the estimate of its error, {@code (*, M)}
   */
  record Step(NDArray state, NDArray rate, NDArray error) {}

  /**
   * A step of each row from a state and its rate.
   *
   * @param state {@code (*, M)}
   * @param first its rate, {@code (*, M)}
   * @param time of each row, {@code (*, 1)}
   * @param size {@code (*, 1)}, 0 for rows that stay
   */
  Step step(Rate rate, NDArray state, NDArray first, NDArray time, NDArray size);

  /** How often it asks for the rate in a step. */
  int evaluations();

  /** The power of the size with which the estimate falls. */
  int order();

  /**
   * How many tolerances the errors of many steps may amount to; 1,000 unless it says otherwise, and
   * less of a high order, which takes fewer steps.
   */
  default double errors() {
    return 1000;
  }
}
