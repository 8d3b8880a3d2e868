package org.ppl4j.infer.density;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.Range;
import com.google.common.primitives.ImmutableDoubleArray;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.infer.InterruptionException;
import org.ppl4j.tensor.Rng;

/**
 * What a distribution says of each of some rows.
 *
 * @param logs the log-density of each
 * @param places of each column's numbers in their laws; NaN of missing ones
 * @param crps of each column's numbers; NaN of missing ones
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record ScoredRows(double[] logs, double[][] places, double[][] crps) {

  /** So many quantiles, or draws for rows of several columns, stand for a law. */
  private static final int QUANTILES = 25;

  private static final int DRAWS = 200;

  private static final String WORK = "scoring of a density";

  /** Keys them. */
  private static final long STREAM = 0x73636f72L;

  /** Of a distribution; the seed is of what is drawn. */
  static ScoredRows of(RowDistribution distribution, Tables tables, long seed) {
    Rng rng = Rng.of(seed, Rng.Purpose.PREDICT, 0, "density.scores");
    double[] logs = distribution.logProb(tables);
    if (distribution.dim() > 1) {
      return amongDraws(distribution, tables, logs, rng);
    }
    double[][] places = {ConformalRanks.places(distribution, tables, rng)};
    double[][] crps = {byQuantiles(distribution, tables, rng)};
    return new ScoredRows(logs, places, crps);
  }

  /**
   * The CRPS of numbers by twice the mean quantile loss over all levels: Laio, Tamea 2007. Of each
   * of some strata of levels one is drawn, so that it is right in the mean.
   */
  private static double[] byQuantiles(RowDistribution distribution, Tables tables, Rng rng) {
    double[] sum = new double[tables.rows()];
    for (int k = 0; k < QUANTILES; k++) {
      InterruptionException.check(WORK, null);
      double[] levels = new double[sum.length];
      for (int i = 0; i < levels.length; i++) {
        levels[i] = (k + rng.nextUniform()) / QUANTILES;
      }
      double[] at = distribution.quantile(new Tables(new Table("levels", 1, levels), tables.x()));
      for (int i = 0; i < sum.length; i++) {
        double miss = tables.y().number(i, 0) - at[i];
        sum[i] += 2 * miss * (miss > 0 ? levels[i] : levels[i] - 1) / QUANTILES;
      }
    }
    return sum;
  }

  private static ScoredRows amongDraws(
      RowDistribution distribution, Tables tables, double[] logs, Rng rng) {
    double[][] places = new double[distribution.dim()][tables.rows()];
    double[][] crps = new double[distribution.dim()][tables.rows()];
    ColumnDraws.each(
        distribution,
        tables,
        DRAWS,
        STREAM,
        (row, column, number, draws) -> {
          InterruptionException.check(WORK, null);
          boolean isMissing = Double.isNaN(number);
          places[column][row] = isMissing ? Double.NaN : ColumnDraws.place(number, draws, rng);
          crps[column][row] = crps(number, draws);
        });
    return new ScoredRows(logs, places, crps);
  }

  /** That of draws which stand for their law, right in the mean: Ferro 2014. */
  private static double crps(double number, double[] sorted) {
    int n = sorted.length;
    double miss = 0;
    double apart = 0;
    for (int i = 0; i < n; i++) {
      miss += Math.abs(sorted[i] - number) / n;
      apart += sorted[i] * (2 * i - n + 1) / (n * (n - 1.0));
    }
    return miss - apart;
  }

  /**
   * Of regressions on the contexts, and for the density on the columns before; null of too few
   * rows, and of categories, whose probabilities no density of a number compares to.
   */
  static @Nullable ScoredRows ofRegression(Tables tables) {
    Table y = tables.y();
    Table x = tables.x();
    boolean hasCategory = y.types().contains(ColumnType.CATEGORY);
    if (hasCategory || hasGap(y) || (x != null && hasGap(x))) {
      return null;
    }
    double[] logs = new double[y.rows()];
    double[][] places = new double[y.columns()][y.rows()];
    double[][] crps = new double[y.columns()][y.rows()];
    for (int j = 0; j < y.columns(); j++) {
      LeftOutRegression alone = LeftOutRegression.of(y.numbers(j), x);
      LeftOutRegression chained = LeftOutRegression.of(y.numbers(j), beside(x, y, j));
      if (alone == null || chained == null) {
        return null;
      }
      for (int i = 0; i < logs.length; i++) {
        logs[i] += chained.logProb(i);
        places[j][i] = alone.place(i);
        crps[j][i] = alone.crps(i);
      }
    }
    return new ScoredRows(logs, places, crps);
  }

  private static boolean hasGap(Table table) {
    return Arrays.stream(table.values()).anyMatch(number -> !Double.isFinite(number));
  }

  /** The contexts with the first columns of rows; null if there are neither. */
  private static @Nullable Table beside(@Nullable Table x, Table y, int first) {
    int contexts = x == null ? 0 : x.columns();
    int width = contexts + first;
    if (width == 0) {
      return null;
    }
    double[] both = new double[y.rows() * width];
    for (int i = 0; i < y.rows(); i++) {
      for (int j = 0; j < width; j++) {
        both[i * width + j] =
            x != null && j < contexts ? x.number(i, j) : y.number(i, j - contexts);
      }
    }
    return new Table("given", width, both);
  }

  // --- figures

  int rows() {
    return logs.length;
  }

  double logProb(int row) {
    return logs[row];
  }

  double[] places(int column) {
    return places[column];
  }

  /** How many numbers a column has. */
  int trials(int column) {
    return (int) Arrays.stream(places[column]).filter(u -> !Double.isNaN(u)).count();
  }

  /** How often the place of a column's number is in a range. */
  double coverage(int column, Range<Double> range) {
    double low = range.lowerEndpoint();
    double high = range.upperEndpoint();
    long held = Arrays.stream(places[column]).filter(u -> u >= low && u <= high).count();
    return (double) held / trials(column);
  }

  /** Between which places of a column an interval is. */
  @FunctionalInterface
  interface Interval {
    Range<Double> of(int column, double level);
  }

  DensityScores.Score score(String name, Interval interval) {
    ImmutableDoubleArray means =
        ImmutableDoubleArray.copyOf(
            Arrays.stream(crps)
                .mapToDouble(
                    column ->
                        Arrays.stream(column)
                            .filter(one -> !Double.isNaN(one))
                            .average()
                            .orElse(Double.NaN)));
    ImmutableList<ImmutableDoubleArray> coverage =
        IntStream.range(0, places.length)
            .mapToObj(
                j ->
                    ImmutableDoubleArray.copyOf(
                        DensityScores.LEVELS.stream()
                            .map(level -> coverage(j, interval.of(j, level)))))
            .collect(ImmutableList.toImmutableList());
    return new DensityScores.Score(
        name,
        Arrays.stream(logs).average().orElseThrow(),
        Standardisation.deviation(logs) / Math.sqrt(logs.length),
        means,
        coverage);
  }
}
