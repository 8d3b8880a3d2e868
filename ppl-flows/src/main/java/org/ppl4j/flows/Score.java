package org.ppl4j.flows;

import ai.djl.ndarray.NDArray;

/** The gradient of the log-density of what a diffusion makes of rows, ∇ log p_t. */
@FunctionalInterface
public interface Score {

  /**
   * The score, of each row alone.
   *
   * @param time from 0 for rows to 1 for noise, {@code (1)} or {@code (*, 1)}
   * @param x {@code (*, D)}
   * @return {@code (*, D)}
   */
  NDArray at(NDArray time, NDArray x);
}
