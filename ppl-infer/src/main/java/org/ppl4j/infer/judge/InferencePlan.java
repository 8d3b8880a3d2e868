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
 * @param acceptance what the chains' steps are made for, 0.8 unless trajectories diverged
 * @param draws which draws are those of the posterior; chains judge the others
 */
public record InferencePlan(
    ImmutableSet<String> nonCentred, int iterations, double acceptance, Draws draws) {

  /** Where draws come from. */
  public enum Draws {
    /** Those of the chains. */
    CHAINS("of chains"),

    /** Those of normal distributions where searches ended, with weights. */
    SEARCHES("of searches, with weights"),

    /** Particles that began at draws of the prior, with weights. */
    PARTICLES("of particles from the prior, with weights");

    private final String words;

    Draws(String words) {
      this.words = words;
    }

    @Override
    public String toString() {
      return words;
    }
  }

  /**
   * Of these.
   *
   * @throws IllegalArgumentException if there are fewer than 4 iterations, which R-hat needs
   */
  public InferencePlan {
    requireNonNull(nonCentred, "nonCentred");
    requireNonNull(draws, "draws");
    checkArgument(
        iterations >= 4, "plan has %s iterations a chain, but needs at least 4", iterations);
  }

  /** The same chains, and other draws. */
  InferencePlan with(Draws others) {
    return new InferencePlan(nonCentred, iterations, acceptance, others);
  }

  /** In words. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s, chains of %,d draws at an acceptance of %s; draws %s",
        nonCentred.isEmpty() ? "as written" : "non-centred " + String.join(", ", nonCentred),
        iterations,
        acceptance,
        draws);
  }
}
