package org.ppl4j.distributions;

import static com.google.common.base.Preconditions.checkArgument;
import static org.ppl4j.tensor.Tensors.number;

import ai.djl.ndarray.NDArray;
import java.util.OptionalDouble;
import java.util.function.UnaryOperator;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Tensors;

/**
 * The skewed Laplace distribution on the reals in the parameters of quantile regression: loc is the
 * quantile of probability tau.
 *
 * <p>log p(x) = log 2 + log tau + log(1 − tau) − log scale − (2 / scale) · ((1 − tau) (loc − x) if
 * x &lt; loc, else tau (x − loc)).
 *
 * <p>Parameters: {@code loc}, any real; {@code scale > 0}; {@code tau}, strictly between 0 and 1.
 * Stan calls it skew_double_exponential. It is {@link AsymmetricLaplace} in other words: the left
 * scale is scale / (2 (1 − tau)), the right one scale / (2 tau).
 */
public final class SkewLaplace extends TwoSidedExponential {

  private final NDArray tau;

  private SkewLaplace(NDArray loc, NDArray scale, NDArray tau) {
    super(loc, scale, new Argument("tau", tau, Constraint.UNIT_INTERVAL, 0));
    this.tau = tau;
    OptionalDouble constant = Tensors.constant(tau);
    checkArgument(
        constant.isEmpty() || (constant.getAsDouble() > 0 && constant.getAsDouble() < 1),
        "parameter 'tau' of SkewLaplace must be strictly between 0 and 1, but is %s",
        constant.orElse(0));
  }

  /** A skewed Laplace distribution. */
  public static SkewLaplace of(NDArray loc, NDArray scale, NDArray tau) {
    return new SkewLaplace(loc, scale, tau);
  }

  /** As {@link #of(NDArray, NDArray, NDArray)}. */
  public static SkewLaplace of(double loc, double scale, double tau) {
    return of(number(loc), number(scale), number(tau));
  }

  /** As {@link #of(NDArray, NDArray, NDArray)}. */
  public static SkewLaplace of(NDArray loc, double scale, double tau) {
    return of(loc, number(scale), number(tau));
  }

  /** As {@link #of(NDArray, NDArray, NDArray)}. */
  public static SkewLaplace of(double loc, NDArray scale, double tau) {
    return of(number(loc), scale, number(tau));
  }

  /** As {@link #of(NDArray, NDArray, NDArray)}. */
  public static SkewLaplace of(double loc, double scale, NDArray tau) {
    return of(number(loc), number(scale), tau);
  }

  /** As {@link #of(NDArray, NDArray, NDArray)}. */
  public static SkewLaplace of(NDArray loc, NDArray scale, double tau) {
    return of(loc, scale, number(tau));
  }

  /** As {@link #of(NDArray, NDArray, NDArray)}. */
  public static SkewLaplace of(NDArray loc, double scale, NDArray tau) {
    return of(loc, number(scale), tau);
  }

  /** As {@link #of(NDArray, NDArray, NDArray)}. */
  public static SkewLaplace of(double loc, NDArray scale, NDArray tau) {
    return of(number(loc), scale, tau);
  }

  /** The parameter {@code tau}. */
  public NDArray tau() {
    return tau;
  }

  @Override
  Sides sides() {
    NDArray half = scale.mul(0.5);
    return new Sides(half.div(number(1).sub(tau)), half.div(tau));
  }

  @Override
  public SkewLaplace withParameters(UnaryOperator<NDArray> operator) {
    return new SkewLaplace(operator.apply(loc), operator.apply(scale), operator.apply(tau));
  }
}
