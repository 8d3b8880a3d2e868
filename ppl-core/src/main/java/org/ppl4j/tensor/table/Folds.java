package org.ppl4j.tensor.table;

import com.google.common.collect.ImmutableList;
import org.ppl4j.math.LogGamma;
import org.ppl4j.math.SaddlePoint;

/** What rows of the table {@link Op} do to plain numbers, where that takes more than a line. */
public final class Folds {

  /** From here on six terms of Stirling's series (DLMF 5.11.1) have all digits. */
  private static final double SERIES_FROM = 16;

  private static final double HALF_LOG_TWO_PI = 0.9189385332046728;

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

  private Folds() {}

  /** {@code log x! - x (log x - 1)}. */
  public static double logFactorialRest(double x) {
    if (x > SERIES_FROM) {
      return SaddlePoint.stirlingSeries(x) + 0.5 * Math.log(x) + HALF_LOG_TWO_PI;
    }
    return LogGamma.of(x + 1) - x * (Math.log(x > 0 ? x : 1) - 1);
  }

  /** As C has it: 1 to any power is 1, and so is −1 to an infinite one. */
  static double power(double x, double y) {
    boolean isOne = x == 1 || x == -1 && Double.isInfinite(y);
    return isOne ? 1 : Math.pow(x, y);
  }

  static double modulo(double x, double y) {
    double rest = x % y;
    boolean isOtherSide = rest != 0 && rest < 0 != y < 0;
    return isOtherSide ? rest + y : rest;
  }

  static double logGammaHalfStep(double x) {
    if (!(x > SERIES_FROM)) {
      return LogGamma.of(x + 0.5) - LogGamma.of(x) - 0.5 * Math.log(x);
    }
    double r = 1 / (x * x);
    double sum = 0;
    for (int k = HALF_STEP.size() - 1; k >= 0; k--) {
      sum = sum * r + HALF_STEP.get(k);
    }
    return sum / x;
  }

  /** Far out, where the square may overflow, {@code 2 log|x|}. */
  static double log1pSquare(double x) {
    return Math.abs(x) > 1e9 ? 2 * Math.log(Math.abs(x)) : Math.log1p(x * x);
  }

  static double log1mexp(double x) {
    return x > -0.7 ? Math.log(-Math.expm1(x)) : Math.log1p(-Math.exp(x));
  }

  static double logRatio(double x, double y) {
    return Math.abs(x - y) < 0.5 * y ? Math.log1p((x - y) / y) : Math.log(x) - Math.log(y);
  }

  /** Whether a count is so near to its mean that the logarithm of their ratio is of 1 + share. */
  private static boolean isNear(double count, double mean) {
    double d = count - mean;
    return d > -0.75 * mean && d < 15 * mean;
  }

  static double deviance(double count, double mean) {
    return devianceOfLog(count, mean, Math.log(mean));
  }

  /** {@code count log(count / mean) - (count - mean)}; the mean for a count of 0. */
  public static double devianceOfLog(double count, double mean, double logMean) {
    if (isNear(count, mean)) {
      double d = count - mean;
      return count * Math.log1p(d / mean) - d;
    }
    return count > 0 ? count * (Math.log(count) - logMean - 1) + mean : mean - count;
  }

  /** The same plus the logarithm of the mean, where that may be 0. */
  static double devianceAndLog(double count, double mean) {
    double d = count - mean;
    if (isNear(count, mean)) {
      return count * Math.log1p(d / mean) + Math.log(mean) - d;
    }
    double power = count == 1 && mean == 0 ? 0 : (count - 1) * Math.log(mean);
    return count * Math.log(count) - power - d;
  }
}
