package org.ppl4j.infer.optim;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableList;
import java.util.Set;

/**
 * A rule that moves a vector of parameters down a gradient: a pure function in a run's operations.
 *
 * <p>It knows nothing of shapes or constraints: all parameters of a chunk of the store are one
 * unconstrained vector of length N. What it remembers between steps (moments) are vectors of length
 * N too, zero at first, which the caller keeps.
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
   * A parameter in a vector.
   *
   * @param name its name
   * @param size how many elements of the vector are its own; they follow those of the part before
   */
  record Part(String name, int size) {}

  /**
   * The optimizer of a vector that consists of these parts: this one, unless it treats parameters
   * differently.
   */
  default Optimizer over(ImmutableList<Part> parts) {
    return this;
  }

  /**
   * Whether it moves the parameter of this name at all. The caller keeps one that it does not move
   * as it is, and counts its gradient as zero.
   */
  default boolean moves(String parameter) {
    return true;
  }

  /** Whether its settings fit the parameters of a fit, after the first execution. */
  default void check(Set<String> parameters) {}

  /**
   * What an update gives.
   *
   * @param parameters the new parameters (N)
   * @param state the new state
   */
  record Update(NDArray parameters, ImmutableList<NDArray> state) {}
}
