package org.ppl4j.internal.math;

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
 * at 1e-13 of what cancels, and its derivatives there are 0. {@link StableSeries} has it for α up
 * to 0.1, but close to 0.
 *
 * <p>Source: Nolan, "Univariate Stable Distributions" (2020), chapters 1 and 3.
 */
public final class StableKernel {

  private static final double TWO_OVER_PI = 2.0 / Math.PI;
  private static final double NEGLIGIBLE = 45.0;
  private static final double UNRESOLVED = 1e-13;

  /** From this share of what cancels on {@link StableTail} has more digits. */
  private static final double LOSSY = 1e-5;

  /** From this α log x on the rest of a heavy tail is a rounding. */
  private static final double POWER_LAW_FROM = 40.0;

  private static final double RADIANS = 9.0;
  private static final double LONGEST = 4.0;

  /** So that there is an end to the panels. */
  private static final double SHORTEST = 0.01;

  private static final double SOON = 4.7;
  private static final double FARTHEST = 700.0;
  private static final double SMALL = 0.3;
  private static final double[] ANGLES = {
    Math.PI / 4, -Math.PI / 4, Math.PI / 8, -Math.PI / 8, Math.PI / 16, -Math.PI / 16, 0.0
  };

  /** log f as a function of (α, β, x); −∞ at infinite x. */
  public static final DifferentiableFunction LOG_DENSITY =
      new DifferentiableFunction() {
        @Override
        public double value(double[] x) {
          if (!(x[0] > 0.0 && x[0] <= 2.0 && Math.abs(x[1]) <= 1.0)) {
            return Double.NaN;
          }
          return Double.isInfinite(x[2]) ? Double.NEGATIVE_INFINITY : at(x)[0];
        }

        @Override
        public void slopes(double[] x, double value, double[] slopes) {
          double[] all = Double.isInfinite(x[2]) ? new double[4] : at(x);
          System.arraycopy(all, 1, slopes, 0, slopes.length);
        }
      };

  private final double alpha;
  private final double beta;
  private final double x;
  private final double epsilon;

  /** {@code y cot y} at {@code y = π (α - 1) / 2}, and its derivative in α. */
  private final double cotangent;

  private final double cotangentSlope;

  private double density;
  private double slopeAlpha;
  private double slopeBeta;
  private double slopeX;
  private double size;

  private double cosine;
  private double sine;
  private double angle;
  private boolean isReduced;

  /** log f and its derivatives in (α, β, x). */
  private static double[] at(double[] arguments) {
    double alpha = arguments[0];
    double mirror = arguments[2] < 0.0 ? -1.0 : 1.0;
    double[] all = mirrored(alpha, mirror * arguments[1], mirror * arguments[2]);
    all[2] *= mirror;
    all[3] *= mirror;
    return all;
  }

  /** The same for an x that is not negative. */
  private static double[] mirrored(double alpha, double beta, double x) {
    if (StableSeries.holds(alpha, beta, x)) {
      return new StableSeries(alpha, beta, x).all();
    }
    if (alpha < 2.0 && beta > -1.0 && alpha * Math.log(x) > POWER_LAW_FROM) {
      return powerLaw(alpha, beta, x);
    }
    StableKernel kernel = new StableKernel(alpha, beta, x);
    boolean isTail = alpha >= StableTail.FROM && x >= 1.0;
    return isTail && !(kernel.density > LOSSY * kernel.size)
        ? new StableTail(alpha, beta, x).all()
        : kernel.all();
  }

  /** What a heavy tail tends to: {@code Γ(α + 1) sin(πα/2) (1 + β) / π x^(-α-1)}. */
  private static double[] powerLaw(double alpha, double beta, double x) {
    double y = 0.5 * Math.PI * (2.0 - alpha);
    double logX = Math.log(x);
    double size = Math.sin(y) * (1.0 + beta) / Math.PI;
    return new double[] {
      LogGamma.ofOnePlus(alpha) + Math.log(size) - (alpha + 1.0) * logX,
      Digamma.of(alpha + 1.0) - 0.5 * Math.PI / Math.tan(y) - logX,
      1.0 / (1.0 + beta),
      -(alpha + 1.0) / x
    };
  }

  private StableKernel(double alpha, double beta, double x) {
    this.alpha = alpha;
    this.beta = beta;
    this.x = x;
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
  }

  private double[] all() {
    boolean isResolved = density > UNRESOLVED * size;
    double clamped = isResolved ? density : Math.max(UNRESOLVED * size, Double.MIN_NORMAL);
    double relative = isResolved ? 1.0 / density : 0.0;
    return new double[] {
      Math.log(clamped), slopeAlpha * relative, slopeBeta * relative, slopeX * relative
    };
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
    double to;
    for (; from < end; from = to) {
      point.at(from);
      double width = Math.min(LONGEST, RADIANS / (point.rate + 1e-3));
      point.at(from + width);
      width = Math.min(width, Math.max(RADIANS / (point.rate + 1e-3), 0.2 * width));
      to = Math.min(from + Math.max(width, SHORTEST), end);
      GaussLegendre.over(from, to, (u, weight) -> point.add(u, weight));
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
