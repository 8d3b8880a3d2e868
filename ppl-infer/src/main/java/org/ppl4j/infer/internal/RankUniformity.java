package org.ppl4j.infer.internal;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.primitives.ImmutableIntArray;
import org.ppl4j.internal.math.IncompleteGamma;

/** Whether ranks of the truth among draws are uniform, as those of a right posterior are. */
public final class RankUniformity {

  /** A bin is to have so many ranks at least. */
  private static final int MIN_IN_BIN = 5;

  private RankUniformity() {}

  /**
   * How probable ranks are that are no more uniform than these, if they are uniform: by the χ² test
   * of bins that hold as many of the numbers 0 to L as can be.
   *
   * @param ranks from 0 to L
   * @param draws L
   * @param bins from 2 to L + 1
   * @throws IllegalArgumentException if there are not so many bins, or they have too few ranks for
   *     the test
   */
  public static double pValue(ImmutableIntArray ranks, int draws, int bins) {
    int trials = ranks.length();
    checkArgument(
        bins >= 2 && bins <= draws + 1,
        "ranks 0 to %s are counted in %s bins, but there must be from 2 to %s",
        draws,
        bins,
        draws + 1);
    checkArgument(
        trials >= MIN_IN_BIN * bins,
        "calibration has %s trials, too few for %s bins; make at least %s",
        trials,
        bins,
        MIN_IN_BIN * bins);
    double[] expected = new double[bins];
    for (int rank = 0; rank <= draws; rank++) {
      expected[bin(rank, draws, bins)] += (double) trials / (draws + 1);
    }
    double[] found = new double[bins];
    ranks.forEach(rank -> found[bin(rank, draws, bins)]++);
    double statistic = 0;
    for (int bin = 0; bin < bins; bin++) {
      statistic += Math.pow(found[bin] - expected[bin], 2) / expected[bin];
    }
    return statistic == 0 ? 1 : IncompleteGamma.upper((bins - 1) / 2.0, statistic / 2);
  }

  private static int bin(int rank, int draws, int bins) {
    return (int) ((long) rank * bins / (draws + 1));
  }
}
