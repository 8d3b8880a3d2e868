package org.ppl4j.infer.judge;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableSet;
import java.util.Locale;

/**
 * What an {@link Inference} decided: done again, it gives the same draws to the bit, without what
 * was tried beside it.
 *
 * @param nonCentred the sites that are drawn without their location and scale
 * @param iterations of each chain's warm-up at most, and as many draws
 * @param hasShortSteps whether the chains' steps are shorter than usual
 * @param isWeighted whether the draws are the searches', with weights
 */
public record Plan(
    ImmutableSet<String> nonCentred, int iterations, boolean hasShortSteps, boolean isWeighted) {

  /**
   * Of these.
   *
   * @throws IllegalArgumentException if there are fewer than 4 iterations, which R-hat needs
   */
  public Plan {
    requireNonNull(nonCentred, "nonCentred");
    checkArgument(
        iterations >= 4, "plan has %s iterations a chain, but needs at least 4", iterations);
  }

  /** The variables, in words. */
  String variables() {
    return nonCentred.isEmpty() ? "as written" : "non-centred " + String.join(", ", nonCentred);
  }

  /** In words. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s, chains of %,d draws%s%s",
        variables(),
        iterations,
        hasShortSteps ? " by short steps" : "",
        isWeighted ? ", weighted draws of the searches" : "");
  }
}
