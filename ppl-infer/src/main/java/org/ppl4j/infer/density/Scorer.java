package org.ppl4j.infer.density;

import ai.djl.inference.Predictor;
import com.google.common.collect.ImmutableList;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.file.TensorFile;

/**
 * What a {@link Density} answers, as functions of plain numbers: recorded once, and computed by
 * Java alone, so that the engine and its native library need not be there. A file of its own has
 * the columns, their names, levels and units, and what is computed; whoever loads it gets the same
 * bits.
 *
 * <p>Any number of threads may ask it at once. It owns nothing, and need not be closed.
 *
 * <pre>{@code
 * Scorer scorer = density.scorer();
 * scorer.save(path);
 * double logProb = Scorer.load(path).logProb(1.5, 2.0);
 * }</pre>
 */
public final class Scorer {

  private final Fitted fitted;

  /** Of what is recorded. */
  Scorer(Fitted fitted) {
    this.fitted = fitted;
  }

  /** How many columns a row has. */
  public int dim() {
    return fitted.dim();
  }

  /** The names of the columns; none if an array was learned. */
  public ImmutableList<String> names() {
    return fitted.names();
  }

  /** What each column was taken for, as {@link Density#notes}. */
  public ImmutableList<String> notes() {
    return fitted.notes();
  }

  /**
   * The log-density of a row, as {@link Density#logProb}.
   *
   * @param row the numbers of its cells; of a category the number of its level
   * @throws IllegalArgumentException if there are more or fewer, or one is that of no level
   */
  public double logProb(double... row) {
    return fitted.logs(new Tables(PlainRows.one("row", dim(), row), null))[0];
  }

  /**
   * The log-density of a row, as {@link Density#logProb(Table)}.
   *
   * @param row numbers, texts, booleans and dates by the names of all columns; NaN, or null where a
   *     map has it, for a missing cell
   * @throws IllegalArgumentException if a column is not there or not known, or a cell not of its
   *     type
   * @throws IllegalStateException if an array was learned
   */
  public double logProb(Map<String, ?> row) {
    return fitted.logs(new Tables(fitted.row(row), null))[0];
  }

  /**
   * The number that is greater with a probability, for rows of one column.
   *
   * @throws IllegalArgumentException as {@link Density#quantile}
   */
  public double quantile(double probability) {
    return fitted.checkedQuantiles(new Tables(PlainRows.probability(probability), null))[0];
  }

  /**
   * The central interval of each column, as {@link Density#interval}; of rows of several columns by
   * the same draws each time.
   *
   * @throws IllegalArgumentException if the probability is not between 0 and 1
   */
  public PlainInterval interval(double probability) {
    return new DensitySummary(fitted, null, () -> 0).interval(probability);
  }

  /**
   * Draws.
   *
   * @param count how many, at least 1
   * @param seed the same gives the same ones
   * @return a row each
   * @throws IllegalArgumentException if the count is less than 1
   * @throws IllegalStateException if draws could not be recorded, which the message says
   */
  public double[][] sample(int count, long seed) {
    return PlainRows.draws(fitted, null, count, seed);
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

  /** {@link #logProb(Map)} as DJL's predictor, of rows by names: see {@link Predictors}. */
  public Predictor<Map<String, ?>, Double> predictor() {
    return Predictors.of(toString(), (Map<String, ?> row) -> logProb(row));
  }

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
   * @throws IllegalArgumentException if it is damaged, no scorer without contexts, or has an
   *     operation that this release does not know
   */
  public static Scorer load(Path path) {
    return new Scorer(DensityFile.readRecorded(TensorFile.read(path), false));
  }

  /** What it is of. */
  @Override
  public String toString() {
    return "scorer of a " + fitted;
  }
}
