package org.ppl4j.distributions;

import ai.djl.ndarray.NDArray;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A value drawn from a distribution, with its log-density computed on first use from what sampling
 * knew. The log-density has the total derivative: through the parameters and through the value.
 */
public final class Draw {

  private final NDArray value;
  private final Supplier<NDArray> density;
  private @Nullable NDArray logProb;

  private Draw(NDArray value, Supplier<NDArray> density) {
    this.value = value;
    this.density = density;
  }

  /**
   * A draw.
   *
   * @param value {@code (batch, event)}
   * @param density its log-density {@code (batch)}, called at most once
   */
  public static Draw of(NDArray value, Supplier<NDArray> density) {
    return new Draw(value, density);
  }

  /** The value, {@code (batch, event)}. */
  public NDArray value() {
    return value;
  }

  /** The log-density of the value, {@code (batch)}, with the total derivative. */
  public NDArray logProb() {
    NDArray known = logProb;
    if (known == null) {
      known = density.get();
      logProb = known;
    }
    return known;
  }
}
