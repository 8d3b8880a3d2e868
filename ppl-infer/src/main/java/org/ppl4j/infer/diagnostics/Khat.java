package org.ppl4j.infer.diagnostics;

import static java.util.Objects.requireNonNull;

import java.util.Locale;

/**
 * What the importance weights of a fitted guide say of it: {@link SmoothedWeights#khat}.
 *
 * @param value k-hat; −∞ if the largest weights are equal, +∞ if fewer than five distinct ones are
 *     in their tail; NaN if it is not known
 * @param weights how many weights it was found from; 0 if it is not known
 * @param missing why it is not known, in words; empty if it is
 */
public record Khat(double value, int weights, String missing) {

  /** Of these figures. */
  public Khat {
    requireNonNull(missing, "missing");
  }

  /** Of these weights. */
  public static Khat of(SmoothedWeights weights) {
    return new Khat(weights.khat(), weights.size(), "");
  }

  /** None, for this reason. */
  public static Khat unknown(String why) {
    return new Khat(Double.NaN, 0, why);
  }

  /** Whether it is known. */
  public boolean isKnown() {
    return missing.isEmpty();
  }

  /** Whether it is known and the guide is not to be trusted: above 0.7, or not even a number. */
  public boolean isWarning() {
    return isKnown() && !(value <= SmoothedWeights.THRESHOLD);
  }

  /** What follows from it, in words, if the guide is not to be trusted; empty otherwise. */
  public String warning() {
    return isWarning()
        ? "above 0.7 the guide is far from the posterior; take a richer guide, or write the model"
            + " in other variables (Reparam.automatic())"
        : "";
  }

  /** A line for a reader, with what follows from it. */
  @Override
  public String toString() {
    if (!isKnown()) {
      return "k-hat: not known: " + missing;
    }
    if (value == Double.NEGATIVE_INFINITY) {
      return String.format(
          Locale.ROOT,
          "k-hat: −∞, the largest of %,d weights are equal up to rounding, so that they have no"
              + " tail",
          weights);
    }
    String figure =
        value == Double.POSITIVE_INFINITY
            ? String.format(
                Locale.ROOT,
                "k-hat: infinite, fewer than five distinct ones of %,d weights are in their tail",
                weights)
            : String.format(
                Locale.ROOT,
                "k-hat: %s from %,d weights",
                Wording.beside(SmoothedWeights.THRESHOLD, value, 2),
                weights);
    return figure
        + (isWarning()
            ? "; warning: " + warning()
            : "; a small one is no proof: it cannot see what the guide misses");
  }
}
