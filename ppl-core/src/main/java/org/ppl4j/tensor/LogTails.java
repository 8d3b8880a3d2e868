package org.ppl4j.tensor;

/**
 * Logarithms of the incomplete gamma and beta functions, finite where the functions themselves are
 * smaller than any float: the logarithm of the density and that of a sum are added where {@link
 * IncompleteGamma} and {@link IncompleteBeta} multiply.
 */
final class LogTails {

  private LogTails() {}

  /** log P(a, x) of (a, x). */
  static final HostFunction GAMMA_LOWER = new OfGamma(false);

  /** log Q(a, x) of (a, x). */
  static final HostFunction GAMMA_UPPER = new OfGamma(true);

  /** log I of (a, b, logit), at the point with these log-odds. */
  static final HostFunction BETA_LOWER = new OfBeta();

  private record OfGamma(boolean isUpper) implements HostFunction {

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

  private record OfBeta() implements HostFunction {

    @Override
    public double value(double[] x) {
      if (!(x[0] > 0.0 && x[1] > 0.0 && x[0] + x[1] < Double.POSITIVE_INFINITY) || x[2] != x[2]) {
        return Double.NaN;
      }
      double share = share(x[2]);
      double rest = share(-x[2]);
      return share == 0.0 || rest == 0.0
          ? (share == 0.0 ? Double.NEGATIVE_INFINITY : 0.0)
          : IncompleteBeta.at(x[0], x[1], share, rest).logLower();
    }

    @Override
    public void slopes(double[] x, double value, double[] slopes) {
      double share = share(x[2]);
      double rest = share(-x[2]);
      slopes[0] = 0.0;
      slopes[1] = 0.0;
      slopes[2] = 0.0;
      if (share > 0.0 && rest > 0.0) {
        IncompleteBeta at = IncompleteBeta.at(x[0], x[1], share, rest);
        slopes[0] = at.logSlopeA();
        slopes[1] = at.logSlopeB();
        slopes[2] = Math.exp(at.logDensity - value);
      }
    }

    private static double share(double logit) {
      return logit < 0.0 ? Math.exp(logit) / (1.0 + Math.exp(logit)) : 1.0 / (1.0 + Math.exp(-logit));
    }
  }
}
