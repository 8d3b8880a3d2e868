package org.ppl4j.infer.diagnostics;

import com.google.common.math.Stats;
import java.util.Arrays;
import java.util.Locale;

/**
 * An estimate.
 *
 * @param value of it
 * @param standardError of it; NaN if it is of one observation
 */
public record Estimate(double value, double standardError) {

  /**
   * The sum of a figure over N observations, which are taken as drawn at random: the standard error
   * is √N times their standard deviation (Vehtari, Gelman and Gabry 2017, equation 23).
   */
  static Estimate ofSum(double[] figures) {
    int n = figures.length;
    double error = n > 1 ? Math.sqrt(n * Stats.of(figures).sampleVariance()) : Double.NaN;
    return new Estimate(Arrays.stream(figures).sum(), error);
  }

  /** Minus twice it. */
  Estimate deviance() {
    return new Estimate(-2 * value, 2 * standardError);
  }

  /** The head of a table of estimates by a method. */
  static String head(String method, int draws, int observations) {
    return String.format(
        Locale.ROOT,
        "%s by %,d draws of %,d observations%n%-10s%11s%11s",
        method,
        draws,
        observations,
        "",
        "estimate",
        "error");
  }

  /** A line of a table. */
  String line(String name) {
    return String.format(Locale.ROOT, "%n%-10s%11.2f%11.2f", name, value, standardError);
  }

  /** The value and its error. */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%.2f ± %.2f", value, standardError);
  }
}
