package org.ppl4j.infer;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.collect.ImmutableList.toImmutableList;
import static com.google.common.collect.ImmutableSet.toImmutableSet;
import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;

import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Maps;
import com.google.common.collect.Multimaps;
import com.google.common.collect.Sets;
import com.google.common.math.Quantiles;
import com.google.common.primitives.Doubles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.infer.diagnostics.Chains;
import org.ppl4j.infer.diagnostics.Wording;
import org.ppl4j.infer.internal.TextFile;
import org.ppl4j.infer.internal.Unit;
import org.ppl4j.infer.internal.WeightedDraws;
import org.ppl4j.internal.math.Nearest;

/**
 * Mean, standard deviation and quantiles of each number of a posterior, of Markov chains the
 * standard error of the mean, R-hat and effective sizes too. Elements of a site have names like
 * {@code theta[1]} and {@code w[2,3]}, counted from 1, or {@linkplain Samples#withLabels labels}
 * like {@code theta[Leeds]}; a site of shape () its own name.
 *
 * @param rows by name, in the order of the sites
 * @param warnings what speaks against trusting them; mostly none
 */
public record Summary(ImmutableMap<String, Row> rows, ImmutableList<String> warnings) {

  /** Of a site of more numbers than this, toString shows the first and the last. */
  private static final int MOST_SHOWN = 100;

  private static final int SHOWN_OF_MANY = 10;

  /** The names of a file's columns. */
  private static final ImmutableList<String> HEADER =
      ImmutableList.of(
          "name", "mean", "sd", "mcse_mean", "q05", "q50", "q95", "r_hat", "ess_bulk", "ess_tail");

  /**
   * One number.
   *
   * @param mean the mean of its draws
   * @param sd their standard deviation (divisor n − 1; 0 for one draw)
   * @param meanError the Monte Carlo standard error of the mean of its chains; NaN if the draws are
   *     of none, as R-hat and the sizes
   * @param q05 the 5% quantile, linearly interpolated, as the others
   * @param q50 the median
   * @param q95 the 95% quantile
   * @param rhat R-hat of its chains
   * @param bulkSize the effective size for the middle of the distribution
   * @param tailSize the effective size for its 5% and 95% quantiles
   */
  public record Row(
      double mean,
      double sd,
      double meanError,
      double q05,
      double q50,
      double q95,
      double rhat,
      double bulkSize,
      double tailSize) {

    /** Sums of entries that add up to a constant differ by so many units in the last place. */
    private static final int ROUNDINGS = 8;

    /** Of draws that are not of chains. */
    public Row(double mean, double sd, double q05, double q50, double q95) {
      this(mean, sd, Double.NaN, q05, q50, q95, Double.NaN, Double.NaN, Double.NaN);
    }

    /** Of draws of chains, without the error of the mean. */
    public Row(
        double mean,
        double sd,
        double q05,
        double q50,
        double q95,
        double rhat,
        double bulkSize,
        double tailSize) {
      this(mean, sd, Double.NaN, q05, q50, q95, rhat, bulkSize, tailSize);
    }

    /** Of these draws, at least one; NaN among them makes all figures NaN. */
    public static Row of(double[] draws) {
      int n = draws.length;
      Unit unit = Unit.of(draws);
      double[] units = unit.divide(draws);
      double sum = 0;
      for (double x : units) {
        sum += x;
      }
      double mean = sum / n;
      double squares = 0;
      for (double x : units) {
        squares += (x - mean) * (x - mean);
      }
      Map<Integer, Double> quantiles = Quantiles.percentiles().indexes(5, 50, 95).compute(draws);
      return new Row(
          unit.times(mean),
          n > 1 ? unit.times(Math.sqrt(squares / (n - 1))) : 0,
          requireNonNull(quantiles.get(5)),
          requireNonNull(quantiles.get(50)),
          requireNonNull(quantiles.get(95)));
    }

    /** Whether numbers are one and the same but for rounding. */
    static boolean isConstant(double[] numbers) {
      double least = Doubles.min(numbers);
      double greatest = Doubles.max(numbers);
      double size = Math.max(Math.abs(least), Math.abs(greatest));
      return greatest - least <= ROUNDINGS * Math.ulp(size);
    }

    /**
     * Of draws that are independent, or of a number that does not change.
     *
     * @param weights one a draw, which sum to 1; null if all count alike
     */
    static Row ofDraws(double[] draws, double @Nullable [] weights) {
      if (isConstant(draws)) {
        return new Row(draws[0], 0, draws[0], draws[0], draws[0]);
      }
      return weights == null ? of(draws) : of(draws, weights);
    }

    /** Of draws of Markov chains. */
    static Row of(Chains chains, double[] draws) {
      Row row = of(draws);
      return new Row(
          row.mean,
          row.sd,
          chains.meanError(),
          row.q05,
          row.q50,
          row.q95,
          chains.rhat(),
          chains.bulkSize(),
          chains.tailSize());
    }

    /**
     * Of draws with weights, the figures of draws that count alike if weights are equal.
     *
     * @param weights one a draw, which sum to 1
     */
    static Row of(double[] draws, double[] weights) {
      WeightedDraws weighted = new WeightedDraws(draws, weights);
      return new Row(
          weighted.mean(),
          weighted.sd(),
          weighted.quantile(0.05),
          weighted.quantile(0.5),
          weighted.quantile(0.95));
    }

    /** All nine, in their order. */
    ImmutableList<Double> numbers() {
      return ImmutableList.of(mean, sd, meanError, q05, q50, q95, rhat, bulkSize, tailSize);
    }

    private boolean hasChains() {
      return !Double.isNaN(rhat);
    }

    /** Its figures under their titles, those that there are. */
    @Override
    public String toString() {
      List<String> titles = titles(!Double.isNaN(meanError), hasChains());
      List<String> cells = cells(!Double.isNaN(meanError), hasChains());
      return IntStream.range(0, cells.size())
          .mapToObj(i -> titles.get(i) + " " + cells.get(i))
          .collect(joining(", "));
    }

    private List<String> cells(boolean hasErrors, boolean hasChains) {
      List<String> cells = new ArrayList<>(List.of(Wording.number(mean), Wording.number(sd)));
      if (hasErrors) {
        cells.add(Wording.number(meanError));
      }
      for (double x : new double[] {q05, q50, q95}) {
        cells.add(Wording.number(x));
      }
      if (hasChains) {
        cells.add(String.format(Locale.ROOT, "%.3f", rhat));
        cells.add(String.format(Locale.ROOT, "%.0f", bulkSize));
        cells.add(String.format(Locale.ROOT, "%.0f", tailSize));
      }
      return cells;
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
        row != null,
        "summary has no row '%s', only %s; ask for one of these",
        name,
        Nearest.to(name, rows.keySet()));
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

  /**
   * Writes the rows as CSV (RFC 4180), over a file that is there: a header, and a line for each
   * number with its name and all that a {@link Row} has, so that the same are read back; a cell is
   * empty where a row has NaN.
   *
   * @throws UncheckedIOException if that fails
   */
  public void writeCsv(Path file) {
    TextFile.write("file", file, this::writeCsv);
  }

  /**
   * Saves it in one file, with its warnings and the same bits, over an older one.
   *
   * @throws UncheckedIOException if that fails; an older file is then as it was
   */
  public void save(Path file) {
    SummaryFile.write(file, this);
  }

  /**
   * The summary that {@link #save} wrote.
   *
   * @throws UncheckedIOException if there is no such file or reading fails
   * @throws IllegalArgumentException if it is damaged, another file, or of another version
   */
  public static Summary load(Path file) {
    return SummaryFile.read(file);
  }

  private void writeCsv(Writer writer) throws IOException {
    TextFile.writeLine(writer, HEADER.toArray());
    for (Map.Entry<String, Row> each : rows.entrySet()) {
      Row row = each.getValue();
      Stream<Object> cells =
          row.numbers().stream().map(number -> Double.isNaN(number) ? "" : number);
      TextFile.writeLine(writer, Stream.concat(Stream.of(each.getKey()), cells).toArray());
    }
  }

  /** The same without the warnings that a report above it has told. */
  public Summary without(Collection<String> told) {
    return new Summary(
        rows,
        warnings.stream().filter(warning -> !told.contains(warning)).collect(toImmutableList()));
  }

  /**
   * The same with a warning where chains say that draws are not yet those of the posterior.
   *
   * @param exact rows that say nothing of it
   */
  Summary judged(Set<String> exact) {
    if (!exact.isEmpty()) {
      ImmutableMap<String, Row> judged =
          ImmutableMap.copyOf(Maps.filterKeys(rows, row -> !exact.contains(row)));
      return new Summary(rows, new Summary(judged, warnings).judged(Set.of()).warnings);
    }
    ImmutableList.Builder<String> all = ImmutableList.builder();
    all.addAll(warnings);
    rows.entrySet().stream()
        .filter(row -> row.getValue().hasChains())
        .max(Comparator.comparingDouble(row -> row.getValue().rhat()))
        .ifPresent(worst -> addDisagreement(all, worst.getKey(), worst.getValue().rhat()));
    addUnknown(all, "are not all finite", row -> Double.isNaN(row.sd), Set.of());
    Set<String> moving =
        rows.entrySet().stream()
            .filter(row -> row.getValue().sd > 0)
            .map(row -> site(row.getKey()))
            .collect(toImmutableSet());
    addUnknown(all, "are all the same number", row -> row.sd == 0, moving);
    if (rows.values().stream().anyMatch(row -> !row.hasChains() && row.sd > 0)) {
      all.add("the draws are too few for R-hat; draw more");
    }
    rows.entrySet().stream()
        .filter(row -> !Double.isNaN(minSize(row.getValue())))
        .min(Comparator.comparingDouble(row -> minSize(row.getValue())))
        .ifPresent(worst -> addFew(all, worst.getKey(), minSize(worst.getValue())));
    return new Summary(rows, ImmutableSet.copyOf(all.build()).asList());
  }

  /**
   * What speaks for trusting draws of chains, each in words: that they agree, and are enough. Empty
   * of draws that are of none.
   */
  public ImmutableList<String> merits() {
    ImmutableList.Builder<String> merits = ImmutableList.builder();
    greatest(Row::rhat)
        .filter(worst -> worst.getValue() <= Chains.LARGEST_RHAT)
        .ifPresent(
            worst ->
                merits.add(
                    String.format(
                        Locale.ROOT,
                        "R-hat is at most %.3f (of '%s'), not above %s: the chains agree",
                        worst.getValue(),
                        worst.getKey(),
                        Chains.LARGEST_RHAT)));
    greatest(row -> -minSize(row))
        .filter(worst -> -worst.getValue() >= Chains.MIN_SIZE)
        .ifPresent(
            worst ->
                merits.add(
                    String.format(
                        Locale.ROOT,
                        "effective sizes are at least %,.0f (of '%s'), not below %.0f: enough for"
                            + " means and for the 5%% and 95%% quantiles",
                        -worst.getValue(),
                        worst.getKey(),
                        Chains.MIN_SIZE)));
    return merits.build();
  }

  /** The greatest of a figure, with the name of its row; empty if no row has it. */
  private Optional<Map.Entry<String, Double>> greatest(ToDoubleFunction<Row> figure) {
    return rows.entrySet().stream()
        .map(row -> Map.entry(row.getKey(), figure.applyAsDouble(row.getValue())))
        .filter(row -> !Double.isNaN(row.getValue()))
        .max(Map.Entry.comparingByValue());
  }

  /**
   * A line where R-hat, and with it the sizes, cannot be had.
   *
   * @param but sites of which nothing is said: what never changes beside others of its site that do
   *     is so by its constraint, as above the diagonal of a Cholesky factor
   */
  private void addUnknown(
      ImmutableList.Builder<String> all, String why, Predicate<Row> is, Set<String> but) {
    List<String> names =
        rows.entrySet().stream()
            .filter(row -> !row.getValue().hasChains() && is.test(row.getValue()))
            .filter(row -> !but.contains(site(row.getKey())))
            .map(Map.Entry::getKey)
            .toList();
    if (!names.isEmpty()) {
      String more = names.size() > 1 ? " and of %d more".formatted(names.size() - 1) : "";
      all.add(
          "R-hat and effective sizes of '%s'%s cannot be had: its draws %s"
              .formatted(names.get(0), more, why));
    }
  }

  /** Of the middle where none lies beyond the quantiles of the ends. */
  private static double minSize(Row row) {
    return Double.isNaN(row.tailSize) ? row.bulkSize : Math.min(row.bulkSize, row.tailSize);
  }

  private static void addDisagreement(
      ImmutableList.Builder<String> warnings, String name, double rhat) {
    if (rhat > Chains.LARGEST_RHAT) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "R-hat of '%s' is %s, above %s: the chains disagree; run them longer, or write the"
                  + " model in other variables",
              name,
              Wording.beside(Chains.LARGEST_RHAT, rhat, 3),
              Chains.LARGEST_RHAT));
    }
  }

  private static void addFew(ImmutableList.Builder<String> warnings, String name, double size) {
    if (size < Chains.MIN_SIZE) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "the effective size of '%s' is %s, below %.0f: too few for its quantiles; draw"
                  + " more",
              name,
              Wording.beside(Chains.MIN_SIZE, size, 0),
              Chains.MIN_SIZE));
    }
  }

  /**
   * A table, one line a row, then the warnings. Of a site of more than 100 numbers the first and
   * the last ten are shown; {@link #rows} has all.
   */
  @Override
  public String toString() {
    int width = 4;
    for (String name : rows.keySet()) {
      width = Math.max(width, name.length());
    }
    boolean hasChains = rows.values().stream().anyMatch(Row::hasChains);
    StringBuilder text = new StringBuilder();
    boolean hasErrors = rows.values().stream().anyMatch(row -> !Double.isNaN(row.meanError));
    text.append(line(width, "", titles(hasErrors, hasChains)));
    Map<String, String> hidden = hidden();
    for (Map.Entry<String, Row> entry : rows.entrySet()) {
      String inItsPlace = hidden.get(entry.getKey());
      if (inItsPlace != null) {
        text.append(inItsPlace);
        continue;
      }
      List<String> cells = entry.getValue().cells(hasErrors, hasChains);
      text.append(System.lineSeparator()).append(line(width, entry.getKey(), cells));
    }
    text.append(Wording.warnings(warnings));
    return text.toString();
  }

  /** The names of the rows that {@link #toString} shows. */
  public ImmutableSet<String> shown() {
    return Sets.difference(rows.keySet(), hidden().keySet()).immutableCopy();
  }

  /** What stands in place of rows that are not shown: a line for the first of them in each site. */
  private Map<String, String> hidden() {
    Map<String, String> hidden = new HashMap<>();
    Multimaps.index(rows.keySet(), Summary::site)
        .asMap()
        .forEach(
            (site, all) -> {
              if (all.size() > MOST_SHOWN) {
                List<String> inner =
                    List.copyOf(all).subList(SHOWN_OF_MANY, all.size() - SHOWN_OF_MANY);
                inner.forEach(row -> hidden.put(row, ""));
                String line = "… %,d more of %s".formatted(inner.size(), site);
                hidden.put(inner.get(0), System.lineSeparator() + line);
              }
            });
    return hidden;
  }

  /** Of which site a row is. */
  private static String site(String row) {
    int subscript = row.indexOf('[');
    return subscript < 0 ? row : row.substring(0, subscript);
  }

  private static List<String> titles(boolean hasErrors, boolean hasChains) {
    List<String> titles = new ArrayList<>(List.of("mean", "sd"));
    titles.addAll(hasErrors ? List.of("MCSE") : List.of());
    titles.addAll(List.of("5%", "50%", "95%"));
    titles.addAll(hasChains ? List.of("R-hat", "bulk ESS", "tail ESS") : List.of());
    return titles;
  }

  private static String line(int width, String name, List<String> cells) {
    StringBuilder line = new StringBuilder(String.format("%-" + width + "s", name));
    for (String cell : cells) {
      line.append(String.format("%11s", cell));
    }
    return line.toString();
  }
}
