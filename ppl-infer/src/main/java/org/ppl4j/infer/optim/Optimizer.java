package org.ppl4j.infer.optim;

import java.util.Set;

/**
 * A rule that moves parameters down a gradient, element by element: one loop over arrays of Java,
 * in double precision whatever the float type of the parameters.
 *
 * <p>It knows nothing of shapes or constraints: all parameters of a chunk of the store are one
 * unconstrained vector of length N. What it remembers between steps (moments) are vectors of length
 * N too, zero at first, which the caller keeps. The update of an element depends on nothing but its
 * own parameter, gradient and memory, since the caller passes a vector in parts.
 */
public interface Optimizer {

  /** How many vectors it remembers. */
  int stateVectors();

  /** How gradients are clipped before they arrive here. */
  Clipping clipping();

  /**
   * One update of the elements from {@code from} to {@code to} (exclusive), which overwrites those
   * of the parameters and of the state, and no others.
   *
   * @param step how often these elements have been updated, this time included: 1, 2, …
   * @param parameters at least {@code to} elements
   * @param gradient at least as many, clipped
   * @param state at least {@link #stateVectors()} arrays of as many elements, as the last update
   *     left them
   */
  void update(int step, double[] parameters, double[] gradient, double[][] state, int from, int to);

  /** The optimizer of the parameter of a name: this one, unless it goes by names. */
  default Optimizer forParameter(String name) {
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
}
