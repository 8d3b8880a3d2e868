package org.ppl4j.infer.diagnostics;

import com.google.common.collect.ImmutableSet;
import java.math.BigDecimal;
import java.util.Locale;

/** How figures and warnings read, the same in all reports. */
public final class Wording {

  /** As many decimals tell any two doubles near 1 apart. */
  private static final int MOST_DECIMALS = 17;

  private Wording() {}

  /** Warnings below a report, each once and in a line of its own; nothing if there are none. */
  public static String warnings(Iterable<String> warnings) {
    StringBuilder text = new StringBuilder();
    for (String warning : ImmutableSet.copyOf(warnings)) {
      text.append(String.format("%n  warning: %s", warning));
    }
    return text.toString();
  }

  /**
   * A figure that is not at a bound, with as many more decimals as it takes to see on which side it
   * is: 1.0104 of a bound of 1.01, not 1.010.
   *
   * @param decimals the least that are shown
   */
  public static String beside(double bound, double figure, int decimals) {
    String text = String.format(Locale.ROOT, "%." + decimals + "f", figure);
    boolean isShown =
        !Double.isFinite(figure)
            || decimals >= MOST_DECIMALS
            || new BigDecimal(text).compareTo(BigDecimal.valueOf(bound))
                == Double.compare(figure, bound);
    return isShown ? text : beside(bound, figure, decimals + 1);
  }

  /** How many a second: a whole number, of less than 1 two digits, so that it is never 0. */
  public static String rate(double perSecond) {
    return String.format(Locale.ROOT, perSecond < 0.95 ? "%.2g" : "%,.0f", perSecond);
  }

  /** Four significant digits or three decimals, whichever is more; powers of ten at the ends. */
  public static String number(double x) {
    double size = Math.abs(x);
    return size != 0 && (size < 1e-3 || size >= 1e6)
        ? String.format(Locale.ROOT, "%.3e", x)
        : String.format(Locale.ROOT, size >= 1000 ? "%.1f" : "%.3f", x);
  }
}
