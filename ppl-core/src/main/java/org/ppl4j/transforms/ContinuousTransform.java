package org.ppl4j.transforms;

import ai.djl.ndarray.NDArray;

/**
 * What a transform is that moves its inputs along a velocity field from time 0, on the side of the
 * base, to time 1: the field can be learned without following it, by flow matching.
 */
public interface ContinuousTransform {

  /**
   * The velocity at a time and a place.
   *
   * @param time from 0 to 1, {@code (*, 1)}
   * @param x {@code (*, D)}
   * @return {@code (*, D)}
   */
  NDArray velocity(NDArray time, NDArray x);

  /**
   * Where the velocity leads, as {@link Transform#forward} or {@link Transform#inverse}, with what
   * the way costs, of one solution: what regularisers of a field make small. Source: Finlay,
   * Jacobsen, Nurbekyan and Oberman, "How to train your neural ODE" (2020), equations 5 and 7.
   *
   * @param x {@code (*, D)}
   * @param isBackwards from time 1 to time 0
   * @throws UnsupportedOperationException if it is not known
   */
  default Followed followed(NDArray x, boolean isBackwards) {
    throw new UnsupportedOperationException(
        "transform '%s' does not say what its way costs; use an OdeFlow".formatted(this));
  }

  /**
   * The end of a way, what it costs, and what it took to find.
   *
   * @param mapped the end, and the log-determinant of the map to it
   * @param kinetic the integral of |f|² over time, {@code (*)}
   * @param jacobian the integral of the squared Frobenius norm of ∂f/∂x over time, {@code (*)};
   *     along random directions its estimate without bias
   * @param evaluations of the field, each of all rows; 0 if none was needed
   * @param rejected how many steps of rows were taken back since their error was too large
   */
  record Followed(
      Mapped mapped, NDArray kinetic, NDArray jacobian, int evaluations, int rejected) {}
}
