package org.ppl4j.distributions;

import static org.ppl4j.tensor.Tensors.number;

import ai.djl.ndarray.NDArray;
import java.util.function.UnaryOperator;

/**
 * The asymmetric Laplace distribution on the reals: exponential on both sides of its location, with
 * unequal scales.
 *
 * <p>log p(x) = −|x − loc| / (left if x &lt; loc, else right) − log(left + right) with left = scale
 * · asymmetry and right = scale / asymmetry.
 *
 * <p>Parameters: {@code loc}, the mode; {@code scale > 0}; {@code asymmetry > 0}, above 1 for a
 * longer left tail. The mean is loc + right − left.
 */
public final class AsymmetricLaplace extends TwoSidedExponential {

  private final NDArray asymmetry;

  private AsymmetricLaplace(NDArray loc, NDArray scale, NDArray asymmetry) {
    super(loc, scale, Argument.positive("asymmetry", asymmetry));
    this.asymmetry = asymmetry;
  }

  /** An asymmetric Laplace distribution. */
  public static AsymmetricLaplace of(NDArray loc, NDArray scale, NDArray asymmetry) {
    return new AsymmetricLaplace(loc, scale, asymmetry);
  }

  /** As {@link #of(NDArray, NDArray, NDArray)}. */
  public static AsymmetricLaplace of(double loc, double scale, double asymmetry) {
    return of(number(loc), number(scale), number(asymmetry));
  }

  /** As {@link #of(NDArray, NDArray, NDArray)}. */
  public static AsymmetricLaplace of(NDArray loc, double scale, double asymmetry) {
    return of(loc, number(scale), number(asymmetry));
  }

  /** As {@link #of(NDArray, NDArray, NDArray)}. */
  public static AsymmetricLaplace of(double loc, NDArray scale, double asymmetry) {
    return of(number(loc), scale, number(asymmetry));
  }

  /** As {@link #of(NDArray, NDArray, NDArray)}. */
  public static AsymmetricLaplace of(double loc, double scale, NDArray asymmetry) {
    return of(number(loc), number(scale), asymmetry);
  }

  /** As {@link #of(NDArray, NDArray, NDArray)}. */
  public static AsymmetricLaplace of(NDArray loc, NDArray scale, double asymmetry) {
    return of(loc, scale, number(asymmetry));
  }

  /** As {@link #of(NDArray, NDArray, NDArray)}. */
  public static AsymmetricLaplace of(NDArray loc, double scale, NDArray asymmetry) {
    return of(loc, number(scale), asymmetry);
  }

  /** As {@link #of(NDArray, NDArray, NDArray)}. */
  public static AsymmetricLaplace of(double loc, NDArray scale, NDArray asymmetry) {
    return of(number(loc), scale, asymmetry);
  }

  /** The parameter {@code asymmetry}. */
  public NDArray asymmetry() {
    return asymmetry;
  }

  @Override
  Sides sides() {
    return new Sides(scale.mul(asymmetry), scale.div(asymmetry));
  }

  @Override
  public AsymmetricLaplace withParameters(UnaryOperator<NDArray> operator) {
    return new AsymmetricLaplace(
        operator.apply(loc), operator.apply(scale), operator.apply(asymmetry));
  }
}
