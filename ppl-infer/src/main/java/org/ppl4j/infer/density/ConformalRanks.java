package org.ppl4j.infer.density;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.file.Family;
import org.ppl4j.tensor.file.TensorFile;

/**
 * Where rows that a distribution has never seen lie in it: the probabilities u of less than each of
 * n such rows, in rising order. A row like them is one more of n + 1 that may come in any order, so
 * that it lies between the jth and the kth with probability (k − j) / (n + 1), whatever the
 * distribution is and whatever the truth: split conformal prediction.
 *
 * <p>Of a number with a mass u is drawn from the probability of less to that of as much, so that
 * none are alike. Of rows of several columns u is the place of each column's number among {@value
 * #DRAWS} draws, of the same stream always, and a column's missing numbers have none.
 *
 * <p>Sources: Vovk, Gammerman, Shafer, "Algorithmic learning in a random world" (2005); Romano,
 * Patterson, Candès, "Conformalized quantile regression" (2019), of which these are the quantiles
 * of each row at levels that are the same for all.
 */
final class ConformalRanks {

  private static final Family FAMILY = Family.of(ConformalRanks.class, 1);

  /** Numbers of rows of which intervals of 50, 80, 90 and 95% are exact are one less than these. */
  private static final int UNIT = 40;

  private static final double SHARE = 0.15;
  private static final double MOST_SHARE = 0.25;

  /** More of them make levels hardly surer. */
  private static final int MOST = 2000;

  /** With fewer, intervals of a table are as often too long or short as they are right. */
  private static final int WANTED = 120;

  /** So many rows of several columns are placed among draws, which takes long. */
  private static final int MOST_AMONG_DRAWS = 400;

  /** So many draws are made of each. */
  static final int DRAWS = 399;

  /** Keys them. */
  private static final long STREAM = 0x636f6e66L;

  /** What comes of rounding when a level is a whole number of rows. */
  private static final double ROUNDING = 1e-9;

  private static final String PREFIX = "conformal/";

  /** Of each column, in rising order. */
  private final double[][] ranks;

  private ConformalRanks(double[][] ranks) {
    this.ranks = ranks;
  }

  /**
   * How many rows of a table to set aside: about 15%, of small tables up to a quarter until they
   * are 119, and never more than 1,999. They are 40 m − 1, and none of tables of less than 156
   * rows, since 39 are the fewest of which an interval of 95% can be told.
   */
  static int count(int rows) {
    double wanted = Math.max(SHARE * rows, WANTED - 1);
    double most = Math.min(MOST_SHARE * rows, MOST - 1);
    long units = Math.min(Math.round(wanted / UNIT), (long) Math.floor((most + 1) / UNIT));
    return Math.toIntExact(Math.max(0, units * UNIT - 1));
  }

  /**
   * How many rows to set aside of a share of a table that is asked for: about as many.
   *
   * @param share from 0 to 1, none of 0
   */
  static int count(int rows, double share) {
    long units = Math.max(1, Math.round(share * rows / UNIT));
    return share == 0 ? 0 : Math.toIntExact(Math.min(units, MOST / UNIT) * UNIT - 1);
  }

  /**
   * Those of rows.
   *
   * @param calibration which had no part in making the distribution
   * @param rng breaks ties
   */
  static ConformalRanks of(RowDistribution distribution, Tables calibration, Rng rng) {
    checkArgument(
        calibration.rows() >= 1, "calibration has no row; pass some that were not learned from");
    if (distribution.dim() > 1) {
      int rows = Math.min(calibration.rows(), MOST_AMONG_DRAWS - 1);
      return new ConformalRanks(amongDraws(distribution, calibration.range(0, rows), rng));
    }
    return ofPlaces(places(distribution, calibration, rng));
  }

  /** Those of rows whose {@linkplain #places places} are known. */
  static ConformalRanks ofPlaces(double[] places) {
    return new ConformalRanks(new double[][] {sorted(places)});
  }

  /** The probabilities of less than each row, of one column, drawn where it has a mass. */
  static double[] places(RowDistribution distribution, Tables tables, Rng rng) {
    double[] cdf = distribution.cdf(tables);
    double[] below = distribution.below(tables);
    Arrays.setAll(cdf, i -> below[i] + rng.nextUniform() * Math.max(0, cdf[i] - below[i]));
    return cdf;
  }

  /** The same of each column of rows of several, without missing numbers. */
  private static double[][] amongDraws(RowDistribution distribution, Tables tables, Rng rng) {
    double[][] places = new double[distribution.dim()][tables.rows()];
    eachDraws(
        distribution,
        tables,
        (row, column, number, draws) ->
            places[column][row] =
                Double.isNaN(number) ? Double.NaN : ColumnDraws.place(number, draws, rng));
    return Arrays.stream(places)
        .map(column -> sorted(Arrays.stream(column).filter(u -> !Double.isNaN(u)).toArray()))
        .toArray(double[][]::new);
  }

  /** Shows each number of each row with the draws among which its place is. */
  static void eachDraws(RowDistribution distribution, Tables tables, ColumnDraws.Visitor visitor) {
    ColumnDraws.each(distribution, tables, DRAWS, STREAM, visitor);
  }

  private static double[] sorted(double[] numbers) {
    Arrays.sort(numbers);
    return numbers;
  }

  /** How many columns they are of. */
  int columns() {
    return ranks.length;
  }

  /** How many rows a column has them of. */
  int rows(int column) {
    return ranks[column].length;
  }

  /** Those of a column, in rising order. */
  double[] column(int column) {
    return ranks[column].clone();
  }

  /**
   * Between which probabilities a row lies.
   *
   * @param low of less than its lower end, 0 where it has none
   * @param high of less than its upper end, 1 where it has none
   * @param coverage with what probability it lies there, over rows for calibration and itself
   * @param warning why it is without an end, if it is
   */
  record Level(double low, double high, double coverage, Optional<String> warning) {}

  /**
   * The level of a column's central interval: with the probability, or a little more where that is
   * no whole number of rows, a number lies inside, and below as often as above.
   *
   * @param probability between 0 and 1
   */
  Level level(int column, double probability) {
    double[] sorted = ranks[column];
    int n = sorted.length;
    int j = (int) Math.floor((n + 1) * (1 - probability) / 2 + ROUNDING);
    if (j == 0) {
      return new Level(0, 1, 1, Optional.of(few(n, probability)));
    }
    double low = sorted[j - 1];
    double high = sorted[n - j];
    Optional<String> warning =
        low > 0 && high < 1 ? Optional.empty() : Optional.of(impossible(sorted, probability));
    return new Level(low, high, (n + 1.0 - 2 * j) / (n + 1), warning);
  }

  private static String few(int n, double probability) {
    return String.format(
        Locale.ROOT,
        "an interval of %s%% needs %,.0f rows for calibration, but there %s %,d: it has no ends;"
            + " pass more rows%s",
        percent(probability),
        Math.ceil(2 / (1 - probability) - 1 - ROUNDING),
        n == 1 ? "is" : "are",
        n,
        n < 3 ? "" : ", or ask for at most " + percent((n - 1.0) / (n + 1)) + "%");
  }

  private static String impossible(double[] sorted, double probability) {
    long beyond = Arrays.stream(sorted).filter(u -> u <= 0 || u >= 1).count();
    return String.format(
        Locale.ROOT,
        "%,d of %,d rows for calibration lie where the density says that none can, so that an"
            + " interval of %s%% has no end there; learn from more rows, or by a simpler flow",
        beyond,
        sorted.length,
        percent(probability));
  }

  /** With as many digits as it has, four at most, cut off. */
  private static String percent(double probability) {
    double cut = Math.floor(probability * 1e4 + ROUNDING) / 100;
    return cut == Math.rint(cut) ? String.valueOf((long) cut) : String.valueOf(cut);
  }

  // --- in files

  void write(TensorFile.Builder file) {
    FAMILY.write(file);
    for (int j = 0; j < ranks.length; j++) {
      Shape shape = new Shape(ranks[j].length);
      file.put(PREFIX + j, FloatType.FLOAT64, shape, ranks[j]);
    }
  }

  /** Those in a file; null if it has none. */
  static @Nullable ConformalRanks read(TensorFile file) {
    FAMILY.check(file);
    double[][] ranks =
        IntStream.iterate(0, j -> file.entries().containsKey(PREFIX + j), j -> j + 1)
            .mapToObj(j -> Standardisation.entry(file, PREFIX + j))
            .toArray(double[][]::new);
    return ranks.length == 0 ? null : new ConformalRanks(ranks);
  }
}
