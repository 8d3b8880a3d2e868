package org.ppl4j.infer.optim;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * The longest gradient that an optimizer is given: a longer one is shortened to that norm, its
 * direction kept.
 *
 * <p>The default is relative: ten times the running mean of the norms before. A fixed bound fits
 * one size of model and data only; below the usual norm it turns every step into a step of the same
 * length, which shifts the optimum wherever the noise of the gradient is skewed.
 */
public final class Clipping {

  /** Weight of the newest norm in the running mean. */
  static final double NEWEST = 0.05;

  private static final Clipping NONE = new Clipping(Double.POSITIVE_INFINITY, false);

  private final double bound;
  private final boolean relative;

  private Clipping(double bound, boolean relative) {
    this.bound = bound;
    this.relative = relative;
  }

  /**
   * To {@code factor} times the running mean of the norms so far; the first gradient passes.
   *
   * @throws IllegalArgumentException if the factor is not greater than 1
   */
  public static Clipping relative(double factor) {
    checkArgument(factor > 1, "clipping has factor %s, but it must be greater than 1", factor);
    return new Clipping(factor, true);
  }

  /**
   * To this norm.
   *
   * @throws IllegalArgumentException if the norm is not positive
   */
  public static Clipping norm(double norm) {
    checkArgument(norm > 0, "clipping has norm %s, but it must be positive", norm);
    return new Clipping(norm, false);
  }

  /** Not at all. */
  public static Clipping none() {
    return NONE;
  }

  /** The norm of a gradient. */
  public static double length(double[] gradient) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0; // four sums, which wait for each other less than one
    int i = 0;
    for (; i + 4 <= gradient.length; i += 4) {
      a += gradient[i] * gradient[i];
      b += gradient[i + 1] * gradient[i + 1];
      c += gradient[i + 2] * gradient[i + 2];
      d += gradient[i + 3] * gradient[i + 3];
    }
    for (; i < gradient.length; i++) {
      a += gradient[i] * gradient[i];
    }
    return Math.sqrt(a + b + (c + d));
  }

  /**
   * What a gradient is multiplied by.
   *
   * @param norm its norm, finite
   * @param mean the running mean of the norms before, NaN if there are none
   * @return from 0 (exclusive) to 1
   */
  public double factor(double norm, double mean) {
    double longest = relative ? Double.isNaN(mean) ? norm : bound * mean : bound;
    return norm > longest && longest > 0 ? longest / norm : 1;
  }

  /**
   * The running mean of the clipped norms after one more.
   *
   * @param norm the norm of a gradient before clipping
   * @param mean the running mean before it, NaN at first
   */
  public double mean(double norm, double mean) {
    double clipped = norm * factor(norm, mean);
    return Double.isNaN(mean) ? clipped : mean + NEWEST * (clipped - mean);
  }

  @Override
  public String toString() {
    return this == NONE ? "none" : (relative ? "relative " : "norm ") + bound;
  }
}
