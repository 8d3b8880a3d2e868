package org.ppl4j.infer.importance;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import com.google.common.math.Stats;
import com.google.common.primitives.Doubles;
import java.util.Arrays;
import java.util.Locale;
import org.ppl4j.infer.diagnostics.Khat;
import org.ppl4j.infer.diagnostics.SmoothedWeights;
import org.ppl4j.infer.diagnostics.Wording;

/**
 * What fresh draws of a guide, as importance samples of the posterior, say of a fit under the
 * parameters in the store. They see only where the guide draws: a guide that misses a mode may look
 * well.
 *
 * @param khat the shape of the tail of the weights
 * @param effectiveSize how many draws of the posterior the weighted draws are worth, at most their
 *     number; NaN if it is not known
 * @param bound the mean of the log weights, an estimate of the evidence lower bound; −∞ if a draw
 *     lies where the model has no density; NaN if it is not known
 * @param standardError of the bound; NaN if it is not finite or not known
 * @param shift how far the weights move and widen the draws
 * @param failure what went wrong while draws were weighed, in words; empty if nothing did
 */
public record Assessment(
    Khat khat,
    double effectiveSize,
    double bound,
    double standardError,
    Shift shift,
    String failure) {

  /** Below this share the draws of the guide hardly are draws of the posterior. */
  private static final double MIN_SHARE = 0.05;

  /** Of these figures. */
  public Assessment {
    requireNonNull(khat, "khat");
    requireNonNull(shift, "shift");
    requireNonNull(failure, "failure");
  }

  /** None, for this reason. */
  public static Assessment unknown(String why) {
    return new Assessment(Khat.unknown(why), Double.NaN, Double.NaN, Double.NaN, Shift.none(), "");
  }

  /** None, because of this error. */
  public static Assessment failed(String error) {
    return new Assessment(
        Khat.unknown(error), Double.NaN, Double.NaN, Double.NaN, Shift.none(), error);
  }

  /**
   * Of these weights.
   *
   * @param rounding log weights that differ by no more are the same
   */
  public static Assessment of(double[] logWeights, double rounding, Shift shift) {
    int draws = logWeights.length;
    if (Doubles.max(logWeights) == Double.NEGATIVE_INFINITY) {
      Khat none = new Khat(Double.POSITIVE_INFINITY, draws, "");
      return new Assessment(none, 0, Double.NEGATIVE_INFINITY, Double.NaN, Shift.none(), "");
    }
    SmoothedWeights weights =
        SmoothedWeights.of(Math.max(rounding, SmoothedWeights.SAME), logWeights);
    boolean isFinite = Arrays.stream(logWeights).allMatch(Double::isFinite);
    Stats stats = Stats.of(logWeights);
    return new Assessment(
        Khat.of(weights),
        weights.effectiveSize(),
        isFinite ? stats.mean() : Double.NEGATIVE_INFINITY,
        isFinite ? stats.sampleStandardDeviation() / Math.sqrt(draws) : Double.NaN,
        shift,
        "");
  }

  /** The effective size as a share of the draws; NaN if it is not known. */
  public double effectiveShare() {
    return effectiveSize / khat.weights();
  }

  /** What speaks against trusting the guide, each in words; empty if nothing was found. */
  public ImmutableList<String> warnings() {
    ImmutableList.Builder<String> warnings = ImmutableList.builder();
    if (!failure.isEmpty()) {
      warnings.add("the guide could not be judged, for its weights failed: " + failure);
    }
    if (khat.isWarning()) {
      warnings.add(khat.warning());
    }
    if (effectiveShare() < MIN_SHARE) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "the effective size is %s%% of the draws, below 5%%: means and intervals of the"
                  + " guide's draws are not the posterior's",
              Wording.beside(100 * MIN_SHARE, 100 * effectiveShare(), 1)));
    }
    String off = shift.words(Shift.LARGE, error());
    if (!off.isEmpty() && !khat.isWarning()) {
      warnings.add(
          "by its weights "
              + off
              + "; take more steps or a richer guide, or svi.importance(data, draws), which counts"
              + " draws by them");
    }
    return warnings.build();
  }

  /** How far weights move a mean by chance, in standard deviations. */
  private double error() {
    return Math.sqrt(Math.max(0, 1 / effectiveShare() - 1) / khat.weights());
  }

  /** Bound, effective size and k-hat, a line each, and what the weights say is off. */
  @Override
  public String toString() {
    if (!khat.isKnown()) {
      return khat.toString();
    }
    String estimate =
        bound == Double.NEGATIVE_INFINITY
            ? "infinitely low: draws lie where the model has no density"
            : String.format(
                Locale.ROOT, "%.6g ± %.1g from %,d draws", bound, standardError, khat.weights());
    String off = shift.words(Shift.NOTED, error());
    return String.format(
        Locale.ROOT,
        "bound: %s%n  effective size: %,.0f of %,d draws (%.0f%%)%n  %s%s",
        estimate,
        effectiveSize,
        khat.weights(),
        100 * effectiveShare(),
        khat,
        off.isEmpty() ? "" : String.format("%n  by its weights %s", off));
  }
}
