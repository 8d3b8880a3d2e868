package org.ppl4j.internal.math;

/**
 * The regularised incomplete gamma functions {@code P(a, x)} and {@code Q = 1 - P} (DLMF 8.2.4),
 * each without loss of digits where it is small, with their derivatives and inverses.
 *
 * <ul>
 *   <li>{@code a >= 30} and x within a factor of about three of a: Temme's uniform expansion (DLMF
 *       8.12.3), see {@link GammaUniform}.
 *   <li>Up to {@code max(a, 1)}: P by its power series (DLMF 8.7.1), and Q below 1 by the same
 *       series with its leading term taken out (Gautschi 1979).
 *   <li>Above: Q by its continued fraction (DLMF 8.9.2).
 * </ul>
 *
 * <p>The derivative in a is {@link GammaDerivative}'s, times {@code x f(x; a)}.
 */
public final class IncompleteGamma {

  private static final double UNIFORM_FROM = 30.0;
  private static final double STIRLING_FROM = 10.0;

  /** Below, the upper tail is in proportion to a. */
  private static final double LEAST = 1e-290;

  private static final double PRECISION = 0x1p-55;
  private static final int FRACTION_LIMIT = 10_000;
  private static final int STEPS = 100;

  /** Where Q is flat, Newton's step to the right is too long. */
  private static final double LONGEST_STEP = 3.0;

  private IncompleteGamma() {}

  /** P(a, x) with its derivatives. */
  public static final DifferentiableFunction LOWER = new Tail(false);

  /** Q(a, x) with its derivatives. */
  public static final DifferentiableFunction UPPER = new Tail(true);

  /** The x of a probability P. */
  public static final DifferentiableFunction LOWER_INVERSE = new Inverse(false);

  /** The x of a probability Q. */
  public static final DifferentiableFunction UPPER_INVERSE = new Inverse(true);

  private record Tail(boolean isUpper) implements DifferentiableFunction {

    @Override
    public double value(double[] x) {
      return isUpper ? upper(x[0], x[1]) : lower(x[0], x[1]);
    }

    @Override
    public void slopes(double[] x, double value, double[] slopes) {
      double a = x[0];
      double z = x[1];
      double sign = isUpper ? -1.0 : 1.0;
      if (z == 0.0 || z == Double.POSITIVE_INFINITY) {
        slopes[0] = 0.0;
        slopes[1] = z > 0.0 || a > 1.0 ? 0.0 : a == 1.0 ? sign : sign * Double.POSITIVE_INFINITY;
        return;
      }
      double density = density(a, z);
      slopes[0] = density == 0.0 ? 0.0 : -sign * density * GammaDerivative.of(a, Math.log(z));
      slopes[1] = sign * density / z;
    }
  }

  private record Inverse(boolean isUpper) implements DifferentiableFunction {

    @Override
    public double value(double[] x) {
      return isUpper ? inverse(x[0], 1.0 - x[1], x[1]) : inverse(x[0], x[1], 1.0 - x[1]);
    }

    @Override
    public void slopes(double[] x, double value, double[] slopes) {
      double sign = isUpper ? -1.0 : 1.0;
      boolean inside = value > 0.0 && value < Double.POSITIVE_INFINITY;
      slopes[0] = inside ? value * GammaDerivative.of(x[0], Math.log(value)) : 0.0;
      slopes[1] = inside ? sign * value / density(x[0], value) : sign * value;
    }
  }

  private static boolean isOutside(double a, double x) {
    return !(a > 0.0 && a < Double.POSITIVE_INFINITY && x >= 0.0);
  }

  /** Returns P(a, x). */
  public static double lower(double a, double x) {
    if (isOutside(a, x)) {
      return Double.NaN;
    }
    if (x == 0.0 || x == Double.POSITIVE_INFINITY) {
      return x == 0.0 ? 0.0 : 1.0;
    }
    if (isUniform(a, x)) {
      return uniform(a, x, -1.0);
    }
    return x <= Math.max(a, 1.0) ? series(a, x) : 1.0 - fraction(a, x);
  }

  /** Returns Q(a, x). */
  public static double upper(double a, double x) {
    if (isOutside(a, x)) {
      return Double.NaN;
    }
    if (x == 0.0 || x == Double.POSITIVE_INFINITY) {
      return x == 0.0 ? 1.0 : 0.0;
    }
    if (isUniform(a, x)) {
      return uniform(a, x, 1.0);
    }
    if (x > Math.max(a, 1.0)) {
      return fraction(a, x);
    }
    return a < 1.0 ? complement(a, x) : 1.0 - series(a, x);
  }

  private static boolean isUniform(double a, double x) {
    return a >= UNIFORM_FROM && x > 0.31 * a && x < 2.35 * a;
  }

  /** The lower tail for sign −1, the upper for 1. */
  private static double uniform(double a, double x, double sign) {
    double mu = (x - a) / a;
    double distance = GammaUniform.distance(mu);
    double exponential = Math.exp(-a * distance);
    double y = Math.copySign(Math.sqrt(a * distance), mu);
    double eta = Math.copySign(Math.sqrt(2.0 * distance), mu);
    double argument = sign * y;
    double normal =
        argument >= 0.0 ? 0.5 * exponential * Erfc.scaled(argument) : 0.5 * Erfc.of(argument);
    return normal + sign * GammaUniform.correction(a, eta, exponential);
  }

  /** Returns {@code x f(x; a) = x^a exp(-x) / Γ(a)}; x positive and finite. */
  public static double density(double a, double x) {
    if (a < STIRLING_FROM) {
      return Math.exp(a * Math.log(x) - x - LogGamma.of(a));
    }
    double ratio = x / a;
    double distance =
        ratio < 0.5 ? ratio - 1.0 - Math.log(ratio) : GammaUniform.distance((x - a) / a);
    return Math.exp(-a * distance - LogGamma.stirlingError(a)) * Math.sqrt(a / (2.0 * Math.PI));
  }

  /** Returns the logarithm of {@link #density}. */
  public static double logDensity(double a, double x) {
    if (a < STIRLING_FROM) {
      return a * Math.log(x) - x - LogGamma.of(a);
    }
    double ratio = x / a;
    double distance =
        ratio < 0.5 ? ratio - 1.0 - Math.log(ratio) : GammaUniform.distance((x - a) / a);
    return 0.5 * Math.log(a / (2.0 * Math.PI)) - a * distance - LogGamma.stirlingError(a);
  }

  /** Returns the logarithm of Q(a, x) or of P(a, x). */
  public static double log(double a, double x, boolean isUpper) {
    if (isOutside(a, x)) {
      return Double.NaN;
    }
    if (x == 0.0 || x == Double.POSITIVE_INFINITY) {
      return isUpper == (x == 0.0) ? 0.0 : Double.NEGATIVE_INFINITY;
    }
    if (a < LEAST) {
      return isUpper ? log(LEAST, x, true) + Math.log(a / LEAST) : log(LEAST, x, false);
    }
    boolean isAbove = isUniform(a, x) ? x > a : x > Math.max(a, 1.0);
    if (isAbove != isUpper) {
      return isUpper && a < 1.0
          ? Math.log(complement(a, x))
          : Math.log1p(-Math.exp(log(a, x, !isUpper)));
    }
    if (isUniform(a, x)) {
      double distance = GammaUniform.distance((x - a) / a);
      double eta = Math.copySign(Math.sqrt(2.0 * distance), x - a);
      double normal = 0.5 * Erfc.scaled(Math.sqrt(a * distance));
      double sign = isUpper ? 1.0 : -1.0;
      return Math.log(normal + sign * GammaUniform.correction(a, eta, 1.0)) - a * distance;
    }
    return isUpper
        ? logDensity(a, x) - Math.log(denominator(a, x))
        : (a < 1.0 ? a * Math.log(x) - x - LogGamma.ofOnePlus(a) : logDensity(a, x) - Math.log(a))
            + Math.log(sum(a, x));
  }

  private static double sum(double a, double x) {
    double term = 1.0;
    double sum = 1.0;
    for (double n = a + 1.0; term > PRECISION * sum; n += 1.0) {
      term *= x / n;
      sum += term;
    }
    return sum;
  }

  private static double series(double a, double x) {
    double sum = sum(a, x);
    return a < 1.0
        ? Math.exp(a * Math.log(x) - x - LogGamma.ofOnePlus(a)) * sum
        : density(a, x) / a * sum;
  }

  /** Q for a below 1 and x up to 1: {@code 1 - x^a/Γ(1+a) (1 + a Σ_n (-x)^n / (n! (a+n)))}. */
  private static double complement(double a, double x) {
    double term = 1.0;
    double sum = 0.0;
    for (int n = 1; Math.abs(term) > PRECISION * Math.abs(sum); n++) {
      term *= -x / n;
      sum += term / (a + n);
    }
    double log = a * Math.log(x) - LogGamma.ofOnePlus(a);
    return -Math.expm1(log) - a * Math.exp(log) * sum;
  }

  private static double fraction(double a, double x) {
    return density(a, x) / denominator(a, x);
  }

  /** Lentz's algorithm. */
  private static double denominator(double a, double x) {
    double c = x + 1.0 - a;
    double d = 0.0;
    double f = c;
    for (int n = 1; n <= FRACTION_LIMIT; n++) {
      double numerator = n * (a - n);
      double denominator = x + 2.0 * n + 1.0 - a;
      d = 1.0 / (denominator + numerator * d);
      c = denominator + numerator / c;
      f *= c * d;
      if (Math.abs(c * d - 1.0) <= 4.0 * PRECISION) {
        break;
      }
    }
    return f;
  }

  /**
   * Returns the x with these tails, of which the smaller one counts.
   *
   * <p>The logarithm of a tail is concave in log x, so Newton's method on it converges from
   * everywhere; Halley's correction makes it faster.
   */
  public static double inverse(double a, double p, double q) {
    if (!(a > 0.0 && a < Double.POSITIVE_INFINITY && p >= 0.0 && q >= 0.0)) {
      return Double.NaN;
    }
    if (p == 0.0 || q == 0.0) {
      return p == 0.0 ? 0.0 : Double.POSITIVE_INFINITY;
    }
    boolean isLower = p <= q;
    double sign = isLower ? 1.0 : -1.0;
    double target = Math.log(isLower ? p : q);
    double x = start(a, p, q);
    for (int i = 0; i < STEPS && x > 0.0 && x < Double.POSITIVE_INFINITY; i++) {
      double tail = isLower ? lower(a, x) : upper(a, x);
      if (tail == 0.0) {
        x *= isLower ? 2.0 : 0.5;
        continue;
      }
      double slope = sign * density(a, x) / tail;
      double excess = Math.log(tail) - target;
      double newton = -excess / slope;
      double curvature = (a - x) - slope;
      double halley = newton / (1.0 + 0.5 * newton * curvature);
      double step = Math.abs(newton * curvature) < 1.0 ? halley : newton;
      x *= Math.exp(isLower ? step : Math.min(step, LONGEST_STEP));
      if (Math.abs(step) <= 0x1p-40 || Math.abs(excess) <= 0x1p-51) {
        break;
      }
    }
    return x;
  }

  /** Wilson and Hilferty's cube of a normal quantile, or P's leading term where that is small. */
  private static double start(double a, double p, double q) {
    double leading = Math.exp((Math.log(p) + LogGamma.ofOnePlus(a)) / a);
    if (a < 0.5 || leading < 0.2 * a) {
      return q < 0.1 && a < 0.5 ? Math.max(leading, 1e-3 - Math.log(q / 0.1)) : leading;
    }
    double root = 1.0 / (3.0 * Math.sqrt(a));
    double z = p < q ? NormalQuantile.of(p) : -NormalQuantile.of(q);
    double cube = 1.0 - root * root + z * root;
    return cube > 0.0 ? Math.max(leading, a * cube * cube * cube) : leading;
  }
}
