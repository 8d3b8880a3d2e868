package org.ppl4j.infer.svi;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.Locale;
import org.ppl4j.infer.approximation.Lbfgs;
import org.ppl4j.infer.diagnostics.Wording;

/**
 * Whether a fit of points, such as MAP estimates or maximum likelihood, ended at a minimum of its
 * loss: how far another optimizer, L-BFGS, lowers the loss from there. A posterior density that
 * grows without bound, as that of a hierarchical model towards a scale of 0, has no mode, and its
 * loss no minimum; steps of falling rates come to rest on the way all the same.
 *
 * @param fall by how much the loss falls in 200 iterations at most, in nats; NaN if that is not
 *     known
 * @param missing why it is not known, in words; empty if it is
 */
public record LocalMinimum(double fall, String missing) {

  /** A fall that counts, as at the end of a loss that still falls. */
  static final double LARGE = Trend.MIN_CHANGE;

  /**
   * No change of the value ends it: its first step is short where slopes are, as those of large
   * numbers.
   */
  private static final Lbfgs OPTIMIZER =
      Lbfgs.patient().withMaxIterations(200).withTolerances(0, 1e-16);

  /** Of these figures. */
  public LocalMinimum {
    requireNonNull(missing, "missing");
  }

  /** Not known, for this reason. */
  static LocalMinimum unknown(String why) {
    return new LocalMinimum(Double.NaN, why);
  }

  /**
   * Follows the loss from where a fit ended.
   *
   * @param end (D), all unconstrained numbers
   * @param loss in these; an {@link IllegalArgumentException} is a place to keep away from
   */
  static LocalMinimum from(double[] end, Lbfgs.Objective loss) {
    if (end.length == 0) {
      return unknown("there are no parameters");
    }
    double[] gradient = new double[end.length];
    double here = loss.evaluate(end, gradient);
    if (!Double.isFinite(here) || !Arrays.stream(gradient).allMatch(Double::isFinite)) {
      return unknown("the loss is %s, or its gradient not finite".formatted(here));
    }
    Lbfgs.Minimum found =
        OPTIMIZER.minimize(
            (u, slopes) -> {
              try {
                return loss.evaluate(u, slopes);
              } catch (IllegalArgumentException e) {
                return Double.NaN;
              }
            },
            end,
            at -> !Thread.currentThread().isInterrupted());
    if (Thread.currentThread().isInterrupted()) {
      return unknown("the thread was interrupted");
    }
    return new LocalMinimum(Math.max(0, here - found.value()), "");
  }

  /** Whether it is known. */
  public boolean isKnown() {
    return missing.isEmpty();
  }

  /** What speaks against the end of the fit, in words; empty if nothing does. */
  public String warning() {
    if (!(fall > LARGE)) {
      return "";
    }
    return String.format(
        Locale.ROOT,
        "the fit ended at no minimum: from there L-BFGS lowers the loss by %s; a density that grows"
            + " without bound, as towards a scale of 0, has no mode: then take draws"
            + " (Inference.of(model)) or a prior that is 0 there, else more steps",
        Wording.number(fall));
  }

  /** How far the loss falls, in words. */
  @Override
  public String toString() {
    if (!isKnown()) {
      return "minimum: not known: " + missing;
    }
    return fall > LARGE
        ? "minimum: none here, L-BFGS finds less"
        : String.format(Locale.ROOT, "minimum: L-BFGS lowers the loss by %.2g", fall);
  }
}
