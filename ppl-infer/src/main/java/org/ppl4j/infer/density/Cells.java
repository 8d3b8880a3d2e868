package org.ppl4j.infer.density;

import com.google.common.primitives.ImmutableIntArray;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.internal.math.Erfc;
import org.ppl4j.tensor.Rng;

/**
 * Where the cells of columns with steps lie in standard units, for noise that is learned. The units
 * take each column by itself, so that a cell is an interval (a, b) there too, and s = m + Φ⁻¹(Φ(a −
 * m) + u (Φ(b − m) − Φ(a − m))) is in it for u in (0, 1). For a column of normal scores, whose
 * quantiles they are, a uniform u is about uniform in the cell as it was. The place m is 0 but for
 * cells that are far out, where Φ would have no digits left.
 */
final class Cells {

  /** For each column with steps: noise, m, Φ(a − m), Φ(b − m) − Φ(a − m). */
  static final int PARTS = 4;

  /** Cells end here, seen from m: float32 still knows Φ from 0 and 1. */
  private static final double REACH = 5;

  /** Of the nearest end of a cell from m, at most. */
  private static final double FAR = 2;

  /** As a share of half a cell, how far an end is from the edge of the support. */
  private static final double INSIDE = 0x1p-12;

  private static final int HALVINGS = 12;

  private final Units own;
  private final ImmutableIntArray columns;
  private final double logVolume;

  private Cells(Units own, ImmutableIntArray columns) {
    this.own = own;
    this.columns = columns;
    this.logVolume = Arrays.stream(own.steps()).map(Math::log).sum();
  }

  /** Of rows in these units, all of whose columns are numbers of a flow; null without steps. */
  static @Nullable Cells of(Units units) {
    double[] steps = units.steps();
    int[] columns = IntStream.range(0, steps.length).filter(j -> steps[j] > 0).toArray();
    return columns.length == 0
        ? null
        : new Cells(units.columns(columns), ImmutableIntArray.copyOf(columns));
  }

  /** Which columns have steps, from 0. */
  ImmutableIntArray columns() {
    return columns;
  }

  /** The logarithm of the volume of a cell, as wide as its steps. */
  double logVolume() {
    return logVolume;
  }

  /**
   * Rows whose columns with steps are in the middle of their cells.
   *
   * @param cells of the columns with steps: {@link #PARTS} for each
   * @param gain of the middles in those columns alone
   */
  record Placed(Table middles, Table cells, Table gain) {}

  /**
   * Of rows in their own units.
   *
   * @param noise of standard normal draws, one for each cell
   */
  Placed of(Table rows, Rng noise) {
    int width = columns.length();
    int size = rows.rows() * width;
    double[] low = new double[size];
    double[] high = new double[size];
    double[] middle = new double[size];
    double[] values = rows.range(0, rows.rows()).values();
    List<Optional<Constraint>> supports = own.support().ofColumns(width);
    for (int i = 0; i < size; i++) {
      int k = i % width;
      int at = i / width * rows.columns() + columns.get(k);
      double half = own.steps()[k] / 2;
      Constraint support = supports.get(k).orElseThrow();
      low[i] = end(values[at], -half, support);
      high[i] = end(values[at], half, support);
      middle[i] = Double.isInfinite(values[at]) ? values[at] : low[i] + (high[i] - low[i]) / 2;
      values[at] = middle[i];
    }
    Units.Standard middles = standard(middle);
    double[] one = standard(low).rows().values();
    double[] other = standard(high).rows().values();
    double[] parts = new double[size * PARTS];
    for (int i = 0; i < size; i++) {
      double a = Math.min(one[i], other[i]); // some bijections fall
      double b = Math.max(one[i], other[i]);
      double near = Math.max(a, Math.min(b, 0));
      double place = near - Math.max(-FAR, Math.min(FAR, near));
      double start = cdf(Math.max(a - place, -REACH));
      int at = i / width * width * PARTS + i % width;
      parts[at] = noise.nextNormal();
      parts[at + width] = place;
      parts[at + 2 * width] = start;
      parts[at + 3 * width] = cdf(Math.min(b - place, REACH)) - start;
    }
    return new Placed(rows.with(values), new Table("cells", width * PARTS, parts), middles.gain());
  }

  private Units.Standard standard(double[] numbers) {
    return own.standard(new Table("cells", columns.length(), numbers), null);
  }

  /** The end of a cell, or a place just inside the support where that ends before it. */
  private static double end(double number, double half, Constraint support) {
    if (support.contains(number + half * (1 + INSIDE))) {
      return number + half;
    }
    double inside = 0;
    double outside = 1;
    for (int i = 0; i < HALVINGS; i++) {
      double share = (inside + outside) / 2;
      if (support.contains(number + half * share)) {
        inside = share;
      } else {
        outside = share;
      }
    }
    return number + half * (inside - INSIDE);
  }

  private static double cdf(double x) {
    return Erfc.of(-x * Math.sqrt(0.5)) / 2;
  }
}
