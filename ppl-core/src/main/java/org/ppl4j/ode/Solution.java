package org.ppl4j.ode;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableList;

/**
 * What a {@link Solver} found, and what it took.
 *
 * @param states at each of the times but the first, {@code (*, M)} each
 * @param evaluations of the right side, each of all rows
 * @param rejected how many steps of rows were taken back since their error was too large; 0 with
 *     fixed steps
 */
public record Solution(ImmutableList<NDArray> states, int evaluations, int rejected) {

  /** The state at the last time. */
  public NDArray end() {
    return states.get(states.size() - 1);
  }
}
