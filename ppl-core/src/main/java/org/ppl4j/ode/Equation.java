package org.ppl4j.ode;

import ai.djl.ndarray.NDArray;

/**
 * A differential equation with parameters, dz/dt = f(t, z; θ), for any number of rows at once:
 * particles, draws or individuals.
 */
@FunctionalInterface
public interface Equation {

  /**
   * How fast states change.
   *
   * @param time {@code (1)}, or {@code (*, 1)} where each row is at a time of its own
   * @param state {@code (*, M)}; its entries by {@code Tensors.split(state, -1, 1, 1)} and the like
   * @param theta {@code (*, P)}
   * @return {@code (*, M)}
   */
  NDArray rate(NDArray time, NDArray state, NDArray theta);
}
