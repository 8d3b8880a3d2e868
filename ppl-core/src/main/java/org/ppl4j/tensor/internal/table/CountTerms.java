package org.ppl4j.tensor.internal.table;

import static org.ppl4j.tensor.internal.table.Expression.number;
import static org.ppl4j.tensor.internal.table.Expression.where;

import com.google.common.collect.ImmutableList;
import java.util.function.IntToDoubleFunction;
import org.ppl4j.internal.math.LogGamma;
import org.ppl4j.internal.math.SaddlePoint;

/**
 * What log-probabilities of counts are made of. Each is exact where the logarithms of factorials,
 * which are as large as {@code n log n}, would cancel: what they leave of {@code log n!} is small,
 * and a deviance is 0 where a count is at its mean and infinite for an infinite count. No branch
 * sees an argument that is not its own, so that gradients are finite at counts of 0.
 *
 * <p>Source: Loader, "Fast and accurate computation of binomial probabilities" (2000).
 */
public final class CountTerms {

  /** From here on six terms of Stirling's series (DLMF 5.11.1) have all digits. */
  private static final double SERIES_FROM = 16;

  private static final double HALF_LOG_TWO_PI = 0.9189385332046728;

  /** Stirling's series in odd powers of 1 / x, the last term first (DLMF 5.11.1). */
  private static final double[] STIRLING = {
    1 / 1188.0, -1 / 1680.0, 1 / 1260.0, -1 / 360.0, 1 / 12.0
  };

  /** The series of {@code log Γ(x + 1/2) - log Γ(x) - log(x) / 2} in odd powers of 1 / x. */
  public static final ImmutableList<Double> HALF_STEP =
      ImmutableList.of(
          -1 / 8.0,
          1 / 192.0,
          -1 / 640.0,
          17 / 14336.0,
          -31 / 18432.0,
          691 / 180224.0,
          -5461 / 425984.0); // DLMF 5.11.8

  /** How far a count may be from its mean, as a share of it, for its deviance to be by log1p. */
  private static final double BELOW = -0.75;

  private static final double ABOVE = 15;

  private CountTerms() {}

  // --- logarithms of gamma functions

  /** {@code log a! - a (log a - 1)}. */
  static Expression logFactorialRest(Expression a) {
    Expression large = a.atLeast(SERIES_FROM);
    Expression r = large.square().reciprocal();
    Expression series = number(STIRLING[0]);
    for (int i = 1; i < STIRLING.length; i++) {
      series = r.mul(series).add(STIRLING[i]);
    }
    Expression upper = series.div(large).add(large.log().mul(0.5)).add(HALF_LOG_TWO_PI);
    Expression small = a.atMost(SERIES_FROM);
    Expression power = small.mul(where(small.gt(0), small, 1).log().sub(1));
    Expression lower = Op.LGAMMA.of(small.add(1)).sub(power);
    return where(a.gt(SERIES_FROM), upper, lower);
  }

  /** The same of a number. */
  public static double logFactorialRest(double x) {
    if (x > SERIES_FROM) {
      return SaddlePoint.stirlingSeries(x) + 0.5 * Math.log(x) + HALF_LOG_TWO_PI;
    }
    return LogGamma.of(x + 1) - x * (Math.log(x > 0 ? x : 1) - 1);
  }

  /**
   * {@code log Γ(a + 1/2) - log Γ(a) - log(a) / 2}, above 16 by the difference of Stirling's series
   * (DLMF 5.11.8).
   */
  static Expression logGammaHalfStep(Expression a) {
    Expression large = a.atLeast(SERIES_FROM);
    Expression upper = halfStepSeries(large, k -> 1).div(large);
    Expression small = a.atMost(SERIES_FROM);
    Expression step = Op.LGAMMA.of(small.add(0.5)).sub(Op.LGAMMA.of(small));
    return where(a.gt(SERIES_FROM), upper, step.sub(small.log().mul(0.5)));
  }

  /** {@code ψ(a + 1/2) - ψ(a)}, above 16 by the derivative of the same series. */
  static Expression digammaHalfStep(Expression a) {
    Expression large = a.atLeast(SERIES_FROM);
    Expression r = large.square().reciprocal();
    Expression upper = halfStepSeries(large, k -> -(2 * k + 1)).mul(r).add(number(0.5).div(large));
    Expression small = a.atMost(SERIES_FROM);
    Expression lower = Op.DIGAMMA.of(small.add(0.5)).sub(Op.DIGAMMA.of(small));
    return where(a.gt(SERIES_FROM), upper, lower);
  }

  /** The series in even powers, each term times a factor. */
  private static Expression halfStepSeries(Expression large, IntToDoubleFunction factor) {
    Expression r = large.square().reciprocal();
    int last = HALF_STEP.size() - 1;
    Expression series = number(factor.applyAsDouble(last) * HALF_STEP.get(last));
    for (int k = last - 1; k >= 0; k--) {
      series = series.mul(r).add(factor.applyAsDouble(k) * HALF_STEP.get(k));
    }
    return series;
  }

  // --- deviances

  /** {@code count log(count / mean) - (count - mean)}; the mean for a count of 0. */
  static Expression deviance(Expression count, Expression mean) {
    Near near = new Near(count, mean);
    return deviance(near, where(near.isFarCount(), mean, 1).log());
  }

  /** The same where the logarithm of the mean is known. */
  static Expression devianceOfLog(Expression count, Expression mean, Expression logMean) {
    Near near = new Near(count, mean);
    return deviance(near, where(near.isFarCount(), logMean, 0));
  }

  private static Expression deviance(Near near, Expression logMean) {
    Expression apart = where(near.isFarCount(), near.count, 1).log().sub(logMean);
    Expression power = near.count.mul(where(near.is, near.log, apart.sub(1)));
    return power.add(where(near.is, near.apart.neg(), near.mean));
  }

  /** The same plus the logarithm of the mean; at a mean of 0 that of {@code (1 - k) log m}. */
  static Expression devianceAndLog(Expression count, Expression mean) {
    Near near = new Near(count, mean);
    Expression close = count.mul(near.log).add(where(near.is, mean, 1).log());
    Expression far = where(near.is, 1, count);
    Expression edge = mean.eq(0).and(count.eq(1));
    Expression power = far.sub(1).mul(where(near.is.or(edge), 1, mean).log());
    return where(near.is, close, far.mul(far.log()).sub(power)).sub(near.apart);
  }

  /** A count that may be near to its mean, where the logarithm of their ratio is by log1p. */
  private static final class Near {

    private final Expression count;
    private final Expression mean;
    private final Expression apart;
    private final Expression is;
    private final Expression log;

    Near(Expression count, Expression mean) {
      this.count = count;
      this.mean = mean;
      this.apart = count.sub(mean);
      this.is = apart.gt(mean.mul(BELOW)).and(apart.lt(mean.mul(ABOVE)));
      this.log = Op.LOG1P.of(where(is, apart, 0).div(where(is, mean, 1)));
    }

    Expression isFarCount() {
      return count.gt(0).and(is.not());
    }
  }

  // --- the same of numbers, for which only one of the branches is computed

  private static boolean isNear(double count, double mean) {
    double d = count - mean;
    return d > BELOW * mean && d < ABOVE * mean;
  }

  /** Of a count and its mean. */
  public static double deviance(double count, double mean) {
    return devianceOfLog(count, mean, Math.log(mean));
  }

  /** Of a count, its mean and the logarithm of that. */
  public static double devianceOfLog(double count, double mean, double logMean) {
    if (isNear(count, mean)) {
      double d = count - mean;
      return count * Math.log1p(d / mean) - d;
    }
    return count > 0 ? count * (Math.log(count) - logMean - 1) + mean : mean - count;
  }

  /** Of a count and its mean, plus the logarithm of that. */
  public static double devianceAndLog(double count, double mean) {
    double d = count - mean;
    if (isNear(count, mean)) {
      return count * Math.log1p(d / mean) + Math.log(mean) - d;
    }
    double power = count == 1 && mean == 0 ? 0 : (count - 1) * Math.log(mean);
    return count * Math.log(count) - power - d;
  }

  // --- their slopes

  /** In the count: the logarithm of its ratio to the mean, or −1 for a count of 0. */
  static Expression devianceInCount(Expression d, Expression count, Expression mean) {
    return d.mul(logRatio(count, mean));
  }

  private static Expression logRatio(Expression count, Expression mean) {
    Expression isCount = count.gt(0);
    return where(isCount, Op.LOG_RATIO.of(where(isCount, count, 1), mean), -1);
  }

  /** The same, and NaN for a count that is. */
  static Expression devianceAndLogInCount(Expression d, Expression count, Expression mean) {
    return d.mul(where(count.isNan(), count, logRatio(count, mean)));
  }

  /**
   * In the mean: the share of it that the count lacks. What the result has got is multiplied first,
   * so that nothing is left where it is 0.
   */
  static Expression devianceInMean(Expression d, Expression count, Expression mean) {
    Expression isNear = new Near(count, mean).is;
    Expression near = d.mul(mean.sub(count)).div(where(isNear, mean, 1));
    Expression far = where(count.gt(0), d.sub(d.mul(count).div(mean)), d);
    return where(isNear, near, far);
  }

  /** In the mean, which may be 0. */
  static Expression devianceAndLogInMean(Expression d, Expression count, Expression mean) {
    Expression isNear = new Near(count, mean).is;
    Expression near = d.mul(mean.sub(count).add(1)).div(where(isNear, mean, 1));
    Expression edge = mean.eq(0).and(count.eq(1));
    Expression far = d.sub(d.mul(count.sub(1)).div(where(edge, 1, mean)));
    return where(isNear, near, far);
  }

  static Expression devianceOfLogInCount(
      Expression d, Expression count, Expression mean, Expression logMean) {
    Expression isNear = new Near(count, mean).is;
    Expression isCount = count.gt(0);
    Expression far = where(isCount, where(isCount, count, 1).log().sub(logMean), -1);
    Expression near = Op.LOG_RATIO.of(where(isNear, count, 1), where(isNear, mean, 1));
    return d.mul(where(isNear, near, far));
  }

  static Expression devianceOfLogInMean(
      Expression d, Expression count, Expression mean, Expression logMean) {
    Expression isNear = new Near(count, mean).is;
    return d.mul(where(isNear, mean.sub(count).div(where(isNear, mean, 1)), 1));
  }

  static Expression devianceOfLogInLog(
      Expression d, Expression count, Expression mean, Expression logMean) {
    Expression isNear = new Near(count, mean).is;
    return d.mul(where(isNear, 0, where(count.gt(0), count.neg(), 0)));
  }
}
