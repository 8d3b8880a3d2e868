package org.ppl4j.infer.density;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.Range;
import com.google.common.primitives.ImmutableDoubleArray;
import com.google.common.primitives.ImmutableIntArray;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.infer.diagnostics.BinomialBand;
import org.ppl4j.infer.diagnostics.Wording;
import org.ppl4j.internal.math.Nearest;

/**
 * How good a density is on rows that it has not seen, beside linear regressions with normal errors,
 * each fitted to all of these rows but the one that it speaks of.
 *
 * <p>Four figures. The log score is the mean log-density. The CRPS of a column, in its units, is
 * how far from the number a draw is, less half of how far draws are from each other: the mean
 * absolute error of a density that is sure; of a category it is that of the places of its levels.
 * The place of a number is the probability of less, which is uniform if the density is right; at a
 * mass it is drawn. The coverage is how often intervals hold the number.
 *
 * <p>Sources: Gneiting, Raftery, "Strictly proper scoring rules" (2007); Dawid, "The prequential
 * approach" (1984).
 */
public final class DensityScores {

  /** The levels of the intervals that are counted. */
  public static final ImmutableDoubleArray LEVELS = ImmutableDoubleArray.of(0.5, 0.8, 0.9, 0.95);

  /** The density among {@link #scores()}. */
  public static final String DENSITY = "density";

  /** The regression among {@link #scores()}. */
  public static final String REGRESSION = "linear regression";

  /** How often a density that is right is warned of. */
  private static final double CHANCE = 0.01;

  private static final double ERRORS = 3;

  /**
   * The scores of one distribution.
   *
   * @param name of it
   * @param logProb the mean log-density of a row, in nats; log-mass where there is one
   * @param logProbError its standard error over rows
   * @param crps the mean of each column, in its units
   * @param coverage of each level of {@link DensityScores#LEVELS}, for each column
   */
  public record Score(
      String name,
      double logProb,
      double logProbError,
      ImmutableDoubleArray crps,
      ImmutableList<ImmutableDoubleArray> coverage) {}

  private final ImmutableList<String> names;
  private final ScoredRows density;
  private final @Nullable ScoredRows regression;
  private final @Nullable ConformalRanks ranks;
  private final int known;

  private DensityScores(
      ImmutableList<String> names,
      ScoredRows density,
      @Nullable ScoredRows regression,
      @Nullable ConformalRanks ranks,
      int known) {
    this.names = names;
    this.density = density;
    this.regression = regression;
    this.ranks = ranks;
    this.known = known;
  }

  /**
   * Of a distribution.
   *
   * @param ranks by which its intervals are made; null if they are its quantiles
   * @param tables fresh rows
   * @param known those that it was learned from
   * @param seed of what is drawn
   */
  static DensityScores of(
      RowDistribution distribution,
      @Nullable ConformalRanks ranks,
      Tables tables,
      KnownRows known,
      long seed) {
    return new DensityScores(
        names(tables.y()),
        ScoredRows.of(distribution, tables, seed),
        ScoredRows.ofRegression(tables),
        ranks,
        known.among(tables));
  }

  private static ImmutableList<String> names(Table y) {
    return !y.names().isEmpty()
        ? y.names()
        : IntStream.range(0, y.columns())
            .mapToObj(j -> y.columns() == 1 ? "y" : "y[%s]".formatted(j))
            .collect(ImmutableList.toImmutableList());
  }

  /** How many rows were looked at. */
  public int rows() {
    return density.rows();
  }

  /**
   * How many of these rows the density was learned from; 0 of rows that are known no more often
   * than fresh ones would be, and of a density that was loaded, since files hold nothing of rows.
   */
  public int learnedRows() {
    return known;
  }

  /**
   * By how many rows, of which nothing was learned, the intervals of a column are made; 0 if they
   * are its quantiles.
   *
   * @throws IllegalArgumentException if there is no column of this name
   */
  public int calibrationRows(String column) {
    int place = column(column);
    return ranks == null ? 0 : ranks.rows(place);
  }

  /** The names of the columns; {@code y[0]} and so on where they have none. */
  public ImmutableList<String> names() {
    return names;
  }

  /**
   * Those of the density, then those of the regression unless there are too few rows for it, or a
   * column is a category.
   */
  public ImmutableList<Score> scores() {
    ImmutableList.Builder<Score> scores = ImmutableList.builder();
    scores.add(density.score(DENSITY, this::interval));
    if (regression != null) {
      scores.add(regression.score(REGRESSION, (column, level) -> central(level)));
    }
    return scores.build();
  }

  /** Between which places a column's interval is. */
  private Range<Double> interval(int column, double level) {
    if (ranks == null) {
      return central(level);
    }
    ConformalRanks.Level places = ranks.level(column, level);
    return Range.closed(places.low(), places.high());
  }

  private static Range<Double> central(double level) {
    return Range.closed((1 - level) / 2, (1 + level) / 2);
  }

  private int column(String name) {
    int place = names.indexOf(name);
    checkArgument(
        place >= 0,
        "scores have no column '%s', only %s; ask for one of these",
        name,
        Nearest.to(name, names));
    return place;
  }

  /**
   * The probability that the density has of less than each number of a column, uniform if it is
   * right.
   *
   * @return of each row, NaN where the number is missing
   * @throws IllegalArgumentException if there is no column of this name
   */
  public ImmutableDoubleArray places(String column) {
    return ImmutableDoubleArray.copyOf(density.places(column(column)));
  }

  /**
   * How many of the places of a column are in each of some bins of equal width.
   *
   * @throws IllegalArgumentException if there is no bin, or no column of this name
   */
  public ImmutableIntArray counts(String column, int bins) {
    checkArgument(bins >= 1, "places are to be counted in %s bins, but need at least 1", bins);
    int[] counts = new int[bins];
    places(column).stream()
        .filter(u -> !Double.isNaN(u))
        .forEach(u -> counts[(int) Math.min(bins - 1, u * bins)]++);
    return ImmutableIntArray.copyOf(counts);
  }

  /**
   * How often the interval of a column holds its number, where it begins or ends at a mass as often
   * as the mass is inside.
   *
   * @param level between 0 and 1
   * @throws IllegalArgumentException if the level is not, or there is no column of this name
   */
  public double coverage(String column, double level) {
    checkLevel(level);
    int place = column(column);
    return density.coverage(place, interval(place, level));
  }

  private static void checkLevel(double level) {
    checkArgument(level > 0 && level < 1, "level is %s, but must be between 0 and 1", level);
  }

  /**
   * Where {@link #coverage} lies with a given probability. Intervals by rows for calibration hold
   * as many numbers as these rows, which are some of many that they might have been, have made them
   * hold: a beta-binomial law. Others are taken for right: a binomial law.
   *
   * @param level between 0 and 1
   * @param probability above 0, below 1
   * @throws IllegalArgumentException if one is out of its range, or there is no column of this name
   */
  public Range<Double> band(String column, double level, double probability) {
    checkLevel(level);
    int place = column(column);
    int trials = density.trials(place);
    Range<Integer> band = band(place, level, trials, probability);
    return Range.closed(
        (double) band.lowerEndpoint() / trials, (double) band.upperEndpoint() / trials);
  }

  private Range<Integer> band(int column, double level, int trials, double probability) {
    if (ranks == null) {
      return BinomialBand.of(trials, level, probability);
    }
    int gaps = ranks.rows(column) + 1;
    double inside = Math.rint(gaps * ranks.level(column, level).coverage());
    return inside == gaps
        ? Range.closed(trials, trials)
        : BinomialBand.of(trials, inside, gaps - inside, probability);
  }

  /**
   * What speaks against the density, each in words with what to do: rows that it was learned from,
   * which say nothing of fresh ones; intervals that hold a column's number too seldom or too often,
   * judged where chance alone is one in a hundred, all levels and columns together; or a regression
   * that is likelier. Empty if nothing does.
   */
  public ImmutableList<String> warnings() {
    ImmutableList.Builder<String> warnings = ImmutableList.builder();
    ofKnown().ifPresent(warnings::add);
    for (String name : names) {
      ofCoverage(name).ifPresent(warnings::add);
    }
    ofRegression().ifPresent(warnings::add);
    return warnings.build();
  }

  private Optional<String> ofKnown() {
    return known == 0
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "%,d of the %,d rows are among those that the density was learned from, so that"
                    + " figures look better than they are; pass rows that it has not seen:"
                    + " Table.split holds some back",
                known,
                rows()));
  }

  private Optional<String> ofCoverage(String name) {
    String warning = null;
    double most = 0;
    double chance = CHANCE / (LEVELS.length() * names.size());
    for (int k = 0; k < LEVELS.length() && density.trials(column(name)) > 0; k++) {
      double level = LEVELS.get(k);
      Range<Double> band = band(name, level, 1 - chance);
      double held = coverage(name, level);
      double off = Math.abs(held - level) / Math.sqrt(level * (1 - level));
      if (!band.contains(held) && off > most) {
        most = off;
        warning =
            String.format(
                Locale.ROOT,
                "intervals of %.0f%% hold '%s' in %.1f%% of the rows: %s",
                100 * level,
                name,
                100 * held,
                ranks != null
                    ? "these rows are not like those that the density was learned from"
                    : "the density is %s; learn from more rows, with some for calibration"
                        .formatted(held < level ? "surer than it may be" : "less sure than it is"));
      }
    }
    return Optional.ofNullable(warning);
  }

  private Optional<String> ofRegression() {
    if (regression == null) {
      return Optional.empty();
    }
    double[] more = new double[rows()];
    Arrays.setAll(more, i -> regression.logProb(i) - density.logProb(i));
    double mean = Arrays.stream(more).average().orElseThrow();
    double error = Standardisation.deviation(more) / Math.sqrt(rows());
    return mean > ERRORS * error
        ? Optional.of(
            String.format(
                Locale.ROOT,
                "rows are likelier by %.2g nats under a linear regression with normal errors; learn"
                    + " from more rows, or by a simpler flow",
                mean))
        : Optional.empty();
  }

  /** A table of all figures for a reader. */
  @Override
  public String toString() {
    StringBuilder text =
        new StringBuilder(
            String.format(
                Locale.ROOT, "scores on %,d rows%n  %-25s %14s", rows(), "", "log-density"));
    for (Score score : scores()) {
      text.append(
          String.format(
              Locale.ROOT,
              "%n  %-25s %8.4g ± %.1g",
              score.name(),
              score.logProb(),
              score.logProbError()));
    }
    for (int j = 0; j < names.size(); j++) {
      line(
          text, names.get(j) + " held by intervals of", "CRPS", k -> 100 * LEVELS.get(k), "%.0f%%");
      for (Score score : scores()) {
        ImmutableDoubleArray held = score.coverage().get(j);
        String crps = String.format(Locale.ROOT, "%.4g", score.crps().get(j));
        line(text, score.name(), crps, k -> 100 * held.get(k), "%.1f%%");
      }
      if (density.trials(j) > 0) {
        bands(text, names.get(j));
      }
    }
    text.append(Wording.warnings(warnings()));
    return text.toString();
  }

  private static void line(
      StringBuilder text, String name, String crps, IntToDoubleFunction cells, String format) {
    text.append(String.format("%n  %-25s %8s", name, crps));
    for (int k = 0; k < LEVELS.length(); k++) {
      String cell = String.format(Locale.ROOT, format, cells.applyAsDouble(k));
      text.append(String.format(" %13s", cell));
    }
  }

  private void bands(StringBuilder text, String name) {
    text.append(String.format("%n  %-34s", "if right, 99 times of 100"));
    for (int k = 0; k < LEVELS.length(); k++) {
      Range<Double> band = band(name, LEVELS.get(k), 1 - CHANCE);
      String cell =
          String.format(
              Locale.ROOT, "%.1f to %.1f", 100 * band.lowerEndpoint(), 100 * band.upperEndpoint());
      text.append(String.format(" %13s", cell));
    }
  }
}
