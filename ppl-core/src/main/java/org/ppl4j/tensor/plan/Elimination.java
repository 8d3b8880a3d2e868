package org.ppl4j.tensor.plan;

/** Gaussian elimination with partial pivoting on a matrix that lies row by row. */
final class Elimination {

  private Elimination() {}

  /**
   * Makes a matrix upper triangular by adding multiples of rows to others and exchanging rows, and
   * does the same to right sides. A NaN spreads to all below.
   *
   * @param a {@code n · n} numbers, which are lost; the diagonal holds the pivots afterwards
   * @param sides {@code n} rows of {@code width} numbers from {@code start} on
   */
  static void run(double[] a, int n, double[] sides, int start, int width) {
    for (int column = 0; column < n; column++) {
      int pivot = column;
      for (int i = column + 1; i < n; i++) {
        if (Math.abs(a[i * n + column]) > Math.abs(a[pivot * n + column])) {
          pivot = i;
        }
      }
      if (pivot != column) {
        exchange(a, column * n, pivot * n, n);
        exchange(sides, start + column * width, start + pivot * width, width);
      }
      double divisor = a[column * n + column];
      if (divisor == 0) {
        continue; // so is all below
      }
      for (int i = column + 1; i < n; i++) {
        double factor = a[i * n + column] / divisor;
        for (int j = column + 1; j < n; j++) {
          a[i * n + j] -= factor * a[column * n + j];
        }
        for (int k = 0; k < width; k++) {
          sides[start + i * width + k] -= factor * sides[start + column * width + k];
        }
      }
    }
  }

  private static void exchange(double[] numbers, int one, int other, int count) {
    for (int k = 0; k < count; k++) {
      double kept = numbers[one + k];
      numbers[one + k] = numbers[other + k];
      numbers[other + k] = kept;
    }
  }
}
