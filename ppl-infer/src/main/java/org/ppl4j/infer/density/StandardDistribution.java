package org.ppl4j.infer.density;

import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.file.TensorFile;

/** A distribution of rows given contexts, both in standard units: see {@link Units}. */
interface StandardDistribution extends AutoCloseable {

  /** How many numbers a row has. */
  int dim();

  /** The log-density of each row. */
  double[] logProb(Tables tables);

  /** The probability of less than each number, for rows of one. */
  double[] cdf(Tables tables);

  /** {@link #logProb} and {@link #cdf} of the same rows; at once where that is less work. */
  default RowDistribution.Located located(Tables tables) {
    return new RowDistribution.Located(logProb(tables), cdf(tables));
  }

  /** What is greater with each probability, the rows of {@code y}, for rows of one number. */
  double[] quantile(Tables probabilities);

  /**
   * Draws.
   *
   * @param count how many
   * @param x one context a draw; null without
   * @param call keys the noise
   */
  Table sample(int count, @Nullable Table x, long call);

  /**
   * As {@link RowDistribution#recorded}; itself where it never asks the engine.
   *
   * @param contextDim how many numbers a context has; 0 without
   */
  default StandardDistribution recorded(int contextDim) {
    return this;
  }

  /** Adds all that it knows to a file, with its kind: see {@link DensityFile}. */
  void write(TensorFile.Builder file);

  /** Frees what it owns. */
  @Override
  void close();
}
