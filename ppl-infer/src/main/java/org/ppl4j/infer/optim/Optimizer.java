package org.ppl4j.infer.optim;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableList;

/**
 * A rule that moves a vector of parameters down a gradient: a pure function in a run's operations.
 *
 * <p>It knows nothing of names, shapes or constraints: all parameters of a chunk of the store are
 * one unconstrained vector of length N. What it remembers between steps (moments) are vectors of
 * length N too, zero at first, which the caller keeps.
 */
public interface Optimizer {

  /** How many vectors it remembers. */
  int stateVectors();

  /** How gradients are clipped before they arrive here. */
  Clipping clipping();

  /**
   * One update, without side effects.
   *
   * @param step how often this vector has been updated, this time included: 1, 2, …
   * @param parameters (N)
   * @param gradient (N), clipped
   * @param state {@link #stateVectors()} vectors (N) as the last update left them
   */
  Update update(int step, NDArray parameters, NDArray gradient, ImmutableList<NDArray> state);

  /**
   * What an update gives.
   *
   * @param parameters the new parameters (N)
   * @param state the new state
   */
  record Update(NDArray parameters, ImmutableList<NDArray> state) {}
}
