package org.ppl4j.tensor;

import java.util.Arrays;
import org.ppl4j.internal.math.DifferentiableFunction;
import org.ppl4j.internal.math.GaussLegendre;
import org.ppl4j.internal.math.NormalQuantile;

/**
 * The von Mises distribution on the host: the distribution function of an angle with mean 0, its
 * inverse, their derivatives and draws.
 *
 * <p>The density is {@code f(x) = exp(-2 κ sin²(x/2)) / Z}. All integrals are Gauss–Legendre sums
 * over where the integrand is not negligible, of integrands of one sign: the tail {@code F(x)},
 * {@code x <= 0}, of f from −π, as f(x) times an integral of what f shrinks by; and {@code ∂F/∂κ =
 * ∫ (cos t - A) f(t) dt}, {@code A = I_1(κ) / I_0(κ)}, from −π where cos x is below A, else from x
 * to 0, since {@code F(0) = 1/2}.
 */
final class VonMisesKernel {

  private static final double NEGLIGIBLE = 42.0;
  private static final double TWO_PI = 2.0 * Math.PI;
  private static final double UNIFORM_BELOW = 1e-5;
  private static final double NORMAL_FROM = 1e8;
  private static final int STEPS = 200;
  private static final double[] TAIL = {0.0, 0.03, 0.12, 0.3, 0.6, 1.0};
  private static final double[] MIDDLE = {0.0, 0.2, 0.4, 0.6, 0.8, 1.0};

  /** The probability below x as a function of (x, κ). */
  static final DifferentiableFunction CDF =
      new DifferentiableFunction() {
        @Override
        public double value(double[] x) {
          return isOutside(x[1]) ? Double.NaN : new VonMisesKernel(x[1]).cdf(x[0]);
        }

        @Override
        public void slopes(double[] x, double value, double[] slopes) {
          VonMisesKernel kernel = new VonMisesKernel(x[1]);
          slopes[0] = kernel.density(x[0]);
          slopes[1] = kernel.slope(x[0]);
        }
      };

  /** The x of a probability as a function of (p, κ). */
  static final DifferentiableFunction INVERSE =
      new DifferentiableFunction() {
        @Override
        public double value(double[] x) {
          return isOutside(x[1]) ? Double.NaN : new VonMisesKernel(x[1]).inverse(x[0]);
        }

        @Override
        public void slopes(double[] x, double value, double[] slopes) {
          VonMisesKernel kernel = new VonMisesKernel(x[1]);
          double density = kernel.density(value);
          double slope = kernel.slope(value);
          slopes[0] = 1.0 / density;
          slopes[1] = slope == 0.0 ? 0.0 : -slope / density;
        }
      };

  /** The logarithm of the probability from −π to x as a function of (x, μ, κ). */
  static final DifferentiableFunction LOG_CDF =
      new DifferentiableFunction() {
        @Override
        public double value(double[] x) {
          return isOutside(x[2])
              ? Double.NaN
              : new VonMisesKernel(x[2]).between(-Math.PI - x[1], x[0] - x[1]).value();
        }

        @Override
        public void slopes(double[] x, double value, double[] slopes) {
          if (Double.isInfinite(value)) {
            Arrays.fill(slopes, 0.0);
            return;
          }
          VonMisesKernel kernel = new VonMisesKernel(x[2]);
          double from = -Math.PI - x[1];
          double to = x[0] - x[1];
          slopes[0] = Math.exp(kernel.logDensity(to) - value);
          slopes[1] = Math.exp(kernel.logDensity(from) - value) - slopes[0];
          slopes[2] = kernel.between(from, to).slope();
        }
      };

  /** {@code 1 - A} as a function of κ, and its derivative, minus the variance of the versine. */
  static final DifferentiableFunction VARIANCE =
      new DifferentiableFunction() {
        @Override
        public double value(double[] x) {
          return isOutside(x[0]) ? Double.NaN : new VonMisesKernel(x[0]).gap();
        }

        @Override
        public void slopes(double[] x, double value, double[] slopes) {
          slopes[0] = -new VonMisesKernel(x[0]).varianceOfVersine();
        }
      };

  private final double kappa;
  private final double end;
  private double normalizer;

  /** {@code (1 - A) Z}. */
  private double spread;

  /** Of a concentration that is not negative. */
  VonMisesKernel(double kappa) {
    this.kappa = Math.abs(kappa); // not −0
    double cut = 0.5 * NEGLIGIBLE / this.kappa;
    this.end = cut < 1.0 ? 2.0 * Math.asin(Math.sqrt(cut)) : Math.PI;
    GaussLegendre.over(
        0.0,
        end,
        MIDDLE,
        (t, weight) -> {
          double excess = versine(t);
          double part = 2.0 * weight * Math.exp(-this.kappa * excess);
          normalizer += part;
          spread += excess * part;
        });
  }

  private double gap() {
    return spread / normalizer;
  }

  private double varianceOfVersine() {
    double gap = gap();
    double[] sum = {0.0};
    GaussLegendre.over(
        0.0,
        end,
        MIDDLE,
        (t, weight) -> {
          double rest = versine(t) - gap;
          sum[0] += 2.0 * weight * rest * rest * Math.exp(-kappa * versine(t));
        });
    return sum[0] / normalizer;
  }

  private static boolean isOutside(double kappa) {
    return !(kappa >= 0.0 && kappa < Double.POSITIVE_INFINITY);
  }

  /** {@code 1 - cos t}. */
  private static double versine(double t) {
    double sine = Math.sin(0.5 * t);
    return 2.0 * sine * sine;
  }

  double density(double x) {
    return Math.exp(logDensity(x));
  }

  private double logDensity(double x) {
    return -kappa * versine(x) - Math.log(normalizer);
  }

  /** The probability from −π to x, and 1 more for each turn. */
  double cdf(double x) {
    double turns = Math.floor((x + Math.PI) / TWO_PI);
    double z = turns == 0.0 ? x : x - TWO_PI * turns;
    double half = z > 0.0 ? 1.0 - tail(-z) : tail(z);
    return turns == 0.0 ? half : turns + half;
  }

  /** F of x from −π to 0. */
  private double tail(double x) {
    double[] sum = {0.0};
    overTail(x, (s, share) -> sum[0] += share);
    return density(x) * sum[0];
  }

  /** A logarithm of a probability and its derivative in κ. */
  private record Logarithm(double value, double slope) {

    /** That of the sum of both, weighted with these factors. */
    Logarithm plus(Logarithm other, double sign) {
      double top = Math.max(value, other.value);
      double own = Math.exp(value - top);
      double more = sign * Math.exp(other.value - top);
      double sum = own + more;
      return new Logarithm(top + Math.log(sum), (own * slope + more * other.slope) / sum);
    }
  }

  /** Of F at an angle from −π to π. */
  private Logarithm logarithm(double x) {
    if (x > 0.0) {
      double rest = tail(-x);
      return new Logarithm(Math.log1p(-rest), slope(x) / (1.0 - rest));
    }
    double gap = gap();
    double[] sums = {0.0, 0.0};
    overTail(
        x,
        (s, share) -> {
          sums[0] += share;
          sums[1] += (gap - versine(x - s)) * share;
        });
    double slope = sums[0] == 0.0 ? 0.0 : sums[1] / sums[0];
    return new Logarithm(logDensity(x) + Math.log(sums[0]), slope);
  }

  /**
   * Of the probability from one angle to another at most a turn later, of which no difference is
   * taken but of the tails on one side of 0.
   */
  private Logarithm between(double from, double to) {
    if (!(to > from)) {
      double value = Double.isNaN(to - from) ? Double.NaN : Double.NEGATIVE_INFINITY;
      return new Logarithm(value, 0.0);
    }
    double turn = TWO_PI * Math.floor((from + Math.PI) / TWO_PI);
    double a = from - turn;
    double b = to - turn;
    if (b > Math.PI) {
      return logarithm(b - TWO_PI).plus(logarithm(-a), 1.0);
    }
    if (a >= 0.0) {
      return logarithm(-a).plus(logarithm(-b), -1.0);
    }
    return logarithm(b).plus(logarithm(a), -1.0);
  }

  /** Hands over how far left of x a node is, and its weight times what f shrinks by. */
  private void overTail(double x, GaussLegendre.Sum sum) {
    double sine = Math.sin(0.5 * x);
    double farthest = sine * sine + 0.5 * NEGLIGIBLE / kappa; // of sin², where f is negligible
    double end = x + (farthest < 1.0 ? 2.0 * Math.asin(Math.sqrt(farthest)) : Math.PI);
    GaussLegendre.over(
        0.0,
        Math.max(end, 0.0),
        TAIL,
        (s, weight) ->
            sum.add(
                s, weight * Math.exp(kappa * (2.0 * Math.sin(x - 0.5 * s) * Math.sin(0.5 * s)))));
  }

  /** ∂F/∂κ at x. */
  double slope(double x) {
    double z = x - TWO_PI * Math.floor((x + Math.PI) / TWO_PI);
    double left = -Math.abs(z);
    double gap = gap();
    double[] sum = {0.0};
    if (versine(left) > gap) {
      overTail(left, (s, share) -> sum[0] += (gap - versine(left - s)) * share);
      sum[0] *= density(left);
    } else {
      GaussLegendre.over(
          left, 0.0, MIDDLE, (t, weight) -> sum[0] -= weight * (gap - versine(t)) * density(t));
    }
    return z > 0.0 ? -sum[0] : sum[0];
  }

  /** The x with {@code cdf(x) = p}. */
  double inverse(double p) {
    double turns = Math.floor(p);
    double rest = p - turns;
    double x = rest <= 0.5 ? left(rest) : -left(1.0 - rest);
    return turns == 0.0 ? x : x + TWO_PI * turns;
  }

  /** Newton's method on log F, by bisection where that leaves the bracket. */
  private double left(double p) {
    if (p == 0.0 || Double.isNaN(p)) {
      return p == 0.0 ? -Math.PI : p;
    }
    double low = -Math.PI;
    double high = 0.0;
    double target = Math.log(p);
    double normal = NormalQuantile.of(p) / Math.sqrt(kappa);
    double x = kappa > 2.0 && normal > -2.0 ? normal : Math.PI * (2.0 * p - 1.0);
    for (int i = 0; i < STEPS; i++) {
      double tail = tail(x);
      double excess = Math.log(tail) - target;
      if (excess > 0.0) {
        high = x;
      } else {
        low = x;
      }
      double step = -excess * tail / density(x);
      double next = x + step;
      if (!(next >= low && next <= high)) {
        next = 0.5 * (low + high);
      }
      boolean isSettled = Math.abs(step) <= 0x1p-51 * Math.abs(x) || high - low == 0.0;
      x = next;
      if (isSettled || Math.abs(excess) <= 0x1p-51) {
        break;
      }
    }
    return x;
  }

  /**
   * Returns a draw, by rejection from a wrapped Cauchy distribution; NaN for a concentration that
   * is negative or not finite. Beyond 1e8 the normal distribution is as close as can be seen.
   *
   * <p>Source: Best, Fisher, "Efficient simulation of the von Mises distribution" (1979).
   */
  static double draw(Rng rng, double concentration) {
    if (isOutside(concentration)) {
      return Double.NaN;
    }
    double kappa = Math.abs(concentration); // not −0
    if (kappa >= NORMAL_FROM) {
      return rng.nextNormal() / Math.sqrt(kappa);
    }
    double tau = 1.0 + Math.sqrt(1.0 + 4.0 * kappa * kappa);
    double rho = (tau - Math.sqrt(2.0 * tau)) / (2.0 * kappa);
    double r = kappa < UNIFORM_BELOW ? 1.0 / kappa + kappa : (1.0 + rho * rho) / (2.0 * rho);
    while (true) {
      double z = Math.cos(Math.PI * rng.nextUniform());
      double f = r > 1e300 ? z : (1.0 + r * z) / (r + z);
      double c = kappa * (r - f);
      double u = rng.nextUniform();
      boolean isAccepted = r > 1e300 || c * (2.0 - c) > u || Math.log(c / u) + 1.0 >= c;
      if (isAccepted) {
        double angle = Math.acos(Math.max(-1.0, Math.min(f, 1.0)));
        return rng.nextUniform() < 0.5 ? -angle : angle;
      }
    }
  }

  /** The derivative in κ of a draw at its quantile. */
  static double derivative(double kappa, double x) {
    VonMisesKernel kernel = new VonMisesKernel(kappa);
    double slope = kernel.slope(x);
    return slope == 0.0 ? 0.0 : -slope / kernel.density(x);
  }
}
