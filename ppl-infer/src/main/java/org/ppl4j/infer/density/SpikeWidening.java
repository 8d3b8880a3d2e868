package org.ppl4j.infer.density;

import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.file.Family;
import org.ppl4j.tensor.file.TensorFile;

/**
 * Stretches the cells of spikes until they are no denser than what is around them, so that a smooth
 * flow has nothing to do there: each column is mapped by a line of slope 1 but for the cells, where
 * it is steeper. A cell becomes the longer the more rows have its number, given their context; so a
 * flow that is smooth in its contexts gives each of them as much as it has. Without spikes it is
 * the identity.
 */
final class SpikeWidening {

  private static final Family FAMILY = Family.of(SpikeWidening.class, 1);

  /** Density around a spike is that of the nearest rows, at least so many. */
  private static final int MIN_NEIGHBOURS = 10;

  /** So far from the middle of those within reach, of half of their length, it is at their edge. */
  private static final double MOST_OFF = 0.5;

  /** A cell far from all other rows is stretched as if there were this share of their density. */
  private static final double MIN_DENSITY = 1 / 8.0;

  /**
   * A cell that is stretched.
   *
   * @param column where it is
   * @param low its least number
   * @param high its greatest number
   * @param length that it gains if as many rows are in it as are elsewhere
   * @param odds how many are, given their context
   */
  private record Cell(int column, double low, double high, double length, LogisticRegression odds) {

    /** What a number has gained. */
    double gain(double x, double odds) {
      return length * odds * Math.min(1, Math.max(0, (x - low) / (high - low)));
    }
  }

  private final int columns;
  private final ImmutableList<Cell> cells;

  /** Where the line of each column bends, in rising order. */
  private final double[][] bends;

  private SpikeWidening(int columns, ImmutableList<Cell> cells) {
    this.columns = columns;
    this.cells = cells;
    this.bends =
        IntStream.range(0, columns)
            .mapToObj(
                j ->
                    cells.stream()
                        .filter(cell -> cell.column() == j)
                        .flatMapToDouble(cell -> Arrays.stream(new double[] {cell.low, cell.high}))
                        .sorted()
                        .toArray())
            .toArray(double[][]::new);
  }

  /** The identity of so many columns. */
  static SpikeWidening none(int columns) {
    return new SpikeWidening(columns, ImmutableList.of());
  }

  /**
   * That of spikes.
   *
   * @param free the rows as a flow makes them
   * @param own the same rows in their own units, without noise
   * @param contexts of the same rows in standard units; null without
   * @param support of the rows
   */
  static SpikeWidening of(
      Table free, Table own, @Nullable Table contexts, List<Spike> spikes, Support support) {
    ImmutableList.Builder<Cell> cells = ImmutableList.builder();
    for (Spike spike : spikes) {
      int j = spike.column();
      double[] numbers = own.numbers(j);
      int[] others =
          IntStream.range(0, numbers.length)
              .filter(
                  i -> spikes.stream().noneMatch(s -> s.column() == j && s.value() == numbers[i]))
              .toArray();
      double[] around =
          Arrays.stream(others).mapToDouble(i -> free.number(i, j)).sorted().toArray();
      double[] ends =
          support.freeNumbers(j, own.columns(), spike.low(), spike.value(), spike.high());
      double low = Math.min(ends[0], ends[2]);
      double high = Math.max(ends[0], ends[2]);
      if (Double.isFinite(low) && Double.isFinite(high) && low < high) {
        int[] either =
            IntStream.range(0, numbers.length)
                .filter(i -> numbers[i] == spike.value() || Arrays.binarySearch(others, i) >= 0)
                .toArray();
        boolean[] isSpike = new boolean[either.length];
        for (int k = 0; k < either.length; k++) {
          isSpike[k] = numbers[either[k]] == spike.value();
        }
        LogisticRegression odds =
            LogisticRegression.of(isSpike, contexts == null ? null : contexts.view(either));
        cells.add(new Cell(j, low, high, 1 / density(around, ends[1]), odds));
      }
    }
    return new SpikeWidening(free.columns(), cells.build());
  }

  /**
   * The share of sorted numbers in a unit of length around one: of a parabola through those within
   * reach, as its moments say; of the nearest few where numbers are on one side alone. Source:
   * Scott, "Multivariate density estimation" (1992), section 6.2, kernels of fourth order.
   */
  private static double density(double[] sorted, double at) {
    int n = sorted.length;
    double nearest = nearest(sorted, at);
    Window few = Window.of(sorted, at, 2 * Math.cbrt((double) n * n));
    double reach = Math.max(at - sorted[few.from], sorted[few.to - 1] - at);
    double low = Math.max(at - reach, sorted[0]);
    double high = Math.min(at + reach, sorted[n - 1]);
    double half = (high - low) / 2;
    double middle = (high + low) / 2;
    double place = (at - middle) / half;
    if (!(Math.abs(place) <= MOST_OFF)) {
      return nearest;
    }
    double slope = 0;
    double bend = 0;
    for (int i = few.from; i < few.to; i++) {
      double x = (sorted[i] - middle) / half;
      slope += x / few.size();
      bend += parabola(x) / few.size();
    }
    double shape = 0.5 + 1.5 * place * slope + 2.5 * parabola(place) * bend;
    double found = shape / half * few.size() / n;
    return Math.min(2 * nearest, Math.max(nearest / 2, found));
  }

  /** Legendre's polynomial of degree 2. */
  private static double parabola(double x) {
    return (3 * x * x - 1) / 2;
  }

  private static double nearest(double[] sorted, double at) {
    int n = sorted.length;
    Window few = Window.of(sorted, at, Math.sqrt(n));
    double length = Math.max(sorted[few.to - 1], at) - Math.min(sorted[few.from], at);
    double half = sorted[3 * n / 4] - sorted[n / 4];
    double typical = 1 / (2 * Math.max(half, Double.MIN_NORMAL));
    return Math.max(
        (double) few.size() / n / Math.max(length, Double.MIN_NORMAL), MIN_DENSITY * typical);
  }

  /** The nearest of sorted numbers, {@code from} to {@code to} (exclusive). */
  private record Window(int from, int to) {

    static Window of(double[] sorted, double at, double wanted) {
      int n = sorted.length;
      int size = Math.min(n, Math.max(MIN_NEIGHBOURS, (int) wanted));
      int found = Arrays.binarySearch(sorted, at);
      int low = found >= 0 ? found : -found - 1;
      int high = low;
      while (high - low < size) {
        boolean isLow = high == n || (low > 0 && at - sorted[low - 1] <= sorted[high] - at);
        low -= isLow ? 1 : 0;
        high += isLow ? 0 : 1;
      }
      return new Window(low, high);
    }

    int size() {
      return to - from;
    }
  }

  /**
   * Rows as they are, stretched.
   *
   * @param contexts of the rows in standard units; null for the mean of all
   * @param logDet gets the logarithm of the slopes at each row, added
   */
  Table stretched(Table rows, @Nullable Table contexts, double[] logDet) {
    if (cells.isEmpty()) {
      return rows;
    }
    double[] values = rows.range(0, rows.rows()).values();
    for (int i = 0; i < rows.rows(); i++) {
      double[] odds = odds(contexts, i);
      for (int j = 0; j < columns; j++) {
        double x = values[i * columns + j];
        double[] to = to(j, odds);
        values[i * columns + j] = map(x, bends[j], to);
        logDet[i] += Math.log(slope(x, bends[j], to));
      }
    }
    return rows.with(values);
  }

  /**
   * Stretched rows, as they were.
   *
   * @param contexts of the rows in standard units; null for the mean of all
   */
  Table original(Table stretched, @Nullable Table contexts) {
    if (cells.isEmpty()) {
      return stretched;
    }
    double[] values = stretched.range(0, stretched.rows()).values();
    for (int i = 0; i < stretched.rows(); i++) {
      double[] odds = odds(contexts, i);
      for (int j = 0; j < columns; j++) {
        values[i * columns + j] = map(values[i * columns + j], to(j, odds), bends[j]);
      }
    }
    return stretched.with(values);
  }

  private double[] odds(@Nullable Table contexts, int row) {
    return cells.stream().mapToDouble(cell -> cell.odds().of(contexts, row)).toArray();
  }

  /** What the line of a column gives where it bends. */
  private double[] to(int column, double[] odds) {
    double[] to = bends[column].clone();
    for (int k = 0; k < to.length; k++) {
      for (int c = 0; c < odds.length; c++) {
        Cell cell = cells.get(c);
        to[k] += cell.column() == column ? cell.gain(bends[column][k], odds[c]) : 0;
      }
    }
    return to;
  }

  /** The first bend that is greater, of 0 to as many as there are. */
  private static int next(double x, double[] a) {
    int found = Arrays.binarySearch(a, x);
    return found >= 0 ? found + 1 : -found - 1;
  }

  private static double map(double x, double[] a, double[] b) {
    int next = next(x, a);
    if (a.length == 0 || Double.isNaN(x)) {
      return x;
    }
    if (next == 0) {
      return x + (b[0] - a[0]);
    }
    return next == a.length
        ? x + (b[next - 1] - a[next - 1])
        : b[next - 1] + (x - a[next - 1]) * slope(x, a, b);
  }

  private static double slope(double x, double[] a, double[] b) {
    int next = next(x, a);
    boolean isInside = next > 0 && next < a.length && a[next] > a[next - 1];
    return isInside ? (b[next] - b[next - 1]) / (a[next] - a[next - 1]) : 1;
  }

  // --- files

  /** Adds it to a file, as a tensor of five numbers or more for each cell. */
  void write(TensorFile.Builder file, String name) {
    FAMILY.write(file);
    for (int c = 0; c < cells.size(); c++) {
      Cell cell = cells.get(c);
      double[] own = {cell.column(), cell.low(), cell.high(), cell.length()};
      double[] all = Arrays.copyOf(own, own.length + cell.odds().coefficients().length);
      System.arraycopy(
          cell.odds().coefficients(), 0, all, own.length, cell.odds().coefficients().length);
      file.put(name + "/" + c, FloatType.FLOAT64, new Shape(all.length), all);
    }
  }

  /**
   * The one in a file; the identity if the file has none.
   *
   * @param columns how many numbers a flow makes for a row
   */
  static SpikeWidening read(TensorFile file, String name, int columns) {
    FAMILY.check(file);
    List<Cell> cells = new ArrayList<>();
    TensorFile.Entry entry;
    while ((entry = file.entries().get(name + "/" + cells.size())) != null) {
      double[] all = entry.values();
      LogisticRegression odds = new LogisticRegression(Arrays.copyOfRange(all, 4, all.length));
      cells.add(new Cell((int) all[0], all[1], all[2], all[3], odds));
    }
    return new SpikeWidening(columns, ImmutableList.copyOf(cells));
  }
}
