package org.ppl4j.infer.density;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableList;

/**
 * Between which numbers a value lies with some probability, as likely below as above.
 *
 * @param low the lower ends
 * @param high the upper ends, of the same shape
 * @param warnings what speaks against trusting it; mostly none
 */
public record PredictionInterval(NDArray low, NDArray high, ImmutableList<String> warnings) {

  /** From these ends. */
  public PredictionInterval {
    requireNonNull(low, "low");
    requireNonNull(high, "high");
    requireNonNull(warnings, "warnings");
  }

  /** From these ends, without a warning. */
  public PredictionInterval(NDArray low, NDArray high) {
    this(low, high, ImmutableList.of());
  }

  /** The same with these warnings. */
  PredictionInterval with(ImmutableList<String> warnings) {
    return new PredictionInterval(low, high, warnings);
  }
}
