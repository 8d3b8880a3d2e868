package org.ppl4j.internal.math;

/**
 * Functions that the library of Java computes by slow code of C, from its exponential and
 * logarithm, which are fast. They are accurate to a few units in the last place.
 *
 * <p>Source of {@link #log1p} and {@link #expm1}: Kahan's, as Higham, "Accuracy and stability of
 * numerical algorithms" (2002), section 1.14.1 and problem 1.5, has them.
 */
public final class Elementary {

  /** Beyond it 1 is nothing beside e to the x. */
  private static final double LARGE = 40;

  /** Beyond it 1 is nothing beside x², which may overflow. */
  private static final double HUGE = 1e100;

  /** Beyond it 1 is nothing beside x². */
  private static final double FAR = 1e8;

  private Elementary() {}

  /** The logarithm of 1 + x. */
  public static double log1p(double x) {
    double u = 1 + x;
    if (u == 1) {
      return x;
    }
    double log = Math.log(u);
    return u - 1 == x ? log : log * (x / (u - 1));
  }

  /** e to the x, minus 1. */
  public static double expm1(double x) {
    if (x > LARGE) {
      return Math.exp(x);
    }
    double u = Math.exp(x);
    if (u == 1) {
      return x;
    }
    double less = u - 1;
    return less == -1 ? -1 : less * (x / Math.log(u));
  }

  /** The hyperbolic tangent. */
  public static double tanh(double x) {
    double t = expm1(-2 * Math.abs(x));
    double y = -t / (2 + t);
    return x < 0 ? -y : x > 0 ? y : x;
  }

  /** 1 / (1 + e to the −x). */
  public static double sigmoid(double x) {
    double small = Math.exp(-Math.abs(x));
    return (x >= 0 ? 1 : small) / (1 + small);
  }

  /** The logarithm of 1 + e to the x. */
  public static double softplus(double x) {
    return Math.max(x, 0) + log1p(Math.exp(-Math.abs(x)));
  }

  /** The logarithm of the sigmoid. */
  public static double logSigmoid(double x) {
    return Math.min(x, 0) - log1p(Math.exp(-Math.abs(x)));
  }

  /** The logarithm of 1 + x². */
  public static double logSquaredHypot(double x) {
    double size = Math.abs(x);
    return size < HUGE ? log1p(size * size) : 2 * Math.log(size);
  }

  /** The inverse of the hyperbolic sine. */
  public static double asinh(double x) {
    double size = Math.abs(x);
    double of =
        size > FAR
            ? Math.log(size) + Math.log(2)
            : Math.log1p(size + size * size / (1 + Math.sqrt(size * size + 1)));
    return Math.signum(x) * of;
  }

  /** The inverse of the hyperbolic cosine; NaN below 1. */
  public static double acosh(double x) {
    double above = x - 1;
    double near = Math.log1p(above + Math.sqrt(above * (x + 1)));
    return x > FAR ? Math.log(x) + Math.log(2) : x < 1 ? Double.NaN : near;
  }

  /** The inverse of the hyperbolic tangent. */
  public static double atanh(double x) {
    return 0.5 * (log1p(x) - log1p(-x));
  }
}
