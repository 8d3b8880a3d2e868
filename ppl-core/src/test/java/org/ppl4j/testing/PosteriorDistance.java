package org.ppl4j.testing;

import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.ppl4j.testing.PosteriorCase.Moments;

/**
 * How far draws are from a reference posterior.
 *
 * @param offset the largest offset of a mean, in the reference's standard deviations; NaN if one is
 * @param ratio the ratio of standard deviations that is farthest from 1
 */
public record PosteriorDistance(double offset, double ratio) {

  /**
   * Of the moments of draws, by the names of the reference.
   *
   * @throws IllegalStateException if the reference is empty
   */
  public static PosteriorDistance of(PosteriorCase posterior, Function<String, Moments> found) {
    if (posterior.reference().isEmpty()) {
      throw new IllegalStateException("reference of " + posterior + " has no moments to compare");
    }
    double offset = 0;
    double ratio = 1;
    for (Map.Entry<String, Moments> each : posterior.reference().entrySet()) {
      Moments here = found.apply(each.getKey());
      Moments moments = each.getValue();
      double off = Math.abs(here.mean() - moments.mean()) / moments.sd();
      double times = here.sd() / moments.sd();
      offset = off <= offset ? offset : off; // a NaN too
      ratio = Math.abs(Math.log(times)) <= Math.abs(Math.log(ratio)) ? ratio : times;
    }
    return new PosteriorDistance(offset, ratio);
  }

  /** Whether the offset is at most that, and the ratio between these. */
  public boolean isWithin(double largest, double least, double most) {
    return offset <= largest && ratio >= least && ratio <= most;
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "offset %.3f sd, sd ratio %.3f", offset, ratio);
  }
}
