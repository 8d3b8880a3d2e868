package org.ppl4j.flows;

/** How the log-determinant of I + J is found while a {@link ResidualFlow} learns. */
public final class LogDet {

  /** The most coordinates for which the exact one is taken unless set otherwise. */
  private static final int MOST_EXACT = 64;

  private static final LogDet EXACT = new LogDet(true);
  private static final LogDet ROULETTE = new LogDet(false);

  private final boolean isExact;

  private LogDet(boolean isExact) {
    this.isExact = isExact;
  }

  /** From J itself, which the network carries forwards along the D axes, and its determinant. */
  public static LogDet exact() {
    return EXACT;
  }

  /**
   * Without bias, and with gradients without bias, by the power series of log(I + J) along random
   * signs v of each row: Σₖ (−1)^(k+1) vᵀ Jᵏ v / k, cut at random and weighted for it; the gradient
   * by the series of (I + J)⁻¹, cut at the same place. A term is a product of the network, and only
   * one is differentiated, whatever the number of terms.
   *
   * <p>A row's series goes on after a term with the probability |Jᵏ v| / |Jᵏ⁻¹ v|, which gives each
   * term about the same weight, however slowly they fall: its variance is finite for every bound
   * below 1. What is drawn is drawn when the flow is bound. The number of terms is read from the
   * device, so that programs with it are not recorded.
   *
   * <p>Sources: Chen, Behrmann, Duvenaud and Jacobsen, "Residual flows for invertible generative
   * modeling" (2019), theorems 1 and 2; the probabilities by Arvo and Kirk, "Particle transport and
   * image synthesis" (1990), section 4.
   */
  public static LogDet roulette() {
    return ROULETTE;
  }

  /** The default for D coordinates. */
  static LogDet of(int dim) {
    return dim <= MOST_EXACT ? EXACT : ROULETTE;
  }

  boolean isExact() {
    return isExact;
  }

  @Override
  public String toString() {
    return isExact ? "exact log-det" : "roulette log-det";
  }
}
