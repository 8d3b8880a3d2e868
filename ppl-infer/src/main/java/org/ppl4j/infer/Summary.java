package org.ppl4j.infer;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.math.Quantiles;
import java.util.Locale;
import java.util.Map;

/**
 * Mean, standard deviation and quantiles of each number of a posterior. Elements of a site have
 * names like {@code theta[1]} and {@code w[2,3]}, counted from 1; a site of shape () its own name.
 *
 * @param rows by name, in the order of the sites
 * @param warnings what speaks against trusting them; mostly none
 */
public record Summary(ImmutableMap<String, Row> rows, ImmutableList<String> warnings) {

  /**
   * One number.
   *
   * @param mean the mean of its draws
   * @param sd their standard deviation (divisor n − 1; 0 for one draw)
   * @param q05 the 5% quantile, linearly interpolated, as the others
   * @param q50 the median
   * @param q95 the 95% quantile
   */
  public record Row(double mean, double sd, double q05, double q50, double q95) {

    /** Of these draws, at least one; NaN among them makes all figures NaN. */
    public static Row of(double[] draws) {
      int n = draws.length;
      double sum = 0;
      for (double x : draws) {
        sum += x;
      }
      double mean = sum / n;
      double squares = 0;
      for (double x : draws) {
        squares += (x - mean) * (x - mean);
      }
      Map<Integer, Double> quantiles = Quantiles.percentiles().indexes(5, 50, 95).compute(draws);
      return new Row(
          mean,
          n > 1 ? Math.sqrt(squares / (n - 1)) : 0,
          requireNonNull(quantiles.get(5)),
          requireNonNull(quantiles.get(50)),
          requireNonNull(quantiles.get(95)));
    }
  }

  /** Of these rows. */
  public Summary {
    requireNonNull(rows, "rows");
    requireNonNull(warnings, "warnings");
  }

  /** Of these rows, without a warning. */
  public Summary(ImmutableMap<String, Row> rows) {
    this(rows, ImmutableList.of());
  }

  /**
   * One row.
   *
   * @throws IllegalArgumentException if there is none of this name
   */
  public Row get(String name) {
    Row row = rows.get(name);
    checkArgument(
        row != null, "summary has no row '%s', only %s; ask for one of these", name, rows.keySet());
    return row;
  }

  /** Element {@code i} of a shape, counted from 1 in each dim, e.g. {@code [2,3]}. */
  public static String subscript(Shape shape, int i) {
    StringBuilder text = new StringBuilder();
    int rest = i;
    for (int dim = shape.dimension() - 1; dim >= 0; dim--) {
      long size = shape.get(dim);
      text.insert(0, (dim > 0 ? "," : "[") + (rest % size + 1));
      rest /= (int) size;
    }
    return text.isEmpty() ? "" : text + "]";
  }

  /** A table, one line a row, then the warnings. */
  @Override
  public String toString() {
    int width = 4;
    for (String name : rows.keySet()) {
      width = Math.max(width, name.length());
    }
    StringBuilder text = new StringBuilder();
    text.append(line(width, "", "mean", "sd", "5%", "50%", "95%"));
    for (Map.Entry<String, Row> entry : rows.entrySet()) {
      Row row = entry.getValue();
      text.append(System.lineSeparator())
          .append(
              line(
                  width,
                  entry.getKey(),
                  number(row.mean()),
                  number(row.sd()),
                  number(row.q05()),
                  number(row.q50()),
                  number(row.q95())));
    }
    for (String warning : warnings) {
      text.append(System.lineSeparator()).append("warning: ").append(warning);
    }
    return text.toString();
  }

  private static String line(int width, String name, String... cells) {
    StringBuilder line = new StringBuilder(String.format("%-" + width + "s", name));
    for (String cell : cells) {
      line.append(String.format("%11s", cell));
    }
    return line.toString();
  }

  /** Four significant digits or three decimals, whichever is more; powers of ten at the ends. */
  private static String number(double x) {
    double size = Math.abs(x);
    return size != 0 && (size < 1e-3 || size >= 1e6)
        ? String.format(Locale.ROOT, "%.3e", x)
        : String.format(Locale.ROOT, size >= 1000 ? "%.1f" : "%.3f", x);
  }
}
