package org.ppl4j.internal.math;

import static java.util.Comparator.comparingInt;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/**
 * The names that one which does not exist was probably meant for, as the text of an error: {@code
 * [theta, eta, mu]}. The nearest come first, by how many characters have to be put in, left out,
 * changed or swapped with their neighbour, capital or not; of equally near ones the first first. At
 * most eight are shown, and how many more there are. Found when the text is asked for.
 *
 * @param name the one that does not exist
 * @param known those that do
 */
public record Nearest(String name, Collection<String> known) {

  private static final int SHOWN = 8;

  /** Those nearest to a name. */
  public static Nearest to(String name, Collection<String> known) {
    return new Nearest(name, known);
  }

  /** The names in brackets. */
  @Override
  public String toString() {
    String wanted = name.toLowerCase(Locale.ROOT);
    List<String> nearest =
        known.stream()
            .distinct()
            .sorted(comparingInt(each -> distance(wanted, each.toLowerCase(Locale.ROOT))))
            .toList();
    int rest = nearest.size() - SHOWN;
    return rest <= 0
        ? nearest.toString()
        : "[%s and %s more]".formatted(String.join(", ", nearest.subList(0, SHOWN)), rest);
  }

  /**
   * The distance of optimal string alignment. Source: Damerau, "A technique for computer detection
   * and correction of spelling errors" (1964), with the recursion of Wagner and Fischer (1974).
   */
  static int distance(String a, String b) {
    int[] before = new int[b.length() + 1];
    int[] last = new int[b.length() + 1];
    int[] row = new int[b.length() + 1];
    Arrays.setAll(last, j -> j);
    for (int i = 1; i <= a.length(); i++) {
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        row[j] = Math.min(Math.min(last[j], row[j - 1]) + 1, last[j - 1] + change);
        boolean isSwapped =
            i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        row[j] = isSwapped ? Math.min(row[j], before[j - 2] + 1) : row[j];
      }
      int[] free = before;
      before = last;
      last = row;
      row = free;
    }
    return last[b.length()];
  }
}
