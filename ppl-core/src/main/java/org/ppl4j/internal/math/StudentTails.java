package org.ppl4j.internal.math;

/**
 * Student's t distribution function and its inverse as functions with derivatives (DLMF 8.17.14
 * ff.): of {@code t <= 0} it is {@code I_x(ν/2, 1/2) / 2} with {@code x = ν / (ν + t²)}.
 */
public final class StudentTails {

  private static final double NEARLY_NORMAL = 20.0;

  /** Beyond, it is the normal distribution wherever that is not 0 or 1. */
  private static final double NORMAL = 1e25;

  private static final double ROOT_HALF = Math.sqrt(0.5);
  private static final double NEGLIGIBLE = 42.0;
  private static final double UNRESOLVED = 1e-200;
  private static final double FAR = 1e8;
  private static final double HALF_LOG_PI = 0.5 * Math.log(Math.PI);
  private static final double HALF_LOG_TWO_PI = 0.5 * Math.log(2.0 * Math.PI);
  private static final double[] SHARES = {0.0, 0.01, 0.05, 0.15, 0.4, 1.0};

  private StudentTails() {}

  /** The probability of at most t as a function of (ν, t). */
  public static final DifferentiableFunction LOWER =
      new DifferentiableFunction() {
        @Override
        public double value(double[] x) {
          return lower(x[0], x[1]);
        }

        @Override
        public void slopes(double[] x, double value, double[] slopes) {
          slopes[0] = slope(x[0], x[1]);
          slopes[1] = density(x[0], x[1]);
        }
      };

  /** The logarithm of the probability of at most t as a function of (ν, t). */
  public static final DifferentiableFunction LOG_LOWER =
      new DifferentiableFunction() {
        @Override
        public double value(double[] x) {
          double lower = lower(x[0], x[1]);
          return isResolved(lower) || x[1] == Double.NEGATIVE_INFINITY
              ? Math.log(lower)
              : logTail(x[0], x[1]);
        }

        @Override
        public void slopes(double[] x, double value, double[] slopes) {
          double lower = lower(x[0], x[1]);
          boolean isResolved = isResolved(lower);
          slopes[0] = isResolved ? slope(x[0], x[1]) / lower : logTailSlope(x[0], x[1]);
          slopes[1] = Math.exp(logDensity(x[0], x[1]) - value);
        }
      };

  /** The t of a probability as a function of (ν, p). */
  public static final DifferentiableFunction INVERSE =
      new DifferentiableFunction() {
        @Override
        public double value(double[] x) {
          return x[1] <= 0.5 ? inverse(x[0], x[1]) : -inverse(x[0], 1.0 - x[1]);
        }

        @Override
        public void slopes(double[] x, double value, double[] slopes) {
          double density = density(x[0], value);
          slopes[0] = Double.isInfinite(value) ? 0.0 : -slope(x[0], value) / density;
          slopes[1] = 1.0 / density;
        }
      };

  private static boolean isOutside(double df, double t) {
    return !(df > 0.0 && df < Double.POSITIVE_INFINITY) || Double.isNaN(t);
  }

  private static double lower(double df, double t) {
    if (isOutside(df, t)) {
      return Double.NaN;
    }
    if (t == 0.0 || Double.isInfinite(t)) {
      return t == 0.0 ? 0.5 : t > 0.0 ? 1.0 : 0.0;
    }
    double tail =
        isFar(df, t)
            ? Math.exp(logTail(df, t))
            : 0.5 * (df > NORMAL ? Erfc.of(Math.abs(t) * ROOT_HALF) : at(df, t).lower());
    return t > 0.0 ? 1.0 - tail : tail;
  }

  /** I at x: the square is put off, so that it does not overflow. */
  private static IncompleteBeta at(double df, double t) {
    double z = Math.abs(t) / Math.sqrt(df);
    double hypotenuse = Math.hypot(1.0, z);
    double x = 1.0 / hypotenuse / hypotenuse;
    double y = z / hypotenuse * (z / hypotenuse);
    double half = Math.max(0.5 * df, Double.MIN_VALUE);
    return IncompleteBeta.at(
        half, 0.5, Math.max(x, Double.MIN_NORMAL), Math.max(y, Double.MIN_NORMAL));
  }

  /** Whether it is far from where doubles end, or not a number. */
  private static boolean isResolved(double probability) {
    return !(probability < UNRESOLVED);
  }

  private static double density(double df, double t) {
    return Math.exp(logDensity(df, t));
  }

  private static double logDensity(double df, double t) {
    double z = Math.abs(t) / Math.sqrt(df);
    double log = z > FAR ? 2.0 * Math.log(z) : Math.log1p(z * z);
    double normalizer =
        LogGamma.stirlingError(0.5 * df + 0.5)
            - LogGamma.stirlingError(0.5 * df)
            + 0.5 * df * Math.log1p(1.0 / df)
            - 0.5;
    return normalizer - 0.5 * (df + 1.0) * log - HALF_LOG_TWO_PI;
  }

  /** Whether the density is a power law there: |t| / sqrt(ν) has no square, or none to add 1 to. */
  private static boolean isFar(double df, double t) {
    return Math.abs(t) / Math.sqrt(df) > FAR;
  }

  private static double logDistance(double df, double t) {
    return Math.log(Math.abs(t)) - 0.5 * Math.log(df);
  }

  /**
   * The logarithm of ∫_|t|^∞ f, in the variable y = log((1 + u²/ν) / (1 + t²/ν)), in which the
   * integrand falls by exp(−ν y / 2) times a factor close to 1.
   */
  private static double logTail(double df, double t) {
    if (isFar(df, t)) {
      double constant = -LogGamma.difference(0.5 * df + 0.5, 0.5);
      return constant - df * logDistance(df, t) - Math.log(2.0) - HALF_LOG_PI;
    }
    double[] sum = {0.0};
    overTail(df, t, (v, part) -> sum[0] += part);
    return logDensity(df, t) + Math.log(sum[0]);
  }

  /** The derivative of the same in ν. */
  private static double logTailSlope(double df, double t) {
    if (isFar(df, t)) {
      double constant = -Digamma.difference(0.5 * df + 0.5, 0.5);
      return 0.5 * (constant + 1.0) - logDistance(df, t);
    }
    double[] sums = {0.0, 0.0};
    overTail(
        df,
        t,
        (v, part) -> {
          sums[0] += part;
          sums[1] += part * logDensitySlope(df, v);
        });
    return sums[1] / sums[0];
  }

  /** Hands over v = u²/ν and the weight of f(u) du over f(t). */
  private static void overTail(double df, double t, GaussLegendre.Sum sum) {
    double z = Math.abs(t) / Math.sqrt(df);
    double inverse = 1.0 / z / z;
    GaussLegendre.over(
        0.0,
        2.0 * NEGLIGIBLE / df,
        SHARES,
        (y, weight) -> {
          double grown = Math.exp(y) + Math.expm1(y) * inverse;
          double du = 0.5 * Math.abs(t) * (1.0 + inverse) * Math.exp(y) / Math.sqrt(grown);
          sum.add(z * z * grown, weight * du * Math.exp(-0.5 * (df + 1.0) * y));
        });
  }

  /** The derivative in ν of the probability of at most t. */
  private static double slope(double df, double t) {
    if (t == 0.0 || Double.isInfinite(t)) {
      return 0.0;
    }
    if (isFar(df, t)) {
      double slope = Math.exp(logTail(df, t)) * logTailSlope(df, t);
      return t > 0.0 ? -slope : slope;
    }
    if (df >= NEARLY_NORMAL) {
      return Math.copySign(Math.abs(t) < 1.0 ? middleSlope(df, t) : tailSlope(df, t), t);
    }
    IncompleteBeta at = at(df, t);
    double slope = 0.5 * (0.5 * at.slopeA() + at.density() / df);
    return t > 0.0 ? -slope : slope;
  }

  /** ∂/∂ν of the density's logarithm, from terms as small as it is; v = t²/ν. */
  private static double logDensitySlope(double df, double v) {
    double constant = Digamma.difference(0.5 * df, 0.5) - 1.0 / df;
    double growth = (v / df - v * v) / (1.0 + v);
    return 0.5 * (constant + GammaUniform.distance(v) + growth);
  }

  /** ∫_0^t ∂f/∂ν, which does not cancel as the parts of I's derivative do for large ν. */
  private static double middleSlope(double df, double t) {
    double[] sum = {0.0};
    GaussLegendre.over(
        0.0,
        Math.abs(t),
        (u, weight) -> sum[0] += weight * density(df, u) * logDensitySlope(df, u * u / df));
    return sum[0];
  }

  /** -∫_t^∞ ∂f/∂ν, in the variable log(1 + t²/ν). */
  private static double tailSlope(double df, double t) {
    double[] sum = {0.0};
    double from = Math.log1p(t / df * t);
    GaussLegendre.over(
        from,
        from + 2.0 * NEGLIGIBLE / (df + 1.0),
        SHARES,
        (y, weight) -> {
          double v = Math.expm1(y);
          double u = Math.sqrt(df * v);
          double part = weight * 0.5 * df * (1.0 + v) / u;
          sum[0] -= part * density(df, u) * logDensitySlope(df, v);
        });
    return sum[0];
  }

  /** Returns t of a probability up to 1/2. */
  private static double inverse(double df, double p) {
    if (isOutside(df, p) || p < 0.0) {
      return Double.NaN;
    }
    BetaTails.Point point = BetaTails.inverse(0.5 * df, 0.5, 2.0 * p, 1.0 - 2.0 * p);
    return -Math.sqrt(df) * Math.sqrt(point.y() / point.x());
  }
}
