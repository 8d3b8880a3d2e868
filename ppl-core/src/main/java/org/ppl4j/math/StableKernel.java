package org.ppl4j.math;

/**
 * The log-density of a standard stable variable in Nolan's parametrisation S0, by inversion of its
 * characteristic function:
 *
 * <pre>
 * f(x) = (1 / π) Re ∫_0^∞ exp(S(t)) dt,   S(t) = -t^α - i β g(t) - i x t,
 * g(t) = tan(πα/2) (t - t^α),   (2 / π) t log t at α = 1
 * </pre>
 *
 * <p>The integral is taken along the ray {@code t = r e^{-iφ}} on which it decays soonest, in the
 * variable log r, by Gauss–Legendre panels of a few radians. On rays into the lower half plane
 * {@code exp(-i x t)}, whose integral is imaginary, is taken off, so that the power law of a heavy
 * tail keeps its digits. Where nearly all of the integral cancels, as in a light tail, {@link
 * StableTail} has it for α from 1.5; for smaller α the density cannot be told from 0: it is clamped
 * at 1e-13 of what cancels, and its derivatives there are 0.
 *
 * <p>Source: Nolan, "Univariate Stable Distributions" (2020), chapters 1 and 3.
 */
public final class StableKernel {

  private static final double TWO_OVER_PI = 2.0 / Math.PI;
  private static final double NEGLIGIBLE = 45.0;
  private static final double UNRESOLVED = 1e-13;

  /** From this share of what cancels on {@link StableTail} has more digits. */
  private static final double LOSSY = 1e-5;

  private static final double RADIANS = 9.0;
  private static final double LONGEST = 4.0;
  private static final double SOON = 4.7;
  private static final double FARTHEST = 400.0;
  private static final double SMALL = 0.3;
  private static final double[] ANGLES = {
    Math.PI / 4, -Math.PI / 4, Math.PI / 8, -Math.PI / 8, Math.PI / 16, -Math.PI / 16, 0.0
  };

  /** log f as a function of (α, β, x). */
  public static final DifferentiableFunction LOG_DENSITY =
      new DifferentiableFunction() {
        @Override
        public double value(double[] x) {
          return isOutside(x) ? Double.NaN : new StableKernel(x).logDensity;
        }

        @Override
        public void slopes(double[] x, double value, double[] slopes) {
          StableKernel kernel = new StableKernel(x);
          slopes[0] = kernel.slopeAlpha;
          slopes[1] = kernel.slopeBeta;
          slopes[2] = kernel.slopeX;
        }
      };

  private final double alpha;
  private final double beta;
  private final double x;
  private final double epsilon;

  /** {@code y cot y} at {@code y = π (α - 1) / 2}, and its derivative in α. */
  private final double cotangent;

  private final double cotangentSlope;

  private double logDensity;
  private double density;
  private double slopeAlpha;
  private double slopeBeta;
  private double slopeX;
  private double size;

  private double cosine;
  private double sine;
  private double angle;
  private boolean isReduced;

  private StableKernel(double[] arguments) {
    alpha = arguments[0];
    double mirror = arguments[2] < 0.0 ? -1.0 : 1.0;
    beta = mirror * arguments[1];
    x = mirror * arguments[2];
    epsilon = alpha - 1.0;
    double y = 0.5 * Math.PI * epsilon;
    double s = y * y;
    if (Math.abs(y) < 0.2) {
      cotangent =
          1.0
              - s
                  * (1.0 / 3
                      + s * (1.0 / 45 + s * (2.0 / 945 + s * (1.0 / 4725 + s * 2.0 / 93555))));
      cotangentSlope =
          -Math.PI
              * y
              * (1.0 / 3 + s * (2.0 / 45 + s * (6.0 / 945 + s * (4.0 / 4725 + s * 10.0 / 93555))));
    } else {
      cotangent = y / Math.tan(y);
      double sin = Math.sin(y);
      cotangentSlope = 0.5 * Math.PI * (1.0 / Math.tan(y) - y / (sin * sin));
    }
    integrate();
    if (alpha >= StableTail.FROM && x >= 1.0 && !(density > LOSSY * size)) {
      StableTail tail = new StableTail(alpha, beta, x);
      logDensity = tail.logDensity();
      slopeAlpha = tail.slopeAlpha();
      slopeBeta = mirror * tail.slopeBeta();
      slopeX = mirror * tail.slopeX();
      return;
    }
    boolean isResolved = density > UNRESOLVED * size;
    density = isResolved ? density : Math.max(UNRESOLVED * size, Double.MIN_NORMAL);
    logDensity = Math.log(density);
    double relative = isResolved ? 1.0 / density : 0.0;
    slopeAlpha *= relative;
    slopeBeta *= mirror * relative;
    slopeX *= mirror * relative;
  }

  private static boolean isOutside(double[] x) {
    return !(x[0] > 0.0 && x[0] <= 2.0 && Math.abs(x[1]) <= 1.0 && Double.isFinite(x[2]));
  }

  private void turn(double phi) {
    angle = phi;
    cosine = Math.cos(phi);
    sine = Math.sin(phi);
    isReduced = phi > 0.0 && x >= 1.0;
  }

  private void integrate() {
    double start = -Math.log(1.0 + x);
    Point point = new Point();
    double end = Double.POSITIVE_INFINITY;
    double best = 0.0;
    for (double phi : ANGLES) {
      turn(phi);
      double own = end(point, start, end);
      if (own < end) {
        end = own;
        best = phi;
      }
      if (end < start + SOON) {
        break;
      }
    }
    turn(best);
    end = Double.isInfinite(end) ? FARTHEST : end;
    double from = start - NEGLIGIBLE / (isReduced ? Math.min(1.0 + alpha, 2.0) : 1.0);
    while (from < end) {
      point.at(from);
      double width = Math.min(LONGEST, RADIANS / (point.rate + 1e-3));
      point.at(from + width);
      width = Math.min(width, Math.max(RADIANS / (point.rate + 1e-3), 0.2 * width));
      double to = Math.min(from + width, end);
      GaussLegendre.over(from, to, (u, weight) -> point.add(u, weight));
      from = to;
    }
  }

  /** Where the integrand has died on this ray; infinite if it grows first or lives too long. */
  private double end(Point point, double start, double limit) {
    for (double u = start - 3.0; u < Math.min(limit, FARTHEST); u += 0.25) {
      point.at(u);
      if (point.real > 1.0) {
        return Double.POSITIVE_INFINITY;
      }
      double slowest = isReduced ? Math.max(point.real, -x * point.r * sine) : point.real;
      if (slowest + u - start < -NEGLIGIBLE) {
        return u;
      }
    }
    return Double.POSITIVE_INFINITY;
  }

  /**
   * The integrand at a point of the ray; complex numbers are pairs of a real and an imaginary part.
   */
  private final class Point {

    private double r;
    private double real;
    private double imaginary;
    private double rate;
    private double powerRe;
    private double powerIm;
    private double gRe;
    private double gIm;
    private double gSlopeRe;
    private double gSlopeIm;

    private void at(double u) {
      r = Math.exp(u);
      double tRe = r * cosine;
      double tIm = -r * sine;
      // e = expm1(ε L) and d = e / ε with L = log t; dd is the derivative of d in ε.
      double lRe = u;
      double lIm = -angle;
      double elRe = epsilon * lRe;
      double elIm = epsilon * lIm;
      double growth = Math.exp(elRe);
      double half = Math.sin(0.5 * elIm);
      double eRe = Math.expm1(elRe) * Math.cos(elIm) - 2.0 * half * half;
      double eIm = growth * Math.sin(elIm);
      powerRe = tRe * (1.0 + eRe) - tIm * eIm;
      powerIm = tRe * eIm + tIm * (1.0 + eRe);
      double dRe;
      double dIm;
      double ddRe;
      double ddIm;
      if (Math.hypot(elRe, elIm) < SMALL) {
        double aRe = 0.0;
        double aIm = 0.0;
        double bRe = 0.0;
        double bIm = 0.0;
        double factorial = 1.0 / 1307674368000.0; // 1 / 15!
        for (int k = 14; k >= 0; k--) {
          // coefficients 1 / (k+1)! of d / L, and (k+1) / (k+2)! of dd / L²
          double c = factorial;
          double next = aRe * elRe - aIm * elIm + c;
          aIm = aRe * elIm + aIm * elRe;
          aRe = next;
          double b = (k + 1) * c / (k + 2);
          double nextB = bRe * elRe - bIm * elIm + b;
          bIm = bRe * elIm + bIm * elRe;
          bRe = nextB;
          factorial *= k + 1;
        }
        dRe = aRe * lRe - aIm * lIm;
        dIm = aRe * lIm + aIm * lRe;
        double sRe = lRe * lRe - lIm * lIm;
        double sIm = 2.0 * lRe * lIm;
        ddRe = bRe * sRe - bIm * sIm;
        ddIm = bRe * sIm + bIm * sRe;
      } else {
        dRe = eRe / epsilon;
        dIm = eIm / epsilon;
        ddRe = (lRe * (1.0 + eRe) - lIm * eIm - dRe) / epsilon;
        ddIm = (lRe * eIm + lIm * (1.0 + eRe) - dIm) / epsilon;
      }
      gRe = TWO_OVER_PI * cotangent * (tRe * dRe - tIm * dIm);
      gIm = TWO_OVER_PI * cotangent * (tRe * dIm + tIm * dRe);
      double hRe = cotangentSlope * dRe + cotangent * ddRe;
      double hIm = cotangentSlope * dIm + cotangent * ddIm;
      gSlopeRe = TWO_OVER_PI * (tRe * hRe - tIm * hIm);
      gSlopeIm = TWO_OVER_PI * (tRe * hIm + tIm * hRe);
      // S less -i x t, which is x tIm - i x tRe
      double restRe = -powerRe + beta * gIm;
      double restIm = -powerIm - beta * gRe;
      real = restRe + x * tIm;
      imaginary = restIm - x * tRe;
      double power = Math.hypot(powerRe, powerIm);
      rate = x * r + 2.0 * power + Math.abs(beta) * (2.0 * Math.hypot(gRe, gIm) + r);
      rest0 = restRe;
      rest1 = restIm;
    }

    private double rest0;
    private double rest1;

    private void add(double u, double weight) {
      at(u);
      double tRe = r * cosine;
      double tIm = -r * sine;
      double scale = weight / Math.PI;
      double magnitude = Math.exp(real);
      double eRe = magnitude * Math.cos(imaginary);
      double eIm = magnitude * Math.sin(imaginary);
      double qRe = eRe;
      double qIm = eIm;
      if (isReduced) {
        double shrink = Math.exp(x * tIm);
        double bRe = shrink * Math.cos(x * tRe);
        double bIm = -shrink * Math.sin(x * tRe);
        double half = Math.sin(0.5 * rest1);
        double mRe = Math.expm1(rest0) * Math.cos(rest1) - 2.0 * half * half;
        double mIm = Math.exp(rest0) * Math.sin(rest1);
        qRe = bRe * mRe - bIm * mIm;
        qIm = bRe * mIm + bIm * mRe;
      }
      // times t du
      double vRe = qRe * tRe - qIm * tIm;
      double vIm = qRe * tIm + qIm * tRe;
      density += scale * vRe;
      size += scale * Math.hypot(vRe, vIm);
      // ∂S/∂x = -i t
      slopeX += scale * (vRe * tIm + vIm * tRe);
      double wRe = eRe * tRe - eIm * tIm;
      double wIm = eRe * tIm + eIm * tRe;
      // ∂S/∂β = -i g
      slopeBeta += scale * (wRe * gIm + wIm * gRe);
      // ∂S/∂α = -t^α L - i β ∂g/∂α
      double aRe = -(powerRe * u + powerIm * angle) + beta * gSlopeIm;
      double aIm = -(powerIm * u - powerRe * angle) - beta * gSlopeRe;
      slopeAlpha += scale * (wRe * aRe - wIm * aIm);
    }
  }
}
