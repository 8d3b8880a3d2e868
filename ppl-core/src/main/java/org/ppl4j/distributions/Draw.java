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

  /**
   * A number drawn as noise and moved, whose log-density is that of the noise and so does not see
   * where it was moved: it is NaN where that is.
   *
   * @param value {@code (batch)}
   * @param by what it was moved by, a number or a tensor that broadcasts with the batch
   * @param density its log-density {@code (batch)}, called at most once
   */
  static Draw moved(NDArray value, NDArray by, Supplier<NDArray> density) {
    return of(value, () -> Undefined.shown(Undefined.of(by, 0), density.get()));
  }

  /**
   * A draw whose log-density is that of noise and so does not see all that made the value of it: it
   * is NaN where an entry of the value is.
   *
   * @param value {@code (batch, event)}
   * @param eventDims how many rightmost dims of the value are the event
   * @param density its log-density {@code (batch)}, called at most once
   */
  static Draw mapped(NDArray value, int eventDims, Supplier<NDArray> density) {
    return of(
        value, () -> Undefined.shown(Undefined.anyOf(value.isNaN(), eventDims), density.get()));
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
