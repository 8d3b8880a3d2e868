package org.ppl4j.infer.density;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.file.TensorFile;

/**
 * A distribution of rows given contexts, in their own units: what a density answers with. One is a
 * {@linkplain InUnits flow or another distribution in standard units}, others are made of several:
 * {@link MixtureDistribution}.
 *
 * <p>Rows are numbers; a category is the number of its level. Contexts are numbers as well, one
 * context a row.
 */
interface RowDistribution extends AutoCloseable {

  /** How many columns a row has. */
  int dim();

  /** How many columns a context has; 0 without. */
  int contextDim();

  /**
   * The log-density of each row, or the logarithm of its mass where it has one; −∞ of a row that
   * cannot be, NaN of one with a NaN.
   */
  double[] logProb(Tables tables);

  /**
   * The probability of each number or less, of one column.
   *
   * @throws IllegalArgumentException if rows have more columns, or cannot be ordered
   */
  double[] cdf(Tables tables);

  /**
   * Where rows of one column are in a distribution.
   *
   * @param logProb the log-density of each
   * @param cdf the probability of each number or less
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Located(double[] logProb, double[] cdf) {

    /** Of pairs of both, one row's after the other's. */
    static Located of(double[] pairs) {
      double[] logProb = new double[pairs.length / 2];
      double[] cdf = new double[pairs.length / 2];
      Arrays.setAll(logProb, i -> pairs[2 * i]);
      Arrays.setAll(cdf, i -> pairs[2 * i + 1]);
      return new Located(logProb, cdf);
    }
  }

  /** {@link #logProb} and {@link #cdf} of the same rows; at once where that is less work. */
  default Located located(Tables tables) {
    return new Located(logProb(tables), cdf(tables));
  }

  /** Whether no single number of its one column is known to have a mass. */
  default boolean isContinuous() {
    return false;
  }

  /**
   * The probability of less than each number, of one column; another than that of a cdf at atoms.
   */
  default double[] below(Tables tables) {
    return cdf(tables);
  }

  /**
   * The least number whose cdf is a probability or more, of one column.
   *
   * @param probabilities their {@code y} is of one column, from 0 to 1
   * @throws IllegalArgumentException as {@link #cdf}
   */
  double[] quantile(Tables probabilities);

  /**
   * The mean of each row's law, of one column: of quantiles at normal scores, so that a mass counts
   * for what it is but for 0.003 of it at most.
   *
   * @param count how many
   * @param contexts of as many rows; null without
   * @throws IllegalArgumentException as {@link #cdf}
   */
  default double[] mean(int count, @Nullable Table contexts) {
    return QuantileMean.of(this, count, contexts);
  }

  /**
   * The same with its probabilities mapped to those that come true, of one column; closed with
   * this.
   */
  default RowDistribution recalibrated(Recalibration map) {
    return map.isNone() ? this : new RecalibratedDistribution(this, map);
  }

  /**
   * Rows with such noise as it was learned with, in cells and spikes, where its cdf is of these and
   * not of the rows; these themselves without.
   */
  default Tables noisy(Tables tables, Rng noise) {
    return tables;
  }

  /**
   * Draws, one for each context.
   *
   * @param count how many
   * @param contexts of as many rows; null without
   * @param stream the same gives the same draws
   */
  Table draws(int count, @Nullable Table contexts, long stream);

  /** A stream of draws for a part of what a stream makes: parts do not share their noise. */
  static long part(long stream, int part) {
    return stream + (part + 1) * 0x9E3779B97F4A7C15L;
  }

  /**
   * How far each context is from those that were learned from, 1 being the limit; 0 where nothing
   * is known of it.
   */
  default double[] distances(Table contexts) {
    return new double[contexts.rows()];
  }

  /**
   * The same with all that the engine computes recorded, so that it needs the engine no more; it
   * owns nothing.
   *
   * @throws IllegalArgumentException if a log-density cannot be recorded, which the message says
   */
  RowDistribution recorded();

  /** Adds all that it knows to a file. */
  void write(TensorFile.Builder file);

  /** Frees what it owns. */
  @Override
  void close();
}
