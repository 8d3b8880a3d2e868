package org.ppl4j.internal.math;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;

/**
 * Of N rows each to a column of its own, so that the sum of the costs is least: exact, by shortest
 * augmenting paths, in at most some N³ steps; 512 rows take less than a tenth of a second.
 *
 * <p>To each row and column belongs a number, so that no cost is less than the sum of both and
 * those that are taken equal it, which proves them least. Rows find columns one after the other, by
 * the way of least cost that may move those before it. Sources: Jonker and Volgenant, "A shortest
 * augmenting path algorithm for dense and sparse linear assignment problems" (1987); Crouse, "On
 * implementing 2D rectangular assignment algorithms" (2016), algorithm 1.
 */
public final class Assignment {

  private static final int NONE = -1;

  private final double[] costs;
  private final int n;
  private final double[] ofRow;
  private final double[] ofColumn;
  private final int[] columns; // of each row
  private final int[] rows; // of each column

  // Of one search.
  private final double[] lengths; // of the ways to each column
  private final int[] before; // the row that the way to a column comes from
  private final int[] left; // columns that are not reached, the first so many
  private final int[] reached; // the others, in order

  private Assignment(double[] costs, int n) {
    this.costs = costs;
    this.n = n;
    this.ofRow = new double[n];
    this.ofColumn = new double[n];
    this.columns = new int[n];
    this.rows = new int[n];
    this.lengths = new double[n];
    this.before = new int[n];
    this.left = new int[n];
    this.reached = new int[n];
  }

  /**
   * The column of each row.
   *
   * @param costs {@code (N, N)}, row by row, of either sign
   * @throws IllegalArgumentException if there are not N² of them, or one is not finite
   */
  public static int[] of(double[] costs, int n) {
    checkArgument(
        costs.length == (long) n * n,
        "assignment of %s rows has %s costs, but needs %s; pass one of each row and column",
        n,
        costs.length,
        (long) n * n);
    for (int i = 0; i < costs.length; i++) {
      checkArgument(
          Double.isFinite(costs[i]),
          "assignment has cost %s at row %s and column %s, but costs must be finite",
          costs[i],
          i / Math.max(1, n),
          i % Math.max(1, n));
    }
    Assignment assignment = new Assignment(costs, n);
    assignment.begin();
    for (int row = 0; row < n; row++) {
      if (assignment.columns[row] == NONE) {
        assignment.augment(row);
      }
    }
    return assignment.columns;
  }

  /** Gives columns to rows that are cheapest there, where nobody else is. */
  private void begin() {
    Arrays.fill(columns, NONE);
    Arrays.fill(rows, NONE);
    for (int column = 0; column < n; column++) {
      int best = 0;
      for (int row = 1; row < n; row++) {
        best = cost(row, column) < cost(best, column) ? row : best;
      }
      ofColumn[column] = cost(best, column);
      if (columns[best] == NONE) {
        pair(best, column);
      }
    }
    for (int row = 0; row < n; row++) {
      if (columns[row] == NONE) {
        int best = 0;
        for (int column = 1; column < n; column++) {
          best = excess(row, column) < excess(row, best) ? column : best;
        }
        ofRow[row] = excess(row, best);
        if (rows[best] == NONE) {
          pair(row, best);
        }
      }
    }
  }

  private double cost(int row, int column) {
    return costs[row * n + column];
  }

  /** What a cost is beyond the numbers of its row and its column. */
  private double excess(int row, int column) {
    return cost(row, column) - ofRow[row] - ofColumn[column];
  }

  private void pair(int row, int column) {
    columns[row] = column;
    rows[column] = row;
  }

  /** Gives a row a column, by the shortest way to one that is free. */
  private void augment(int row) {
    Arrays.fill(lengths, Double.POSITIVE_INFINITY);
    Arrays.setAll(left, i -> i);
    double length = 0;
    int from = row;
    int count = 0;
    int end = NONE;
    while (end == NONE) {
      int nearest = nearest(from, length, n - count);
      int column = left[nearest];
      left[nearest] = left[n - 1 - count];
      reached[count++] = column;
      length = lengths[column];
      from = rows[column];
      end = from == NONE ? column : NONE;
    }
    ofRow[row] += length;
    for (int i = 0; i < count; i++) {
      int column = reached[i];
      double apart = length - lengths[column];
      ofColumn[column] -= apart;
      if (rows[column] != NONE) {
        ofRow[rows[column]] += apart;
      }
    }
    int column = end;
    int next = NONE;
    while (next != row) {
      next = before[column];
      int was = columns[next];
      pair(next, column);
      column = was;
    }
  }

  /** Goes on from a row; the place among those left of the column that is nearest then. */
  private int nearest(int row, double length, int count) {
    int at = row * n;
    double base = length - ofRow[row];
    double least = Double.POSITIVE_INFINITY;
    int nearest = 0;
    for (int i = 0; i < count; i++) {
      int column = left[i];
      double way = base + costs[at + column] - ofColumn[column];
      if (way < lengths[column]) {
        lengths[column] = way;
        before[column] = row;
      }
      double shortest = lengths[column];
      if (shortest < least || shortest == least && rows[column] == NONE) {
        least = shortest;
        nearest = i;
      }
    }
    return nearest;
  }
}
