package org.ppl4j.infer.stochastic;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;

/**
 * Where a stochastic layer has moved x to.
 *
 * @param value y {@code (*, D)}
 * @param logWeight {@code (*)}: log of the density with which the backward kernel goes from y to x,
 *     less that with which the layer went from x to y
 */
public record Moved(NDArray value, NDArray logWeight) {

  /** Of these. */
  public Moved {
    requireNonNull(value, "value");
    requireNonNull(logWeight, "logWeight");
  }
}
