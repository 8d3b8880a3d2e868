package org.ppl4j.internal.math;

/**
 * The regularised incomplete beta function {@code I_x(a, b)} (DLMF 8.17.2) at one point, with its
 * complement and its derivatives in a and b, each without loss of digits where it is small.
 *
 * <p>With {@code y = 1 - x} and {@code D = x^a y^b / B(a, b)}, of the two sides {@code I_x(a, b)}
 * and {@code I_y(b, a)} the one below its mean is computed, as D times
 *
 * <ul>
 *   <li>the power series {@code Σ_n (a+b)_n / (a)_{n+1} x^n} (DLMF 8.17.8), or
 *   <li>the integral {@code ∫_0^∞ exp(h(s)) ds / y}, {@code h(s) = -a s + (b-1) log(1 + x (1 -
 *       e^-s) / y)}, which is I in the variable {@code t = x e^-s}.
 * </ul>
 *
 * <p>All terms are positive. Differentiated in a and b, each term gets a factor that has one sign
 * below the mean, so that no digits cancel there either.
 */
public final class IncompleteBeta {

  private static final double SERIES_TO = 0.7;
  private static final double SMALL = 1e-5;
  private static final double LEAST = 1e-290;
  private static final double SMALLEST_RATIO = 1e-290;
  private static final double PRECISION = 0x1p-56;
  private static final double NEGLIGIBLE = 42.0;
  private static final int STEPS = 60;

  /** Panels of the integral: narrow where the integrand is large and its singularity near. */
  private static final double[] SHARES = {0.0, 0.005, 0.025, 0.1, 0.28, 0.6, 1.0};

  private final double a;
  private final double b;
  private final double x;
  private final double y;

  /** D, the density times x y. */
  private final double density;

  /** log D. */
  private final double logDensity;

  private double lower;
  private double logLower;
  private double upper;
  private double slopeA;
  private double slopeB;
  private double logSlopeA;
  private double logSlopeB;

  private double sum;
  private double sumA;
  private double sumB;

  private IncompleteBeta(double a, double b, double x, double y) {
    this.a = a;
    this.b = b;
    this.x = x;
    this.y = y;
    this.logDensity = logDensity(a, b, x, y);
    this.density = Math.exp(logDensity);
  }

  /**
   * At a point inside the unit interval; all is NaN outside it, or for other a and b.
   *
   * @param a positive
   * @param b positive; the sum of both finite
   * @param x above 0
   * @param y {@code 1 - x}, above 0
   */
  public static IncompleteBeta at(double a, double b, double x, double y) {
    boolean isInside = x > 0.0 && y > 0.0 && x <= 1.0 && y <= 1.0;
    if (!(isInside && a > 0.0 && b > 0.0 && a + b < Double.POSITIVE_INFINITY)) {
      return new IncompleteBeta(Double.NaN, Double.NaN, Double.NaN, Double.NaN).undefined();
    }
    IncompleteBeta result = inside(Math.max(a, LEAST), Math.max(b, LEAST), x, y);
    if (a < LEAST || b < LEAST) {
      result.become(a / LEAST, b / LEAST);
    }
    return result;
  }

  /** Of so small a or b a tail is in proportion to it; of both, to its share. */
  private void become(double a, double b) {
    double lowerShare = Math.max(a, b) < 1.0 ? 2.0 * (b / (a + b)) : Math.min(b, 1.0);
    double upperShare = Math.max(a, b) < 1.0 ? 2.0 * (a / (a + b)) : Math.min(a, 1.0);
    lower *= lowerShare;
    upper *= upperShare;
    logLower += Math.log(lowerShare);
    logSlopeB /= Math.min(b, 1.0);
  }

  private IncompleteBeta undefined() {
    lower = Double.NaN;
    logLower = Double.NaN;
    upper = Double.NaN;
    slopeA = Double.NaN;
    slopeB = Double.NaN;
    logSlopeA = Double.NaN;
    logSlopeB = Double.NaN;
    return this;
  }

  private static IncompleteBeta inside(double a, double b, double x, double y) {
    IncompleteBeta result = new IncompleteBeta(a, b, x, y);
    boolean belowMean = x * b <= y * a;
    boolean isSwapped = belowMean ? isBestSwapped(a, b, x, y) : !isBestSwapped(b, a, y, x);
    IncompleteBeta side = isSwapped ? new IncompleteBeta(b, a, y, x) : result;
    side.sum();
    double tail = side.density * side.sum;
    double rest = side.isNearlyAll() ? side.rest() : 1.0 - tail;
    result.lower = isSwapped ? rest : tail;
    result.upper = isSwapped ? tail : rest;
    result.logLower =
        !isSwapped
            ? side.logDensity + Math.log(side.sum)
            : tail < 0.5 ? Math.log1p(-tail) : Math.log(rest);
    result.slopeA = isSwapped ? -side.density * side.sumB : side.density * side.sumA;
    result.slopeB = isSwapped ? -side.density * side.sumA : side.density * side.sumB;
    result.logSlopeA = isSwapped ? result.slopeA / result.lower : side.sumA / side.sum;
    result.logSlopeB = isSwapped ? result.slopeB / result.lower : side.sumB / side.sum;
    return result;
  }

  /** Where b is small and x near 1, the side below its mean has a slow series. */
  private static boolean isBestSwapped(double a, double b, double x, double y) {
    return b < 1.0 && x > SERIES_TO && (a < 1.0 || a * y < 0.1);
  }

  /** D, the density times x y. */
  public double density() {
    return density;
  }

  /** Its logarithm. */
  public double logDensity() {
    return logDensity;
  }

  /** Returns I_x(a, b). */
  public double lower() {
    return lower;
  }

  /** Returns {@code 1 - I_x(a, b)}. */
  public double upper() {
    return upper;
  }

  /** Returns log I. */
  public double logLower() {
    return logLower;
  }

  /** Returns ∂ log I/∂a. */
  public double logSlopeA() {
    return logSlopeA;
  }

  /** Returns ∂ log I/∂b. */
  public double logSlopeB() {
    return logSlopeB;
  }

  /** Returns ∂I/∂a. */
  public double slopeA() {
    return slopeA;
  }

  /** Returns ∂I/∂b. */
  public double slopeB() {
    return slopeB;
  }

  /**
   * Returns log D, with Stirling's errors and the deviance of x from the mean (Loader 2000) in the
   * place of large terms that cancel.
   */
  public static double logDensity(double a, double b, double x, double y) {
    double total = a + b;
    double offset = difference(x, b, y, a);
    double deviance = deviance(a, offset, x, total) + deviance(b, -offset, y, total);
    double stirling =
        LogGamma.stirlingError(total) - LogGamma.stirlingError(a) - LogGamma.stirlingError(b);
    double width = Math.min(a, b) / (2.0 * Math.PI) * (Math.max(a, b) / total);
    return stirling - deviance + 0.5 * Math.log(width);
  }

  /** Returns {@code p q - r s}, rounded once or twice. */
  private static double difference(double p, double q, double r, double s) {
    double product = r * s;
    double rest = Math.fma(r, s, -product);
    return Math.fma(p, q, -product) - rest;
  }

  /** {@code offset - a log(x total / a)}, for {@code x total = a + offset}. */
  private static double deviance(double a, double offset, double x, double total) {
    double excess = offset / a;
    double ratio = x * total / a;
    if (!(ratio > SMALLEST_RATIO && ratio < 1.0 / SMALLEST_RATIO)) {
      return offset - a * (Math.log(x) + Math.log(total) - Math.log(a));
    }
    return a * (excess < -0.5 ? excess - Math.log(ratio) : GammaUniform.distance(excess));
  }

  /** Whether a is so small that nearly all is near x = 0, and the rest is in proportion to a. */
  private boolean isNearlyAll() {
    return a < SMALL && b > 0.1 && x <= SERIES_TO;
  }

  /**
   * {@code 1 - I} by {@code I = x^a / (a B(a, b)) (1 + a Σ_n (1-b)_n x^n / (n! (a+n)))}, of whose
   * logarithm each term is in proportion to a.
   */
  private double rest() {
    double term = 1.0;
    double series = 0.0;
    for (int n = 1; n < 200 && Math.abs(term) > PRECISION; n++) {
      term *= (n - b) * x / n;
      series += term / (a + n);
    }
    double logBeta = LogGamma.ofOnePlus(a) - a * Digamma.of(b + 0.5 * a);
    return -Math.expm1(a * Math.log(x) - logBeta + Math.log1p(a * series));
  }

  private void sum() {
    if (x <= SERIES_TO && (a < 1.0 || b < 1.0 || x * (a + b) < SERIES_TO * a)) {
      series();
    } else {
      integral();
    }
  }

  private void series() {
    double total = a + b;
    double logX = Math.log(x);
    double factorA = logX + Digamma.difference(a, b) - 1.0 / a;
    double factorB = Math.log(y) + Digamma.difference(b, a);
    double term = 1.0; // in units of 1 / a
    sum = term;
    sumA = term * factorA;
    sumB = term * factorB;
    for (int n = 0; ; n++) {
      double ratio = x * (total + n) / (a + 1.0 + n);
      term *= ratio;
      double step = 1.0 / (total + n);
      factorA += step - 1.0 / (a + 1.0 + n);
      factorB += step;
      sum += term;
      sumA += term * factorA;
      sumB += term * factorB;
      double size = term * (1.0 + Math.abs(factorA) + Math.abs(factorB));
      boolean isMore = size > PRECISION * (1.0 - ratio) * (Math.abs(sumA) + Math.abs(sumB));
      if (!(ratio >= 1.0 || isMore)) {
        sum /= a;
        sumA /= a;
        sumB /= a;
        return;
      }
    }
  }

  private void integral() {
    double odds = x / y;
    double factorA = Math.log(x) + Digamma.difference(a, b);
    double factorB = Math.log(y) + Digamma.difference(b, a);
    GaussLegendre.over(
        0.0,
        end(odds),
        SHARES,
        (s, weight) -> {
          double growth = Math.log1p(-odds * Math.expm1(-s));
          double part = weight * Math.exp((b - 1.0) * growth - a * s) / y;
          sum += part;
          sumA += part * (factorA - s);
          sumB += part * (factorB + growth);
        });
  }

  /** Where the integrand is negligible: Newton's method on its logarithm, from the right. */
  private double end(double odds) {
    double s = NEGLIGIBLE / a;
    if (b <= 1.0) {
      return s;
    }
    s = NEGLIGIBLE / (a - (b - 1.0) * odds);
    for (int i = 0; i < STEPS; i++) {
      double rise = -odds * Math.expm1(-s);
      double log = (b - 1.0) * Math.log1p(rise) - a * s + NEGLIGIBLE;
      double slope = (b - 1.0) * odds * Math.exp(-s) / (1.0 + rise) - a;
      double step = -log / slope;
      s += step;
      if (Math.abs(step) < 0.01 * s) {
        break;
      }
    }
    return s;
  }
}
