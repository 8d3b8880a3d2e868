package org.ppl4j.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Locale;

/**
 * A numbered point of what is wanted. Each figure is printed with its bound, and written to the
 * build's ledger if it has one, then asserted.
 *
 * @param name the tag of the tests, as {@code flows.1}
 */
public record AcceptancePoint(String name) {

  /** A figure that is no greater than its bound. */
  public void atMost(String what, Number figure, Number bound) {
    judge(what, figure, text(bound), number(figure) <= number(bound));
  }

  /**
   * The median of ratios of pairs, of which the 95% interval is not beyond a bound: that between
   * order statistics, which holds for any law.
   */
  public void atMost(String what, double[] ratios, Number bound) {
    double[] sorted = ratios.clone();
    Arrays.sort(sorted);
    int left = outside(sorted.length);
    double low = sorted[left];
    shown(what + ", 95% from", low);
    shown(what + ", to", sorted[sorted.length - 1 - left]);
    judge(what, sorted[sorted.length / 2], text(bound), low <= number(bound));
  }

  /** How many of the least of n numbers are left of the 95% interval of their median. */
  private static int outside(int n) {
    double term = Math.pow(0.5, n);
    double below = term;
    int left = 0;
    while (2 * below <= 0.05) {
      left++;
      term *= (double) (n - left + 1) / left;
      below += term;
    }
    return Math.max(0, left - 1);
  }

  /** A figure that is less than its bound. */
  public void below(String what, Number figure, Number bound) {
    judge(what, figure, text(bound), number(figure) < number(bound));
  }

  /** A figure that is no less than its bound. */
  public void atLeast(String what, Number figure, Number bound) {
    judge(what, figure, text(bound), number(figure) >= number(bound));
  }

  /** A figure that is greater than its bound. */
  public void above(String what, Number figure, Number bound) {
    judge(what, figure, text(bound), number(figure) > number(bound));
  }

  /** A figure between two bounds, which it may reach. */
  public void between(String what, Number figure, Number from, Number to) {
    boolean pass = number(figure) >= number(from) && number(figure) <= number(to);
    judge(what, figure, text(from) + ".." + text(to), pass);
  }

  /** Something that must not be, of which there is none since its check would have thrown. */
  public void none(String what) {
    atMost(what, 0, 0);
  }

  /** A figure that is shown and has no bound. */
  public void shown(String what, Number figure) {
    print("%s %s %s (reported)".formatted(name, what, text(figure)));
  }

  private void judge(String what, Number figure, String bound, boolean pass) {
    print("%s %s %s %s %s".formatted(name, what, text(figure), bound, pass ? "pass" : "FAIL"));
    assertThat(pass).as("%s %s: %s, bound %s", name, what, figure, bound).isTrue();
  }

  private static void print(String line) {
    System.out.println(line);
    Ledger.ofBuild().ifPresent(ledger -> ledger.add(line));
  }

  private static double number(Number number) {
    return number.doubleValue();
  }

  /** Whole numbers in full, others to four digits. */
  private static String text(Number any) {
    double number = number(any);
    boolean isWhole = number == Math.rint(number) && Math.abs(number) < 1e15;
    return isWhole
        ? new BigDecimal(number).toPlainString()
        : String.format(Locale.ROOT, "%.4g", number);
  }
}
