package org.ppl4j.tensor;

import ai.djl.ndarray.NDArray;
import org.ppl4j.internal.math.DifferentiableFunction;
import org.ppl4j.internal.math.Digamma;
import org.ppl4j.internal.math.SaddlePoint;
import org.ppl4j.tensor.internal.table.CountTerms;

/**
 * Sums over the values of a beta-binomial variable, from ratios of neighbouring masses:
 *
 * <p>p(j + 1) / p(j) = (n − j) / (j + 1) · (j + a) / (n − j − 1 + b).
 *
 * <p>They end where the rest is negligible, and have up to n + 1 terms if a or b is small; of more
 * than 2³¹ trials they are NaN. First derivatives are those in a and b.
 */
public final class BetaBinomialSums {

  static final DifferentiableFunction LOG_LOWER = new LogTail(false);
  static final DifferentiableFunction LOG_UPPER = new LogTail(true);
  static final DifferentiableFunction ENTROPY = new Entropy();

  private static final double NEGLIGIBLE = 0x1p-60;
  private static final double LARGE = 0x1p800;

  /** Sums of more terms take too long. */
  private static final double MOST = 0x1p31;

  /** Of a tail that is more likely than the half the complement is summed. */
  private static final double LOG_HALF = -Math.log(2.0);

  private BetaBinomialSums() {}

  /**
   * The logarithm of the probability of at most k.
   *
   * @param a positive
   * @param b positive
   * @param n a whole number, not negative
   * @param k a whole number
   */
  public static NDArray logLower(NDArray a, NDArray b, NDArray n, NDArray k) {
    return HostFunction.apply(LOG_LOWER, a, b, n, k);
  }

  /** The logarithm of the probability of more than k, as {@link #logLower}. */
  public static NDArray logUpper(NDArray a, NDArray b, NDArray n, NDArray k) {
    return HostFunction.apply(LOG_UPPER, a, b, n, k);
  }

  /** The entropy in nats, as {@link #logLower}. */
  public static NDArray entropy(NDArray a, NDArray b, NDArray n) {
    return HostFunction.apply(ENTROPY, a, b, n);
  }

  private static boolean isOutside(double[] x) {
    boolean isCount = x[2] >= 0.0 && x[2] <= MOST && x[2] == Math.floor(x[2]);
    return !(x[0] > 0.0 && x[1] > 0.0 && isCount && x[0] + x[1] < 1e300);
  }

  /** Pólya's mass of two kinds, without the cancellation of logarithms of factorials. */
  private static double logMass(double a, double b, double n, double k) {
    double prior = a + b;
    return CountTerms.logFactorialRest(prior)
        - CountTerms.logFactorialRest(prior + n)
        + Math.log1p(n / prior)
        + CountTerms.logFactorialRest(n)
        - part(k, a, n, prior)
        - part(n - k, b, n, prior);
  }

  private static double part(double k, double a, double n, double prior) {
    double share = (k + a) / (n + prior);
    return CountTerms.logFactorialRest(k)
        + CountTerms.logFactorialRest(a)
        - CountTerms.logFactorialRest(k + a)
        + (k == 0.0 ? n * share : SaddlePoint.deviance(k, n * share))
        + SaddlePoint.deviance(a, prior * share)
        + (k == 0.0 ? 0.0 : Math.log1p(k / a));
  }

  /** The masses from one value upwards, each in units of the first, and their sum so far. */
  private static final class Sweep {

    private final double a;
    private final double b;
    private final double n;
    private double j;
    private double mass = 1.0;
    private double logUnit;
    private double slopeA;
    private double slopeB;
    private double sum;
    private double sumA;
    private double sumB;

    Sweep(double a, double b, double n, double first) {
      this.a = a;
      this.b = b;
      this.n = n;
      this.j = first;
      this.logUnit = logMass(a, b, n, first);
      double ofBoth = Digamma.difference(a + b, n);
      this.slopeA = Digamma.difference(a, first) - ofBoth;
      this.slopeB = Digamma.difference(b, n - first) - ofBoth;
    }

    /** Adds the mass; goes to the next one unless what is left is negligible. */
    boolean next() {
      sum += mass;
      sumA += mass * slopeA;
      sumB += mass * slopeB;
      if (j >= n || isNegligible()) {
        return false;
      }
      double below = n - j - 1.0 + b;
      slopeA += 1.0 / (j + a);
      slopeB -= 1.0 / below;
      mass *= (n - j) / (j + 1.0) * ((j + a) / below);
      j += 1.0;
      if (sum > LARGE) {
        scale();
      }
      return true;
    }

    /** For b of at least 1 no later ratio is above a bound of this one: a geometric series. */
    private boolean isNegligible() {
      double ratio = (n - j) / (n - j - 1.0 + b) * Math.max(1.0, (j + a) / (j + 1.0));
      return b >= 1.0 && ratio < 1.0 && mass * ratio <= NEGLIGIBLE * sum * (1.0 - ratio);
    }

    private void scale() {
      mass /= LARGE;
      sum /= LARGE;
      sumA /= LARGE;
      sumB /= LARGE;
      logUnit += Math.log(LARGE);
    }

    double log() {
      return logUnit + Math.log(mass);
    }
  }

  /** The logarithm of a tail and its derivatives. */
  private record Tail(double log, double slopeA, double slopeB) {

    private static final Tail NONE = new Tail(Double.NEGATIVE_INFINITY, 0.0, 0.0);
    private static final Tail ALL = new Tail(0.0, 0.0, 0.0);

    /** That above k. */
    static Tail of(double a, double b, double n, double k) {
      if (k < 0.0 || k >= n) {
        return k < 0.0 ? ALL : NONE;
      }
      double mean = n * (a / (a + b));
      Tail first = k < mean ? below(a, b, n, k) : above(a, b, n, k);
      if (first.log <= LOG_HALF) {
        return k < mean ? first.complement() : first;
      }
      return k < mean ? above(a, b, n, k) : below(a, b, n, k).complement();
    }

    private static Tail above(double a, double b, double n, double k) {
      Sweep sweep = new Sweep(a, b, n, k + 1.0);
      boolean more = true;
      while (more) {
        more = sweep.next();
      }
      return new Tail(
          sweep.logUnit + Math.log(sweep.sum), sweep.sumA / sweep.sum, sweep.sumB / sweep.sum);
    }

    private static Tail below(double a, double b, double n, double k) {
      return above(b, a, n, n - k - 1.0).mirrored();
    }

    Tail mirrored() {
      return new Tail(log, slopeB, slopeA);
    }

    private Tail complement() {
      double odds = Math.exp(log) / -Math.expm1(log);
      return new Tail(Math.log1p(-Math.exp(log)), -odds * slopeA, -odds * slopeB);
    }
  }

  private record LogTail(boolean isUpper) implements DifferentiableFunction {

    @Override
    public double value(double[] x) {
      return isOutside(x) ? Double.NaN : tail(x).log;
    }

    @Override
    public void slopes(double[] x, double value, double[] slopes) {
      Tail tail = tail(x);
      slopes[0] = tail.slopeA;
      slopes[1] = tail.slopeB;
      slopes[2] = 0.0;
      slopes[3] = 0.0;
    }

    private Tail tail(double[] x) {
      return isUpper
          ? Tail.of(x[0], x[1], x[2], Math.floor(x[3]))
          : Tail.of(x[1], x[0], x[2], x[2] - Math.floor(x[3]) - 1.0).mirrored();
    }
  }

  private record Entropy() implements DifferentiableFunction {

    @Override
    public double value(double[] x) {
      return isOutside(x) ? Double.NaN : sums(x)[0];
    }

    @Override
    public void slopes(double[] x, double value, double[] slopes) {
      double[] sums = sums(x);
      slopes[0] = sums[1];
      slopes[1] = sums[2];
      slopes[2] = 0.0;
    }

    /** The entropy and its derivatives, from the largest mass to both sides. */
    private static double[] sums(double[] x) {
      double a = x[0];
      double b = x[1];
      double n = x[2];
      double[] sums = new double[3];
      double largest = a < 1.0 ? 0.0 : b < 1.0 ? n : mode(a, b, n);
      add(new Sweep(a, b, n, largest), sums, 1, 2);
      if (largest > 0.0) {
        add(new Sweep(b, a, n, n - largest + 1.0), sums, 2, 1);
      }
      return sums;
    }

    private static double mode(double a, double b, double n) {
      return a + b > 2.0 ? Math.min(n, Math.floor((n + 1.0) * ((a - 1.0) / (a + b - 2.0)))) : 0.0;
    }

    private static void add(Sweep sweep, double[] sums, int ofA, int ofB) {
      boolean more = true;
      while (more) {
        double log = sweep.log();
        double term = Math.exp(log) * log;
        if (term != 0.0) {
          sums[0] -= term;
          sums[ofA] -= term * sweep.slopeA;
          sums[ofB] -= term * sweep.slopeB;
        }
        more = sweep.next();
      }
    }
  }
}
