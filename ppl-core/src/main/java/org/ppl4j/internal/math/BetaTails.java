package org.ppl4j.internal.math;

/**
 * {@code I_x(a, b)}, its complement and their inverses as functions with derivatives, and the
 * inverse itself.
 */
public final class BetaTails {

  private static final int STEPS = 200;
  private static final double LONGEST_STEP = 3.0;

  private BetaTails() {}

  /** I as a function of (a, b, x). */
  public static final DifferentiableFunction LOWER = new Tail(false);

  /** {@code 1 - I} as a function of (a, b, x). */
  public static final DifferentiableFunction UPPER = new Tail(true);

  /** The x of a probability I. */
  public static final DifferentiableFunction LOWER_INVERSE = new Inverse(false);

  /** The x of a probability {@code 1 - I}. */
  public static final DifferentiableFunction UPPER_INVERSE = new Inverse(true);

  private record Tail(boolean isUpper) implements DifferentiableFunction {

    @Override
    public double value(double[] x) {
      if (isOutside(x[0], x[1]) || !(x[2] >= 0.0 && x[2] <= 1.0)) {
        return Double.NaN;
      }
      if (x[2] == 0.0 || x[2] == 1.0) {
        return isUpper == (x[2] == 0.0) ? 1.0 : 0.0;
      }
      IncompleteBeta at = IncompleteBeta.at(x[0], x[1], x[2], 1.0 - x[2]);
      return isUpper ? at.upper() : at.lower();
    }

    @Override
    public void slopes(double[] x, double value, double[] slopes) {
      double sign = isUpper ? -1.0 : 1.0;
      if (x[2] == 0.0 || x[2] == 1.0) {
        double near = x[2] == 0.0 ? x[0] : x[1];
        double far = x[2] == 0.0 ? x[1] : x[0];
        slopes[0] = 0.0;
        slopes[1] = 0.0;
        slopes[2] = near > 1.0 ? 0.0 : near == 1.0 ? sign * far : sign * Double.POSITIVE_INFINITY;
        return;
      }
      IncompleteBeta at = IncompleteBeta.at(x[0], x[1], x[2], 1.0 - x[2]);
      slopes[0] = sign * at.slopeA();
      slopes[1] = sign * at.slopeB();
      slopes[2] = sign * at.density() / (x[2] * (1.0 - x[2]));
    }
  }

  private record Inverse(boolean isUpper) implements DifferentiableFunction {

    @Override
    public double value(double[] x) {
      double rest = 1.0 - x[2];
      return isUpper ? inverse(x[0], x[1], rest, x[2]).x : inverse(x[0], x[1], x[2], rest).x;
    }

    @Override
    public void slopes(double[] x, double value, double[] slopes) {
      double rest = 1.0 - x[2];
      Point point = isUpper ? inverse(x[0], x[1], rest, x[2]) : inverse(x[0], x[1], x[2], rest);
      double sign = isUpper ? -1.0 : 1.0;
      if (!(point.x > 0.0 && point.y > 0.0)) {
        slopes[0] = 0.0;
        slopes[1] = 0.0;
        slopes[2] = 0.0;
        return;
      }
      IncompleteBeta at = IncompleteBeta.at(x[0], x[1], point.x, point.y);
      double width = point.x * point.y / at.density();
      slopes[0] = -at.slopeA() * width;
      slopes[1] = -at.slopeB() * width;
      slopes[2] = sign * width;
    }
  }

  /** A point of the unit interval and its distance from 1, both without loss of digits. */
  public record Point(double x, double y) {}

  private static boolean isOutside(double a, double b) {
    return !(a > 0.0 && b > 0.0 && a + b < Double.POSITIVE_INFINITY);
  }

  /**
   * Returns the point with these probabilities below and above, of which the smaller one counts.
   *
   * <p>The logarithm of a tail is concave in the logit of x, so Newton's method on it converges
   * from everywhere; Halley's correction makes it faster.
   */
  public static Point inverse(double a, double b, double p, double q) {
    if (isOutside(a, b) || !(p >= 0.0 && q >= 0.0)) {
      return new Point(Double.NaN, Double.NaN);
    }
    if (p > q) {
      Point mirrored = inverse(b, a, q, p);
      return new Point(mirrored.y, mirrored.x);
    }
    if (p == 0.0) {
      return new Point(0.0, 1.0);
    }
    double target = Math.log(p);
    double logit = start(a, b, p, target);
    double x = 1.0 / (1.0 + Math.exp(-logit));
    double y = 1.0 / (1.0 + Math.exp(logit));
    for (int i = 0; i < STEPS && x > 0.0 && y > 0.0; i++) {
      IncompleteBeta at = IncompleteBeta.at(a, b, x, y);
      double tail = at.lower();
      double slope = at.density() / tail;
      double excess = Math.log(tail) - target;
      double newton = -excess / slope;
      double curvature = a * y - b * x - slope;
      double halley = newton / (1.0 + 0.5 * newton * curvature);
      double step = tail == 0.0 ? 1.0 : Math.abs(newton * curvature) < 1.0 ? halley : newton;
      double factor = Math.exp(Math.min(step, LONGEST_STEP));
      double total = y + x * factor;
      x = x * factor / total;
      y = y / total;
      if (Math.abs(step) <= 0x1p-40 || Math.abs(excess) <= 0x1p-51) {
        break;
      }
    }
    return new Point(x, y);
  }

  /** The normal quantile at the logit's mean and variance, not below I's leading term. */
  private static double start(double a, double b, double p, double target) {
    double logBeta = LogGamma.of(a) + LogGamma.of(b) - LogGamma.of(a + b);
    double leading = (target + Math.log(a) + logBeta) / a;
    if (a < 1.0 || b < 1.0) {
      return Math.min(leading, 0.0);
    }
    double mean = Digamma.of(a) - Digamma.of(b);
    double deviation = Math.sqrt(1.0 / (a - 0.5) + 1.0 / (b - 0.5));
    return Math.max(leading, mean + deviation * NormalQuantile.of(p));
  }
}
