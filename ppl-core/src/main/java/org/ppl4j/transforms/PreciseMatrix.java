package org.ppl4j.transforms;

import static java.math.BigDecimal.ONE;
import static java.math.BigDecimal.ZERO;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;

/**
 * Inverse and log-determinant of a square matrix, eliminated in 60 digits: what they lack is what
 * the entries lack. In float64, a triangular matrix whose rows differ by far loses its determinant
 * to pivots.
 */
final class PreciseMatrix {

  private static final MathContext DIGITS = new MathContext(60);

  private final double[] entries;
  private final double logDeterminant;
  private final double[] inverse;

  private PreciseMatrix(double[] entries, double logDeterminant, double[] inverse) {
    this.entries = entries;
    this.logDeterminant = logDeterminant;
    this.inverse = inverse;
  }

  /** Of the absolute value; −∞ of a singular matrix, NaN if an entry is not finite. */
  double logDeterminant() {
    return logDeterminant;
  }

  /** Row by row; infinite of a singular matrix, and where an entry is too large. */
  double[] inverse() {
    return inverse.clone();
  }

  /** Of {@code size} × {@code size} entries, row by row. */
  static PreciseMatrix of(double[] entries, int size) {
    double[] inverse = new double[entries.length];
    Arrays.fill(inverse, Double.POSITIVE_INFINITY);
    if (!Arrays.stream(entries).allMatch(Double::isFinite)) {
      return new PreciseMatrix(entries, Double.NaN, inverse);
    }
    BigDecimal[][] rows = besideUnit(entries, size);
    double logDeterminant = 0;
    for (int k = 0; k < size; k++) {
      int pivot = k;
      for (int i = k + 1; i < size; i++) {
        pivot = rows[i][k].abs().compareTo(rows[pivot][k].abs()) > 0 ? i : pivot;
      }
      if (rows[pivot][k].signum() == 0) {
        return new PreciseMatrix(entries, Double.NEGATIVE_INFINITY, inverse);
      }
      BigDecimal[] swapped = rows[pivot];
      rows[pivot] = rows[k];
      rows[k] = swapped;
      logDeterminant += log(swapped[k].abs());
      eliminate(rows, k);
    }
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++) {
        inverse[i * size + j] = rows[i][size + j].doubleValue();
      }
    }
    return new PreciseMatrix(entries, logDeterminant, inverse);
  }

  private static BigDecimal[][] besideUnit(double[] entries, int size) {
    BigDecimal[][] rows = new BigDecimal[size][2 * size];
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++) {
        rows[i][j] = new BigDecimal(entries[i * size + j]);
        rows[i][size + j] = i == j ? ONE : ZERO;
      }
    }
    return rows;
  }

  /** Makes column k that of the unit matrix. */
  private static void eliminate(BigDecimal[][] rows, int k) {
    BigDecimal pivot = rows[k][k];
    for (int j = k; j < rows[k].length; j++) {
      rows[k][j] = rows[k][j].divide(pivot, DIGITS);
    }
    for (int i = 0; i < rows.length; i++) {
      BigDecimal factor = rows[i][k];
      if (i != k && factor.signum() != 0) {
        for (int j = k; j < rows[i].length; j++) {
          rows[i][j] = rows[i][j].subtract(factor.multiply(rows[k][j], DIGITS), DIGITS);
        }
      }
    }
  }

  /** Of numbers beyond the range of doubles too. */
  private static double log(BigDecimal x) {
    int exponent = x.precision() - x.scale();
    return Math.log(x.scaleByPowerOfTen(-exponent).doubleValue()) + exponent * Math.log(10);
  }

  /**
   * The sum of |A⁻¹| |A|: what an error of ε of the terms that entries are sums of grows to, by ε.
   */
  double condition() {
    if (Double.isInfinite(logDeterminant)) {
      return Double.POSITIVE_INFINITY;
    }
    int size = (int) Math.round(Math.sqrt(entries.length));
    double sum = 0;
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++) {
        double factor = Math.abs(inverse[i * size + j]);
        for (int k = 0; k < size; k++) {
          double entry = Math.abs(entries[j * size + k]);
          sum += entry == 0 ? 0 : factor * entry;
        }
      }
    }
    return sum;
  }
}
