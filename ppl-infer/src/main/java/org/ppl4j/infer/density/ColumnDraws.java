package org.ppl4j.infer.density;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.Rng;

/** Draws of rows given their contexts, column by column beside the numbers that rows have. */
final class ColumnDraws {

  /** So many numbers are held at once, unless those of one row are more. */
  private static final int MAX_NUMBERS = 1 << 20;

  private ColumnDraws() {}

  /** Sees one number of a row and what was drawn for it. */
  @FunctionalInterface
  interface Visitor {

    /**
     * Takes them.
     *
     * @param number NaN where it is missing
     * @param draws in rising order, NaN last
     */
    void visit(int row, int column, double number, double[] draws);
  }

  /**
   * Shows each number of each row with draws of its column.
   *
   * @param count how many draws of each row
   * @param first the first of the streams that they are of; the same gives the same draws
   */
  static void each(
      RowDistribution distribution, Tables tables, int count, long first, Visitor visitor) {
    int dim = distribution.dim();
    int batch = Math.max(1, MAX_NUMBERS / (count * dim));
    long stream = first;
    for (int from = 0; from < tables.rows(); from += batch) {
      int size = Math.min(batch, tables.rows() - from);
      Table contexts = tables.x();
      @Nullable Table given =
          contexts == null ? null : contexts.range(from, from + size).repeated(count);
      Table drawn = distribution.draws(size * count, given, stream++);
      for (int i = 0; i < size; i++) {
        for (int j = 0; j < dim; j++) {
          double[] own = new double[count];
          for (int k = 0; k < count; k++) {
            own[k] = drawn.number(k * size + i, j);
          }
          Arrays.sort(own);
          visitor.visit(from + i, j, tables.y().number(from + i, j), own);
        }
      }
    }
  }

  /**
   * Where a number is among so many draws of its law: uniform between 0 and 1, as one of them would
   * be.
   *
   * @param draws in rising order
   * @param rng breaks ties
   */
  static double place(double number, double[] draws, Rng rng) {
    int below = firstPlace(draws, number, false);
    int upTo = firstPlace(draws, number, true);
    return (below + rng.nextUniform() * (upTo - below + 1)) / (draws.length + 1);
  }

  /** The greatest number among draws that is no more than any whose {@link #place} is as much. */
  static double lowerEnd(double place, double[] draws) {
    int first = (int) Math.floor(place * (draws.length + 1));
    return first == 0 ? Double.NEGATIVE_INFINITY : draws[first - 1];
  }

  /** The least number among draws that is no less than any whose {@link #place} is no more. */
  static double upperEnd(double place, double[] draws) {
    int last = (int) Math.floor(place * (draws.length + 1));
    return last >= draws.length ? Double.POSITIVE_INFINITY : draws[last];
  }

  /** The first place of what is as much as a number, or more than it. */
  private static int firstPlace(double[] draws, double number, boolean more) {
    int low = 0;
    int high = draws.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      boolean isBefore = more ? draws[middle] <= number : draws[middle] < number;
      low = isBefore ? middle + 1 : low;
      high = isBefore ? high : middle;
    }
    return low;
  }
}
