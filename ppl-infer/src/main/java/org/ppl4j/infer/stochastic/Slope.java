package org.ppl4j.infer.stochastic;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;

/**
 * A log density at x {@code (*, D)} with its gradient.
 *
 * @param logDensity {@code (*)}
 * @param gradient in x, {@code (*, D)}
 */
public record Slope(NDArray logDensity, NDArray gradient) {

  /** Of these. */
  public Slope {
    requireNonNull(logDensity, "logDensity");
    requireNonNull(gradient, "gradient");
  }
}
