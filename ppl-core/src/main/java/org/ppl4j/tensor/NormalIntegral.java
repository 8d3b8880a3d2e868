package org.ppl4j.tensor;

import ai.djl.ndarray.NDArray;
import org.ppl4j.tensor.internal.table.Op;

/**
 * What the integral of {@code f(t) = exp(-c t - t²/2)} from a to b says of a normal variable
 * between two bounds, without cancellation, however narrow, far out or wide the interval is.
 *
 * <p>In all functions {@code c} is any real; {@code a} is at most 0 and may be −∞, and is 0 if c is
 * positive; {@code b} is at least 0 and may be ∞, and is 0 if c is negative. Then f is at most 1,
 * which it is at 0. All broadcast.
 */
public final class NormalIntegral {

  private NormalIntegral() {}

  /**
   * The logarithm of the integral, which is {@code log(Φ(c + b) - Φ(c + a)) + c²/2 + log(2π)/2}.
   */
  public static NDArray log(NDArray c, NDArray a, NDArray b) {
    return Special.apply(Op.LOG_NORMAL_INTEGRAL, c, a, b);
  }

  /** The mean of t by the density in proportion to f. */
  public static NDArray mean(NDArray c, NDArray a, NDArray b) {
    return Special.apply(Op.NORMAL_INTEGRAL_MEAN, c, a, b);
  }

  /** The variance of t by the density in proportion to f. */
  public static NDArray variance(NDArray c, NDArray a, NDArray b) {
    return Special.apply(Op.NORMAL_INTEGRAL_VARIANCE, c, a, b);
  }

  /**
   * The t with the share p of the integral below it and q above it, without a gradient.
   *
   * @param p from 0 to 1
   * @param q is 1 − p; the smaller of the two says where t is
   */
  public static NDArray quantile(NDArray c, NDArray a, NDArray b, NDArray p, NDArray q) {
    return Special.apply(Op.NORMAL_INTEGRAL_QUANTILE, c, a, b, p, q);
  }
}
