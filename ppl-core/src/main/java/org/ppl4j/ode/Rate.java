package org.ppl4j.ode;

import ai.djl.ndarray.NDArray;

/** The right side of a differential equation, dz/dt = f(t, z), for any number of rows at once. */
@FunctionalInterface
public interface Rate {

  /**
   * How fast states change.
   *
   * @param time {@code (1)}, or {@code (*, 1)} where each row is at a time of its own
   * @param state {@code (*, M)}
   * @return {@code (*, M)}, or what broadcasts to it
   */
  NDArray of(NDArray time, NDArray state);
}
