package org.ppl4j.infer.density;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What is said of contexts that are far from those that were learned from. */
final class Distances {

  private Distances() {}

  /**
   * A warning, if there is cause.
   *
   * @param distances of each context, 1 being the limit
   */
  static Optional<String> warning(double[] distances) {
    long far = Arrays.stream(distances).filter(distance -> distance > 1).count();
    if (far == 0) {
      return Optional.empty();
    }
    double max = Arrays.stream(distances).max().orElseThrow();
    String which =
        distances.length == 1
            ? "context is"
            : String.format(
                Locale.ROOT,
                "%,d of %,d contexts %s",
                far,
                distances.length,
                far == 1 ? "is" : "are");
    return Optional.of(
        String.format(
            Locale.ROOT,
            "%s far from all that was learned from: %.3g times the distance up to which a density"
                + " can be trusted; learn from rows that are like %s",
            which,
            max,
            far == 1 ? "it" : "them"));
  }
}
