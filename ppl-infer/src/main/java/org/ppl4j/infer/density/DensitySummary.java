package org.ppl4j.infer.density;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Means and intervals of a density: of one column by its quantiles, of each of several by draws.
 * Columns of texts have none: NaN beside others, an error alone.
 */
final class DensitySummary {

  /** So many draws stand for a density of several columns. */
  static final int POINTS = 4000;

  /** So many of them are held at once, unless those of one context are more. */
  private static final int MAX_POINTS = 1 << 20;

  private final Fitted fitted;
  private final @Nullable Table contexts;
  private final int rows;
  private final LongSupplier streams; // of draws

  /** Of a density given contexts, by other draws in each call. */
  DensitySummary(Fitted fitted, @Nullable Table contexts) {
    this(fitted, contexts, fitted::nextStream);
  }

  /**
   * Of a density given contexts.
   *
   * @param contexts in their own units; null without
   * @param streams what keys draws, if there are any
   */
  DensitySummary(Fitted fitted, @Nullable Table contexts, LongSupplier streams) {
    this.streams = streams;
    fitted.checkOrdered();
    this.fitted = fitted;
    this.contexts = contexts;
    this.rows = contexts == null ? 1 : contexts.rows();
  }

  /** What is asked of the points of one column given one context, in rising order. */
  @FunctionalInterface
  private interface Question {
    double of(double[] points);
  }

  /** The mean of each column given each context, row by row. */
  double[] mean() {
    return fitted.dim() == 1
        ? fitted.rows().mean(rows, contexts)
        : each(points -> Arrays.stream(points).average().orElseThrow());
  }

  /** The number of each column that is greater with some probability, as {@link #mean}. */
  double[] quantile(double level) {
    return fitted.dim() == 1 ? quantiles(level) : each(points -> between(points, level));
  }

  /**
   * The central interval of each column given each context, row by row: conformal, where there are
   * ranks of rows that nothing learned from.
   */
  PlainInterval interval(double probability) {
    checkArgument(
        probability > 0 && probability < 1,
        "density has no interval of probability %s; pass a number between 0 and 1",
        probability);
    ConformalRanks ranks = fitted.ranks();
    if (ranks != null) {
      return conformal(ranks, probability);
    }
    double left = (1 - probability) / 2;
    return PlainInterval.of(quantile(left), quantile(1 - left), Double.NaN, ImmutableList.of());
  }

  private PlainInterval conformal(ConformalRanks ranks, double probability) {
    List<ConformalRanks.Level> levels =
        IntStream.range(0, ranks.columns()).mapToObj(j -> ranks.level(j, probability)).toList();
    double[] low;
    double[] high;
    if (fitted.dim() == 1) {
      low = quantile(levels.get(0).low());
      high = quantile(levels.get(0).high());
    } else {
      low = new double[rows * levels.size()];
      high = new double[low.length];
      Table given = contexts;
      Tables asked = new Tables(new Table("rows", levels.size(), new double[low.length]), given);
      ConformalRanks.eachDraws(
          fitted.rows(),
          asked,
          (row, column, number, draws) -> {
            int place = row * levels.size() + column;
            boolean isOrdered = fitted.isOrdered(column);
            ConformalRanks.Level level = levels.get(column);
            low[place] = isOrdered ? ColumnDraws.lowerEnd(level.low(), draws) : Double.NaN;
            high[place] = isOrdered ? ColumnDraws.upperEnd(level.high(), draws) : Double.NaN;
          });
    }
    double coverage = levels.stream().mapToDouble(level -> level.coverage()).min().orElseThrow();
    return PlainInterval.of(
        low,
        high,
        coverage,
        levels.stream()
            .flatMap(level -> level.warning().stream())
            .distinct()
            .collect(ImmutableList.toImmutableList()));
  }

  private double[] each(Question question) {
    int dim = fitted.dim();
    double[] result = new double[rows * dim];
    int batch = Math.max(1, MAX_POINTS / (POINTS * dim));
    for (int from = 0; from < rows; from += batch) {
      int to = Math.min(from + batch, rows);
      Table some = contexts == null ? null : contexts.range(from, to);
      double[] points = points(to - from, some);
      int width = (to - from) * dim;
      for (int j = 0; j < width; j++) {
        int column = j;
        double[] sorted = new double[POINTS];
        Arrays.setAll(sorted, i -> points[i * width + column]);
        Arrays.sort(sorted);
        result[from * dim + j] = fitted.isOrdered(j % dim) ? question.of(sorted) : Double.NaN;
      }
    }
    return result;
  }

  /** (POINTS, N, D) draws. */
  private double[] points(int count, @Nullable Table some) {
    Table given = some == null ? null : some.repeated(POINTS);
    return fitted.rows().draws(POINTS * count, given, streams.getAsLong()).values();
  }

  /** Of a level given each context. */
  private double[] quantiles(double level) {
    double[] levels = new double[rows];
    Arrays.fill(levels, level);
    return fitted.quantiles(new Tables(new Table("levels", 1, levels), contexts));
  }

  private static double between(double[] sorted, double level) {
    double place = level * sorted.length - 0.5;
    int low = (int) Math.max(0, Math.min(Math.floor(place), sorted.length - 2));
    double share = Math.max(0, Math.min(place - low, 1));
    return sorted[low] + share * (sorted[low + 1] - sorted[low]);
  }
}
