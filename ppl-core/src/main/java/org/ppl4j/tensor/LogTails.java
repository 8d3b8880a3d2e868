package org.ppl4j.tensor;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import org.ppl4j.internal.math.DifferentiableFunction;
import org.ppl4j.internal.math.Digamma;
import org.ppl4j.internal.math.GammaDerivative;
import org.ppl4j.internal.math.IncompleteBeta;
import org.ppl4j.internal.math.IncompleteGamma;
import org.ppl4j.internal.math.LogGamma;

/**
 * Logarithms of the incomplete gamma and beta functions, finite where the functions themselves are
 * smaller than any float, with first derivatives in all arguments: the logarithms of a density and
 * of a sum are added where {@link Special#gammainc} and {@link Special#betainc} multiply.
 */
public final class LogTails {

  static final DifferentiableFunction GAMMA_LOWER = new OfGamma(false);
  static final DifferentiableFunction GAMMA_UPPER = new OfGamma(true);
  static final DifferentiableFunction GAMMA_LOWER_OF_LOG = new OfGammaOfLog(false);
  static final DifferentiableFunction GAMMA_UPPER_OF_LOG = new OfGammaOfLog(true);
  static final DifferentiableFunction BETA_LOWER = new OfBeta();

  /** Beyond these log-odds the tail that is small is its first term. */
  private static final double FAR = 700.0;

  private LogTails() {}

  /**
   * The logarithm of {@link Special#gammainc}.
   *
   * @param a positive
   * @param x not negative
   */
  public static NDArray gammaLower(NDArray a, NDArray x) {
    return HostFunction.apply(GAMMA_LOWER, a, x);
  }

  /** The logarithm of {@link Special#gammaincc}, as {@link #gammaLower}. */
  public static NDArray gammaUpper(NDArray a, NDArray x) {
    return HostFunction.apply(GAMMA_UPPER, a, x);
  }

  /**
   * {@link #gammaLower} of a number by its logarithm, which may be smaller than any float.
   *
   * @param logX any real; also ∓∞
   */
  public static NDArray gammaLowerOfLog(NDArray a, NDArray logX) {
    return HostFunction.apply(GAMMA_LOWER_OF_LOG, a, logX);
  }

  /** {@link #gammaUpper}, as {@link #gammaLowerOfLog}. */
  public static NDArray gammaUpperOfLog(NDArray a, NDArray logX) {
    return HostFunction.apply(GAMMA_UPPER_OF_LOG, a, logX);
  }

  /**
   * The logarithm of {@link Special#betainc} at {@code x = 1 / (1 + exp(-logit))}; that of the
   * complement is {@code beta(b, a, -logit)}.
   *
   * @param logit the log-odds of x, any real; also ∓∞
   */
  public static NDArray beta(NDArray a, NDArray b, NDArray logit) {
    return HostFunction.apply(BETA_LOWER, a, b, logit);
  }

  private record OfGamma(boolean isUpper) implements DifferentiableFunction {

    @Override
    public double value(double[] x) {
      return IncompleteGamma.log(x[0], x[1], isUpper);
    }

    @Override
    public void slopes(double[] x, double value, double[] slopes) {
      double a = x[0];
      double z = x[1];
      slopes[0] = 0.0;
      slopes[1] = 0.0;
      if (z > 0.0 && z < Double.POSITIVE_INFINITY) {
        double sign = isUpper ? -1.0 : 1.0;
        double ratio = sign * Math.exp(IncompleteGamma.logDensity(a, z) - value);
        slopes[0] = ratio == 0.0 ? 0.0 : -ratio * GammaDerivative.of(a, Math.log(z));
        slopes[1] = ratio / z;
      }
    }
  }

  /** By its first term x^a / Γ(a + 1) where x is smaller than any number. */
  private record OfGammaOfLog(boolean isUpper) implements DifferentiableFunction {

    @Override
    public double value(double[] x) {
      if (!(x[0] > 0.0 && x[0] < Double.POSITIVE_INFINITY) || x[1] >= -FAR) {
        return IncompleteGamma.log(x[0], Math.exp(x[1]), isUpper);
      }
      double leading = leading(x);
      return isUpper ? Math.log1p(-Math.exp(leading)) : leading;
    }

    private static double leading(double[] x) {
      return x[0] * x[1] - LogGamma.ofOnePlus(x[0]);
    }

    @Override
    public void slopes(double[] x, double value, double[] slopes) {
      if (x[1] >= -FAR) {
        double z = Math.exp(x[1]);
        new OfGamma(isUpper).slopes(new double[] {x[0], z}, value, slopes);
        slopes[1] = Double.isInfinite(z) ? 0.0 : slopes[1] * z;
      } else if (Double.isInfinite(x[1])) {
        Arrays.fill(slopes, 0.0);
      } else {
        double factor = isUpper ? -1.0 / Math.expm1(-leading(x)) : 1.0;
        slopes[0] = factor * (x[1] - Digamma.of(1.0 + x[0]));
        slopes[1] = factor * x[0];
      }
    }
  }

  private record OfBeta() implements DifferentiableFunction {

    @Override
    public double value(double[] x) {
      if (!(x[0] > 0.0 && x[1] > 0.0 && x[0] + x[1] < Double.POSITIVE_INFINITY)
          || Double.isNaN(x[2])) {
        return Double.NaN;
      }
      if (Double.isInfinite(x[2])) {
        return Math.min(x[2], 0.0);
      }
      if (Math.abs(x[2]) > FAR) {
        double leading = leading(x, x[2] > 0.0);
        return x[2] < 0.0 ? leading : Math.log1p(-Math.exp(leading));
      }
      return IncompleteBeta.at(x[0], x[1], share(x[2]), share(-x[2])).logLower();
    }

    /** The logarithm of the tail that is small where x or 1 − x is: x^a / (a B(a, b)). */
    private static double leading(double[] x, boolean isUpper) {
      double a = isUpper ? x[1] : x[0];
      double b = isUpper ? x[0] : x[1];
      double power = -a * Math.abs(x[2]);
      return Double.isInfinite(power)
          ? power
          : power - LogGamma.ofOnePlus(a) + LogGamma.difference(b, a);
    }

    @Override
    public void slopes(double[] x, double value, double[] slopes) {
      if (Double.isInfinite(x[2])) {
        Arrays.fill(slopes, 0.0);
      } else if (Math.abs(x[2]) > FAR) {
        boolean isUpper = x[2] > 0.0;
        int near = isUpper ? 1 : 0;
        double a = x[near];
        double b = x[1 - near];
        double factor = isUpper ? -1.0 / Math.expm1(-leading(x, true)) : 1.0;
        slopes[near] = factor * (Digamma.of(a + b) - Digamma.of(1.0 + a) - Math.abs(x[2]));
        slopes[1 - near] = factor * Digamma.difference(b, a);
        slopes[2] = -factor * Math.copySign(a, x[2]);
      } else {
        IncompleteBeta at = IncompleteBeta.at(x[0], x[1], share(x[2]), share(-x[2]));
        slopes[0] = at.logSlopeA();
        slopes[1] = at.logSlopeB();
        slopes[2] = Math.exp(at.logDensity() - value);
      }
    }

    private static double share(double logit) {
      return logit < 0.0
          ? Math.exp(logit) / (1.0 + Math.exp(logit))
          : 1.0 / (1.0 + Math.exp(-logit));
    }
  }
}
