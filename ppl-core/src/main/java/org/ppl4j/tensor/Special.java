package org.ppl4j.tensor;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;

/**
 * Special functions of each element, of either float type, with their gradients. An argument
 * outside the domain gives NaN, NaN gives NaN.
 */
public final class Special {

  private Special() {}

  private static NDArray apply(Op op, NDArray x) {
    return Operations.apply(op, (RunArray) x);
  }

  /** log(1 + x), exact for small x. */
  public static NDArray log1p(NDArray x) {
    return apply(Op.LOG1P, x);
  }

  /** exp(x) − 1, exact for small x. */
  public static NDArray expm1(NDArray x) {
    return apply(Op.EXPM1, x);
  }

  /** 1 / (1 + exp(−x)). */
  public static NDArray sigmoid(NDArray x) {
    return apply(Op.SIGMOID, x);
  }

  /** log(1 / (1 + exp(−x))), finite for all finite x. */
  public static NDArray logSigmoid(NDArray x) {
    return apply(Op.LOG_SIGMOID, x);
  }

  /** log(1 + exp(x)) without a linear shortcut. */
  public static NDArray softplus(NDArray x) {
    return apply(Op.SOFTPLUS, x);
  }

  /** log(x / (1 − x)) for x in (0, 1). */
  public static NDArray logit(NDArray x) {
    return apply(Op.LOGIT, x);
  }

  /** The error function. */
  public static NDArray erf(NDArray x) {
    return apply(Op.ERF, x);
  }

  /** 1 − erf(x), exact in the tail. */
  public static NDArray erfc(NDArray x) {
    return apply(Op.ERFC, x);
  }

  /** The inverse of the error function. */
  public static NDArray erfinv(NDArray x) {
    return apply(Op.ERFINV, x);
  }

  /** The standard normal cumulative distribution function. */
  public static NDArray ndtr(NDArray x) {
    return apply(Op.NDTR, x);
  }

  /** The logarithm of {@link #ndtr}, exact in the lower tail. */
  public static NDArray logNdtr(NDArray x) {
    return apply(Op.LOG_NDTR, x);
  }

  /** The standard normal quantile of p in [0, 1]. */
  public static NDArray ndtri(NDArray p) {
    return apply(Op.NDTRI, p);
  }

  /** The logarithm of |Γ(x)|. */
  public static NDArray lgamma(NDArray x) {
    return apply(Op.LGAMMA, x);
  }

  /** The derivative of the logarithm of Γ. */
  public static NDArray digamma(NDArray x) {
    return apply(Op.DIGAMMA, x);
  }

  /**
   * The n-th derivative of the digamma function.
   *
   * @throws IllegalArgumentException if n is negative
   */
  public static NDArray polygamma(int n, NDArray x) {
    checkArgument(n >= 0, "polygamma has order %s, but needs at least 0; pass an order", n);
    return Operations.apply(Op.POLYGAMMA, Attributes.of((long) n), (RunArray) x);
  }

  /** exp(−|x|) I₀(x), the scaled modified Bessel function of order 0. */
  public static NDArray i0e(NDArray x) {
    return apply(Op.I0E, x);
  }

  /** exp(−|x|) I₁(x), the scaled modified Bessel function of order 1. */
  public static NDArray i1e(NDArray x) {
    return apply(Op.I1E, x);
  }

  /** x log y, 0 where x is 0. */
  public static NDArray xlogy(NDArray x, NDArray y) {
    return x.xlogy(y);
  }

  /** log(exp(a) + exp(b)), finite where either is. */
  public static NDArray logAddExp(NDArray a, NDArray b) {
    return Operations.apply(Op.LOG_ADD_EXP, (RunArray) a, (RunArray) b);
  }

  /** log Σ exp(x) over an axis counted from the right (−1 is the last). */
  public static NDArray logSumExp(NDArray x, int axis, boolean keep) {
    long at = Shapes.axis(x.getShape(), axis);
    return Operations.apply(Op.LOG_SUM_EXP, Attributes.of(keep, at), (RunArray) x);
  }
}
