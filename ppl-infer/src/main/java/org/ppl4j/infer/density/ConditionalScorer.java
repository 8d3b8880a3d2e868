package org.ppl4j.infer.density;

import ai.djl.inference.Predictor;
import com.google.common.collect.ImmutableList;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.file.TensorFile;

/**
 * What a {@link ConditionalDensity} answers, as functions of plain numbers: see {@link Scorer}.
 * Rows and contexts are arrays of the numbers of cells, of a category the number of its level, or
 * maps of cells by the names of their columns: numbers, texts, booleans and dates, and NaN, or null
 * where a map has it, for a missing one.
 *
 * <pre>{@code
 * ConditionalScorer scorer = density.scorer();
 * scorer.save(path);
 * PlainInterval rent = ConditionalScorer.load(path).interval(0.9, Map.of("area", 80.0));
 * }</pre>
 *
 * <p>Of contexts far from those that were learned from it knows nothing, and answers as surely as
 * of others: see {@link #distance(double[])}. Nothing is logged.
 */
public final class ConditionalScorer {

  private final Fitted fitted;

  /** Of what is recorded. */
  ConditionalScorer(Fitted fitted) {
    this.fitted = fitted;
  }

  /** How many columns a row has. */
  public int dim() {
    return fitted.dim();
  }

  /** How many columns a context has. */
  public int contextDim() {
    return fitted.contextDim();
  }

  /** The names of the columns of rows; none if an array was learned. */
  public ImmutableList<String> names() {
    return fitted.names();
  }

  /** The names of the columns of contexts; none if an array was learned. */
  public ImmutableList<String> contextNames() {
    return fitted.contextNames();
  }

  /** What each column was taken for, as {@link Density#notes}. */
  public ImmutableList<String> notes() {
    return fitted.notes();
  }

  private Table context(double[] x) {
    return fitted.contexts(PlainRows.one("context", contextDim(), x));
  }

  // --- of numbers

  /**
   * The log-density of a row given its context.
   *
   * @throws IllegalArgumentException if one has more or fewer numbers, or one that is no level, or
   *     a number of the context is not finite where none was missing
   */
  public double logProb(double[] y, double[] x) {
    return fitted.logs(new Tables(PlainRows.one("row", dim(), y), context(x)))[0];
  }

  /**
   * The number that is greater with a probability, for rows of one column.
   *
   * @throws IllegalArgumentException as {@link ConditionalDensity#quantile}
   */
  public double quantile(double probability, double[] x) {
    return quantile(probability, context(x));
  }

  /**
   * The central interval of each column, as {@link ConditionalDensity#interval}; of rows of several
   * columns by the same draws each time.
   *
   * @throws IllegalArgumentException if the probability is not between 0 and 1, or as {@link
   *     #logProb(double[], double[])}
   */
  public PlainInterval interval(double probability, double[] x) {
    return interval(probability, context(x));
  }

  /**
   * Draws.
   *
   * @param count how many, at least 1
   * @param seed the same gives the same ones
   * @return a row each
   * @throws IllegalArgumentException if the count is less than 1, or as {@link #logProb(double[],
   *     double[])}
   * @throws IllegalStateException if draws could not be recorded, which the message says
   */
  public double[][] sample(int count, long seed, double[] x) {
    return sample(count, seed, context(x));
  }

  /**
   * How far a context is from those that were learned from, as {@link ConditionalDensity#distance}:
   * above 1 it is too far to be trusted.
   */
  public double distance(double[] x) {
    return fitted.distances(context(x))[0];
  }

  // --- by names

  /**
   * {@link #logProb(double[], double[])} by names.
   *
   * @throws IllegalArgumentException if a column is not there or not known, or a cell not of its
   *     type
   * @throws IllegalStateException if an array was learned
   */
  public double logProb(Map<String, ?> y, Map<String, ?> x) {
    return fitted.logs(new Tables(fitted.row(y), fitted.context(x)))[0];
  }

  /** {@link #quantile(double, double[])} by names. */
  public double quantile(double probability, Map<String, ?> x) {
    return quantile(probability, fitted.context(x));
  }

  /** {@link #interval(double, double[])} by names. */
  public PlainInterval interval(double probability, Map<String, ?> x) {
    return interval(probability, fitted.context(x));
  }

  /** {@link #sample(int, long, double[])} by names. */
  public double[][] sample(int count, long seed, Map<String, ?> x) {
    return sample(count, seed, fitted.context(x));
  }

  /** {@link #distance(double[])} by names. */
  public double distance(Map<String, ?> x) {
    return fitted.distances(fitted.context(x))[0];
  }

  /**
   * The cells of a row of numbers, such as a draw, by the names of their columns: what a category
   * of texts and a date say, numbers of all others, and null for a missing cell.
   *
   * @throws IllegalArgumentException if there are more or fewer numbers than columns, or one is
   *     that of no level
   * @throws IllegalStateException if an array was learned
   */
  public Map<String, @Nullable Object> cells(double... row) {
    return fitted.cells(row);
  }

  /**
   * {@link #interval(double, Map)} as DJL's predictor, of contexts by names: see {@link
   * Predictors}.
   */
  public Predictor<Map<String, ?>, PlainInterval> predictor(double probability) {
    return Predictors.of(toString(), (Map<String, ?> x) -> interval(probability, x));
  }

  // --- of tables

  private double quantile(double probability, Table context) {
    return fitted.checkedQuantiles(new Tables(PlainRows.probability(probability), context))[0];
  }

  private PlainInterval interval(double probability, Table context) {
    return new DensitySummary(fitted, context, () -> 0)
        .interval(probability)
        .with(
            Distances.warning(fitted.distances(context))
                .map(ImmutableList::of)
                .orElse(ImmutableList.of()));
  }

  private double[][] sample(int count, long seed, Table context) {
    return PlainRows.draws(fitted, context, count, seed);
  }

  // --- files

  /**
   * Saves it in one file, over an older one.
   *
   * @throws java.io.UncheckedIOException if that fails; an older file is then as it was
   */
  public void save(Path path) {
    fitted.save(path);
  }

  /**
   * The scorer in a file, without the engine, bit for bit.
   *
   * @throws java.io.UncheckedIOException if the file cannot be read
   * @throws IllegalArgumentException if it is damaged, no scorer with contexts, or has an operation
   *     that this release does not know
   */
  public static ConditionalScorer load(Path path) {
    return read(TensorFile.read(path));
  }

  /** Adds all that {@link #save} writes to a file, for what is made of a scorer. */
  public void write(TensorFile.Builder file) {
    fitted.write(file);
  }

  /** The scorer of a file that {@link #write} added to. */
  public static ConditionalScorer read(TensorFile file) {
    return new ConditionalScorer(DensityFile.readRecorded(file, true));
  }

  /** What it is of. */
  @Override
  public String toString() {
    return "scorer of a " + fitted;
  }
}
