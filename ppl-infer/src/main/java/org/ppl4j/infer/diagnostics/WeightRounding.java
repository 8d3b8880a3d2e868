package org.ppl4j.infer.diagnostics;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.Locale;
import org.ppl4j.tensor.FloatType;

/**
 * How far logarithms of weights may be off since the densities that they are made of are rounded.
 * Of data and draws that are 1e30 apart all densities are −5e59, to the last digit the same;
 * weights then differ by rounding alone, or not at all, and look as those of a perfect guide do.
 *
 * @param largest the largest absolute log density, or share of one, in the weights
 * @param type in which they were computed
 */
public record WeightRounding(double largest, FloatType type) {

  /** Where a log density is rounded by more, weights say nothing. */
  private static final double MOST = 0.1;

  /** Of these. */
  public WeightRounding {
    requireNonNull(type, "type");
  }

  /** Of log densities; those that are not finite are none. */
  public static WeightRounding of(double[] logDensities, FloatType type) {
    double largest =
        Arrays.stream(logDensities).map(Math::abs).filter(Double::isFinite).max().orElse(0);
    return new WeightRounding(largest, type);
  }

  /** The larger of two. */
  public WeightRounding or(WeightRounding other) {
    return largest >= other.largest ? this : other;
  }

  /** A rounding of the largest: how far numbers of its size are apart. */
  public double size() {
    return 2 * type.gapBelowOne() * largest;
  }

  /** Whether weights say nothing: above a tenth. */
  public boolean isTooLarge() {
    return size() > MOST;
  }

  /** What is wrong where it is too large, and what to do. */
  public String warning() {
    return String.format(
        Locale.ROOT,
        "log densities of %.2g are rounded to %.1g; %swrite data and model in units in which"
            + " their numbers are small",
        largest,
        size(),
        type == FloatType.FLOAT64 ? "" : "take float64, or ");
  }
}
