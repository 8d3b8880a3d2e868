package org.ppl4j.infer.density;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;

/**
 * Between which numbers a value lies with some probability, as likely below as above.
 *
 * @param low the lower ends
 * @param high the upper ends, of the same shape
 */
public record Interval(NDArray low, NDArray high) {

  /** From these ends. */
  public Interval {
    requireNonNull(low, "low");
    requireNonNull(high, "high");
  }
}
