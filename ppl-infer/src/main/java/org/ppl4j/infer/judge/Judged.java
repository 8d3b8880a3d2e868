package org.ppl4j.infer.judge;

import com.google.common.primitives.Doubles;
import java.util.Arrays;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.diagnostics.Chains;

/**
 * One number of an approximation beside chains.
 *
 * @param mean by the chains
 * @param sd by the chains
 * @param shift the approximation's mean less the chains', in standard deviations of the chains
 * @param shiftError the standard error of the shift
 * @param ratio the approximation's standard deviation over the chains'
 * @param ratioError the standard error of the ratio
 * @param below the share of the approximation's draws below the chains' median, half of those that
 *     are equal: what a mean and a standard deviation do not tell, as of two heaps behind one
 * @param belowError the standard error of the share
 */
public record Judged(
    double mean,
    double sd,
    double shift,
    double shiftError,
    double ratio,
    double ratioError,
    double below,
    double belowError) {

  /** What is off by more is told: half way between what does not matter and what does. */
  static final double TOLERANCE = 0.15;

  /** A share that is further from a half is told; a shift of 0.15 makes 0.06 of it. */
  static final double SHARE_TOLERANCE = 0.1;

  /** A standard error above it leaves open which of the two it is. */
  static final double LARGEST_ERROR = 0.05;

  /**
   * Of the draws of both.
   *
   * @param draws of the approximation, of which some may be the same
   * @param chains the draws of each, as many of each
   */
  static Judged of(double[] draws, double[]... chains) {
    Chains judges = Chains.of(chains);
    Summary.Row by = Summary.Row.of(Doubles.concat(chains));
    Summary.Row of = Summary.Row.of(draws);
    double ratio = of.sd() / by.sd();
    double distinct = Arrays.stream(draws).distinct().count();
    double tails = kurtosis(draws, of);
    return new Judged(
        by.mean(),
        by.sd(),
        (of.mean() - by.mean()) / by.sd(),
        Math.hypot(judges.meanError() / by.sd(), ratio / Math.sqrt(distinct)),
        ratio,
        Math.hypot(
            ratio * judges.sdError() / by.sd(),
            ratio * Math.sqrt(Math.max(0, tails - 1) / distinct) / 2),
        below(draws, by.q50()),
        Math.hypot(0.5 / Math.sqrt(judges.quantileSize(0.5)), 0.5 / Math.sqrt(distinct)));
  }

  private static double below(double[] x, double median) {
    return Arrays.stream(x)
        .map(each -> Double.isNaN(each) ? Double.NaN : (1 - Math.signum(each - median)) / 2)
        .average()
        .orElse(Double.NaN);
  }

  private static double kurtosis(double[] x, Summary.Row of) {
    return Arrays.stream(x)
        .map(each -> Math.pow((each - of.mean()) / of.sd(), 4))
        .average()
        .orElse(3);
  }

  /** Whether both are the chains', one is not, or errors are too large to say. */
  public Verdict verdict() {
    boolean isFar =
        isBeyond(TOLERANCE, shift, shiftError)
            || isBeyond(TOLERANCE, ratio - 1, ratioError)
            || isBeyond(SHARE_TOLERANCE, below - 0.5, belowError)
            || !(ratio > 0);
    if (isFar) {
      return Verdict.OFF;
    }
    boolean isKnown = shiftError <= LARGEST_ERROR && ratioError <= LARGEST_ERROR;
    if (!isKnown) {
      return Verdict.UNKNOWN;
    }
    return Math.abs(shift) > TOLERANCE || Math.abs(ratio - 1) > TOLERANCE
        ? Verdict.OFF
        : Verdict.RIGHT;
  }

  /** How many times as many draws, of both, it takes to tell; at most 1 where it is told. */
  double drawsToTell() {
    double error = Math.max(shiftError, ratioError) / LARGEST_ERROR;
    return error * error;
  }

  /** Beyond a tolerance by more than two standard errors, however large these are. */
  private static boolean isBeyond(double tolerance, double difference, double error) {
    return Math.abs(difference) - 2 * error > tolerance;
  }
}
