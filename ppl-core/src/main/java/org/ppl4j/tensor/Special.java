package org.ppl4j.tensor;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import java.util.OptionalDouble;
import org.ppl4j.internal.math.BetaTails;
import org.ppl4j.internal.math.IncompleteGamma;
import org.ppl4j.internal.math.StableKernel;
import org.ppl4j.internal.math.StudentTails;
import org.ppl4j.tensor.internal.table.Attributes;
import org.ppl4j.tensor.internal.table.Op;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * Functions of each element that {@link NDArray} lacks or computes with a shortcut, with gradients,
 * in both float types. An argument outside the domain gives NaN unless stated, and so does NaN.
 *
 * <p>Values and first derivatives are right to a few units in the last place, in the tails too;
 * near a root the error is that small against the terms that cancel there. Formulas: NIST Digital
 * Library of Mathematical Functions (DLMF).
 */
public final class Special {

  /** The exponential of this is large, its square a float32. */
  private static final double SATURATED = 40;

  private Special() {}

  /** The logarithm of {@code 1 + x}, exact for small x; −∞ at −1. */
  public static NDArray log1p(NDArray x) {
    return apply(Op.LOG1P, x);
  }

  /**
   * {@code log p} of a probability, −∞ with derivative 0 where it is 0: what is impossible has
   * weight 0 in each sum over choices, and 0 times the derivative 1 / 0 would be NaN.
   */
  public static NDArray logChance(NDArray p) {
    return apply(Op.LOG_CHANCE, p);
  }

  /** {@code log(1 - p)}, exact for small p, likewise −∞ with derivative 0 where p is 1. */
  public static NDArray logOtherChance(NDArray p) {
    return apply(Op.LOG_OTHER_CHANCE, p);
  }

  /** {@code log(1 + x²)}, exact for small x, without overflow for large. */
  public static NDArray log1pSquare(NDArray x) {
    return apply(Op.LOG1P_SQUARE, x);
  }

  /** As {@link #log1pSquare}, but to a rounding of 1, in a third of the time. */
  public static NDArray logSquaredHypot(NDArray x) {
    return apply(Op.LOG_SQUARED_HYPOT, x);
  }

  /** {@code log(x / y)} of positive numbers, exact where they are close, without overflow. */
  public static NDArray logRatio(NDArray x, NDArray y) {
    return apply(Op.LOG_RATIO, x, y);
  }

  /** {@code exp(x) - 1}, exact for small x. */
  public static NDArray expm1(NDArray x) {
    return apply(Op.EXPM1, x);
  }

  /** {@code log(1 - exp(x))} for negative x, exact near 0 and far from it; −∞ at 0. */
  public static NDArray log1mexp(NDArray x) {
    return apply(Op.LOG1MEXP, x);
  }

  /**
   * {@code log(1 - exp(-exp(x)))}, the inverse of the complementary log-log: x far to the left,
   * where {@code exp(x)} may be smaller than any float.
   */
  public static NDArray logInverseCloglog(NDArray x) {
    NDArray bounded = x.minimum(SATURATED);
    return bounded.add(logExprel(bounded.exp().neg()));
  }

  /** {@code log((exp(x) - 1) / x)}, without overflow, exact near 0, where it is 0. */
  public static NDArray logExprel(NDArray x) {
    return apply(Op.LOG_EXPREL, x);
  }

  /**
   * The quantile of the density on the unit interval that is in proportion to {@code exp(rate x)}:
   * {@code log(1 + p (exp(rate) - 1)) / rate}, and p for rate 0.
   *
   * @param p a probability
   * @param rate any number; broadcasts with {@code p}
   */
  public static NDArray tiltedQuantile(NDArray p, NDArray rate) {
    return apply(Op.TILTED_QUANTILE, p, rate);
  }

  /** {@code 1 / (1 + exp(-x))}. */
  public static NDArray sigmoid(NDArray x) {
    return apply(Op.SIGMOID, x);
  }

  /** {@code log(1 / (1 + exp(-x)))}, without overflow. */
  public static NDArray logSigmoid(NDArray x) {
    return apply(Op.LOG_SIGMOID, x);
  }

  /** {@code log(1 + exp(x))}, without overflow, exact on the whole line. */
  public static NDArray softplus(NDArray x) {
    return apply(Op.SOFTPLUS, x);
  }

  /** {@code log(p / (1 - p))}; ∓∞ at 0 and 1. */
  public static NDArray logit(NDArray p) {
    return apply(Op.LOGIT, p);
  }

  /** The error function {@code 2/sqrt(π) ∫_0^x exp(-t²) dt} (DLMF 7.2.1). */
  public static NDArray erf(NDArray x) {
    return apply(Op.ERF, x);
  }

  /** {@code 1 - erf(x)}, exact in the upper tail. */
  public static NDArray erfc(NDArray x) {
    return apply(Op.ERFC, x);
  }

  /** {@code exp(x²) (1 - erf(x))}, for x above −26; its derivative loses digits as x² grows. */
  public static NDArray erfcx(NDArray x) {
    return apply(Op.ERFCX, x);
  }

  /** The inverse of {@link #erf}; ±∞ at ±1. */
  public static NDArray erfinv(NDArray x) {
    return apply(Op.ERFINV, x);
  }

  /** The standard normal's distribution function, exact in the lower tail. */
  public static NDArray ndtr(NDArray x) {
    return apply(Op.NDTR, x);
  }

  /** The logarithm of {@link #ndtr}, finite as far as {@code -x²/2} is. */
  public static NDArray logNdtr(NDArray x) {
    return apply(Op.LOG_NDTR, x);
  }

  /** The inverse of {@link #ndtr}, the standard normal's quantile; ∓∞ at 0 and 1. */
  public static NDArray ndtri(NDArray p) {
    return apply(Op.NDTRI, p);
  }

  /** The inverse of {@link #logNdtr}: the normal quantile of a logarithm; −∞ at −∞, ∞ at 0. */
  public static NDArray ndtriExp(NDArray logP) {
    return apply(Op.NDTRI_EXP, logP);
  }

  /** {@code (x - loc) / scale}; an infinite x stays as it is and has no derivative. */
  public static NDArray standardized(NDArray x, NDArray loc, NDArray scale) {
    OptionalDouble number = Tensors.constant(x);
    if (number.isEmpty()) {
      return apply(Op.STANDARDIZED, x, loc, scale);
    }
    return Double.isInfinite(number.getAsDouble()) ? x : x.sub(loc).div(scale);
  }

  /** The logarithm of {@code |Γ(x)|}; ∞ at 0 and the negative integers (DLMF 5.2.1). */
  public static NDArray lgamma(NDArray x) {
    return apply(Op.LGAMMA, x);
  }

  /**
   * What is left of {@code log Γ(x + 1)} without its largest part {@code x log x - x}: 0 at 0,
   * {@code log(2πx) / 2} for large x.
   *
   * @param x not negative
   */
  public static NDArray logFactorialRest(NDArray x) {
    return apply(Op.LOG_FACTORIAL_REST, x);
  }

  /**
   * {@code count log(count / mean) - (count - mean)}, half the deviance of a Poisson count, without
   * cancellation where the two are close (Loader 2000); {@code mean} where the count is 0.
   *
   * @param count not negative
   * @param mean not negative; an exponential may be smaller than any float
   */
  public static NDArray deviance(NDArray count, NDArray mean) {
    RunArray log = mean instanceof RunArray tensor ? tensor.exponent() : null;
    return log == null ? apply(Op.DEVIANCE, count, mean) : deviance(count, mean, log);
  }

  /**
   * The same with the logarithm of the mean, which is what counts where the mean is smaller than
   * any float.
   */
  public static NDArray deviance(NDArray count, NDArray mean, NDArray logMean) {
    return apply(Op.DEVIANCE_OF_LOG, count, mean, logMean);
  }

  /**
   * {@link #deviance} plus {@code log mean}, also where the mean is 0: there it is −∞, 0 or ∞ for a
   * count below, at or above 1.
   *
   * @param count positive
   * @param mean not negative
   */
  public static NDArray devianceAndLog(NDArray count, NDArray mean) {
    return apply(Op.DEVIANCE_AND_LOG, count, mean);
  }

  /** The derivative ψ of {@link #lgamma} (DLMF 5.2.2); −∞ at 0. */
  public static NDArray digamma(NDArray x) {
    return apply(Op.DIGAMMA, x);
  }

  /**
   * The n-th derivative of {@link #digamma} (DLMF 5.15.1).
   *
   * @param n the order; 0 is digamma, 1 trigamma
   * @param x positive
   * @throws IllegalArgumentException if n is negative
   */
  public static NDArray polygamma(int n, NDArray x) {
    checkArgument(
        n >= 0, "polygamma has order %s, but needs at least 0; pass 0 for digamma itself", n);
    return n == 0
        ? digamma(x)
        : Operations.apply(Op.POLYGAMMA, Attributes.of((long) n), Operations.operand(null, x));
  }

  /** The modified Bessel function {@code exp(-|x|) I_0(x)} (DLMF 10.25). */
  public static NDArray i0e(NDArray x) {
    return apply(Op.I0E, x);
  }

  /** The modified Bessel function {@code exp(-|x|) I_1(x)} (DLMF 10.25). */
  public static NDArray i1e(NDArray x) {
    return apply(Op.I1E, x);
  }

  /**
   * {@code x log y}, and 0 where x is 0 whatever y is but NaN. At (0, 0) both derivatives are 0; at
   * (0, y) they are {@code log y} and 0.
   */
  public static NDArray xlogy(NDArray x, NDArray y) {
    OptionalDouble factor = Tensors.constant(x);
    return factor.isPresent() && factor.getAsDouble() != 0 ? y.log().mul(x) : apply(Op.XLOGY, x, y);
  }

  /** {@code x log(1 + y)}, and 0 where x is 0 and y is −1, with derivatives 0 there. */
  public static NDArray xlog1py(NDArray x, NDArray y) {
    return apply(Op.XLOG1PY, x, y);
  }

  /** {@code x log(1 - exp(y))}, and 0 where both are 0, with derivatives 0 there. */
  public static NDArray xlog1mexp(NDArray x, NDArray y) {
    return apply(Op.XLOG1MEXP, x, y);
  }

  /** {@code log(exp(x) + exp(y))}, without overflow. Where both are −∞ the derivatives are 0. */
  public static NDArray logAddExp(NDArray x, NDArray y) {
    return apply(Op.LOG_ADD_EXP, x, y);
  }

  /**
   * {@code log Σ exp(x)} along an axis, without overflow. Where all elements are −∞, so is the
   * result, and the derivatives are 0.
   *
   * @param axis the axis, counted from the right if negative
   * @param keep whether the axis stays, with size 1
   */
  public static NDArray logSumExp(NDArray x, int axis, boolean keep) {
    RunArray operand = Operations.operand(null, x);
    long at = Shapes.axis(operand.getShape(), axis);
    return Operations.apply(Op.LOG_SUM_EXP, Attributes.of(keep, at), operand);
  }

  /**
   * The regularised lower incomplete gamma function P(a, x), the distribution function of a gamma
   * variable (DLMF 8.2.4). Like all functions below it is computed in Java on the arguments'
   * values, relatively exact where it is small, with first derivatives in all arguments; second
   * derivatives are 0.
   *
   * @param a positive
   * @param x not negative
   */
  public static NDArray gammainc(NDArray a, NDArray x) {
    return HostFunction.apply(IncompleteGamma.LOWER, a, x);
  }

  /** {@code 1 - gammainc(a, x)}. */
  public static NDArray gammaincc(NDArray a, NDArray x) {
    return HostFunction.apply(IncompleteGamma.UPPER, a, x);
  }

  /** The x at which {@link #gammainc} is p; 0 and ∞ at 0 and 1. */
  public static NDArray gammaincinv(NDArray a, NDArray p) {
    return HostFunction.apply(IncompleteGamma.LOWER_INVERSE, a, p);
  }

  /** The x at which {@link #gammaincc} is q; ∞ and 0 at 0 and 1. */
  public static NDArray gammainccinv(NDArray a, NDArray q) {
    return HostFunction.apply(IncompleteGamma.UPPER_INVERSE, a, q);
  }

  /**
   * The regularised incomplete beta function I_x(a, b), the distribution function of a beta
   * variable (DLMF 8.17.2).
   *
   * @param a positive
   * @param b positive
   * @param x from 0 to 1
   */
  public static NDArray betainc(NDArray a, NDArray b, NDArray x) {
    return HostFunction.apply(BetaTails.LOWER, a, b, x);
  }

  /** {@code 1 - betainc(a, b, x)}. */
  public static NDArray betaincc(NDArray a, NDArray b, NDArray x) {
    return HostFunction.apply(BetaTails.UPPER, a, b, x);
  }

  /** The x at which {@link #betainc} is p. */
  public static NDArray betaincinv(NDArray a, NDArray b, NDArray p) {
    return HostFunction.apply(BetaTails.LOWER_INVERSE, a, b, p);
  }

  /** The x at which {@link #betaincc} is q. */
  public static NDArray betainccinv(NDArray a, NDArray b, NDArray q) {
    return HostFunction.apply(BetaTails.UPPER_INVERSE, a, b, q);
  }

  /**
   * Student's t distribution function, relatively exact in the lower tail.
   *
   * @param df the degrees of freedom, positive
   * @param t any real
   */
  public static NDArray stdtr(NDArray df, NDArray t) {
    return HostFunction.apply(StudentTails.LOWER, df, t);
  }

  /** The logarithm of {@link #stdtr}, finite far in the lower tail. */
  public static NDArray logStdtr(NDArray df, NDArray t) {
    return HostFunction.apply(StudentTails.LOG_LOWER, df, t);
  }

  /** The t at which {@link #stdtr} is p; ∓∞ at 0 and 1. */
  public static NDArray stdtrit(NDArray df, NDArray p) {
    return HostFunction.apply(StudentTails.INVERSE, df, p);
  }

  /**
   * The distribution function of a von Mises angle with mean 0, from −π on; each turn adds 1.
   *
   * @param x any real
   * @param kappa the concentration, not negative
   */
  public static NDArray vonMisesCdf(NDArray x, NDArray kappa) {
    return HostFunction.apply(VonMisesKernel.CDF, x, kappa);
  }

  /** The x at which {@link #vonMisesCdf} is p. */
  public static NDArray vonMisesIcdf(NDArray p, NDArray kappa) {
    return HostFunction.apply(VonMisesKernel.INVERSE, p, kappa);
  }

  /**
   * The logarithm of the probability that an angle with mean mu has from −π to x.
   *
   * @param x from −π to π
   */
  public static NDArray vonMisesLogCdf(NDArray x, NDArray mu, NDArray kappa) {
    return HostFunction.apply(VonMisesKernel.LOG_CDF, x, mu, kappa);
  }

  /** The circular variance {@code 1 - I_1(kappa) / I_0(kappa)}, relatively exact. */
  public static NDArray vonMisesVariance(NDArray kappa) {
    return HostFunction.apply(VonMisesKernel.VARIANCE, kappa);
  }

  /**
   * The log-density of a standard stable variable in Nolan's parametrisation S0, by quadrature;
   * what is below 1e-13 of the peak in a light tail is not resolved.
   *
   * @param alpha the stability, in (0, 2]
   * @param beta the skew, from −1 to 1
   * @param x any real
   */
  public static NDArray stableLogDensity(NDArray alpha, NDArray beta, NDArray x) {
    return HostFunction.apply(StableKernel.LOG_DENSITY, alpha, beta, x);
  }

  static NDArray apply(Op op, NDArray x) {
    return Operations.apply(op, Operations.operand(null, x));
  }

  private static NDArray apply(Op op, NDArray x, NDArray y) {
    NDArray tensor = Tensors.isTensor(x) ? x : y;
    Run run = tensor instanceof RunArray array ? array.run() : null;
    return Operations.apply(op, Operations.operand(run, x), Operations.operand(run, y));
  }

  static NDArray apply(Op op, NDArray x, NDArray... more) {
    Run run = Tensors.run(x, more);
    RunArray[] operands = new RunArray[more.length + 1];
    Arrays.setAll(operands, i -> Operations.operand(run, i == 0 ? x : more[i - 1]));
    return Operations.apply(op, Attributes.NONE, operands);
  }
}
