package org.ppl4j.infer.density;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.errorprone.annotations.MustBeClosed;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.file.TensorFile;
import org.ppl4j.transforms.DiffusionTransform;
import org.ppl4j.transforms.TransformModule;

/**
 * A density of rows, learned from a table: see {@link DensityEstimator}. It owns the parameters of
 * its flow: close it. Every other method of a closed density but {@code toString} throws an {@link
 * IllegalStateException}.
 */
public final class Density implements AutoCloseable {

  private final Fitted fitted;

  Density(Fitted fitted) {
    this.fitted = fitted;
  }

  /** How many columns a row has. */
  public int dim() {
    return fitted.dim();
  }

  /**
   * What the training did, of an ensemble that of its first member, and of columns that were
   * learned one after the other that of the first flow; empty for a density from a file, and where
   * there is no flow, since all columns are categories.
   */
  public Optional<DensityReport> report() {
    return fitted.report();
  }

  /** What the training of each flow of each member did; none for a density from a file. */
  public ImmutableList<DensityReport> reports() {
    return fitted.reports();
  }

  /**
   * What each column of a table was taken for, such as {@code 'claim': 0 or continuous, greater
   * than 0}; none of an array.
   */
  public ImmutableList<String> notes() {
    return fitted.notes();
  }

  /**
   * The log-probability of each row of a table that has the columns that were learned: of a mass
   * where a category, a column in steps and a single number have one, of a density elsewhere. Of a
   * row with missing cells, in columns that had some, it is that of the others.
   *
   * @return (N), on the manager of the data; −∞ of a row that breaks a rule by which a column
   *     follows from others
   * @throws IllegalArgumentException if a column is not there, or a cell is not of its type
   * @throws IllegalStateException if this was learned from an array
   */
  public NDArray logProb(Table rows) {
    return fitted.logProb(new Tables(fitted.rows(rows), null));
  }

  /**
   * The log-density of each row.
   *
   * @param y (N, D), or (N) for D = 1
   * @return (N), on the manager of {@code y}
   * @throws IllegalArgumentException if it has another width
   */
  public NDArray logProb(NDArray y) {
    return fitted.logProb(new Tables(fitted.rows(y), null), y);
  }

  /**
   * The standard normal noise of which the flow makes each row; NaN of rows outside the support.
   *
   * @param y (N, D), or (N) for D = 1
   * @return (N, D), on the manager of {@code y}; of fewer columns where the support has fewer
   *     dimensions, as a simplex has
   * @throws IllegalArgumentException if it has another width
   */
  public NDArray toNoise(NDArray y) {
    return fitted.toNoise(new Tables(fitted.rows(y), null), y);
  }

  /**
   * The row that the flow makes of each noise; the inverse of {@link #toNoise}, as exact as the
   * flow's own.
   *
   * @param noise (N, D), or (N) for D = 1
   * @return (N, D), on the manager of the noise
   * @throws IllegalArgumentException if it has another width, or a number is not finite
   */
  public NDArray fromNoise(NDArray noise) {
    return fitted.fromNoise(new Tables(fitted.noise(noise), null), noise);
  }

  /**
   * The rows with the noise of training in the cells of columns with steps (see {@link
   * Dequantisation}), other in each call; as they are if there are none.
   *
   * @param y (N, D), or (N) for D = 1
   * @return as {@code y}, on its manager
   * @throws IllegalArgumentException if it has another width
   */
  public NDArray dequantised(NDArray y) {
    return fitted.dequantised(new Tables(fitted.rows(y), null), y);
  }

  /**
   * The log-probability of each row's cell (see {@link Dequantisation}), for columns that have
   * steps, and the log-density of the others: the logarithm of the mean of p(v) / q(v | y) over
   * draws v in the cell, with the noise of training, other in each call. Its mean over calls is a
   * lower bound: with one draw that which training makes large, with more the nearer. What
   * densities of such rows, whatever their noise, are compared by. Source: Burda, Grosse and
   * Salakhutdinov, "Importance weighted autoencoders" (2016), theorem 1.
   *
   * @param y (N, D), or (N) for D = 1
   * @param draws for each row, at least 1
   * @return (N), on the manager of {@code y}
   * @throws IllegalArgumentException if it has another width, or there is no draw
   */
  public NDArray cellLogProb(NDArray y, int draws) {
    return fitted.cellLogProb(new Tables(fitted.rows(y), null), draws, y);
  }

  /**
   * The probability of less than each number, for D = 1: exact, by the flow's monotone map.
   *
   * @param y (N) or (N, 1)
   * @return (N), on the manager of {@code y}
   * @throws IllegalArgumentException if rows have more columns
   */
  public NDArray cdf(NDArray y) {
    return fitted.cdf(new Tables(fitted.rows(y), null), y);
  }

  /**
   * The number that is greater with each probability, for D = 1; the inverse of {@link #cdf}.
   *
   * @param probabilities (N), from 0 to 1
   * @return (N), on their manager
   * @throws IllegalArgumentException if rows have more columns, or one is out of this range
   */
  public NDArray quantile(NDArray probabilities) {
    Table table = Table.of("probabilities", probabilities).width(1);
    return fitted.quantile(new Tables(table, null), probabilities);
  }

  /**
   * The mean of each column: for D = 1 by 1,000 quantiles, else of 4,000 draws.
   *
   * @param manager the owner of the result
   * @return (D)
   */
  public NDArray mean(NDManager manager) {
    return manager.create(new DensitySummary(fitted, null).mean(), new Shape(dim()));
  }

  /**
   * The central interval of each column: for D = 1 by {@link #quantile}, else of 4,000 draws.
   *
   * @param probability of being inside, between 0 and 1
   * @param manager the owner of the result
   * @return ends of shape (D)
   * @throws IllegalArgumentException if the probability is not between 0 and 1
   */
  public PredictionInterval interval(double probability, NDManager manager) {
    return new DensitySummary(fitted, null)
        .interval(probability)
        .as(ends -> manager.create(ends, new Shape(dim())));
  }

  /**
   * How good it is on fresh rows, which it has not learned from: log score, CRPS, the places of
   * numbers in their laws and the coverage of {@linkplain #interval intervals}, beside linear
   * regressions of each column on those before it, which know all of these rows but one. It
   * {@linkplain DensityScores#learnedRows warns} of rows that it was learned from.
   *
   * @param y (N, D), or (N) for D = 1
   * @throws IllegalArgumentException if it has another width
   * @throws org.ppl4j.infer.InterruptionException if the thread is interrupted
   */
  public DensityScores calibrate(NDArray y) {
    return fitted.scores(new Tables(fitted.rows(y), null));
  }

  /**
   * {@link #calibrate(NDArray)} of a table with names.
   *
   * @throws IllegalArgumentException as there
   */
  public DensityScores calibrate(Table y) {
    return fitted.scores(new Tables(fitted.rows(y), null));
  }

  /** The names of the columns that it was learned from; none if they were an array. */
  public ImmutableList<String> names() {
    return fitted.names();
  }

  /**
   * Draws. Two calls give different ones; the same calls of a density of the same seed the same.
   *
   * @param count how many, at least 1
   * @return (count, D), on the manager of the data
   * @throws IllegalArgumentException if the count is less than 1
   */
  public NDArray sample(int count) {
    checkArgument(count >= 1, "density is asked for %s draws, but needs at least 1", count);
    return fitted.sample(new Shape(count), null);
  }

  /**
   * {@link #sample} as a table like the one that was learned, with its names and levels.
   *
   * @throws IllegalArgumentException if the count is less than 1
   * @throws IllegalStateException if this was learned from an array
   */
  public Table sampleRows(int count) {
    checkArgument(count >= 1, "density is asked for %s draws, but needs at least 1", count);
    return fitted.table(fitted.draws(count, null));
  }

  /**
   * Draws of a diffusion by its stochastic differential equation backwards, as {@link
   * DiffusionTransform#drawn}, where {@link #sample} follows its probability flow. Both have the
   * same distribution as far as the score is that of one.
   *
   * @param count how many, at least 1
   * @param steps of the equation, at least 1; 100 are enough as a rule
   * @return (count, D), on the manager of the data
   * @throws IllegalArgumentException if a number is less than 1, or the flow is no diffusion
   */
  public NDArray sampleBySde(int count, int steps) {
    checkArgument(count >= 1, "density is asked for %s draws, but needs at least 1", count);
    return fitted.sampleBySde(new Shape(count), null, steps);
  }

  /**
   * What it answers as functions of plain numbers, which need no engine: log-densities, quantiles,
   * intervals and draws. It takes a moment, and owns nothing, so that it may be used after this is
   * closed.
   *
   * @throws IllegalArgumentException if a log-density cannot be recorded, or only the engine
   *     computes it, which the message says
   */
  public Scorer scorer() {
    return new Scorer(fitted.recorded());
  }

  /**
   * Saves it in one file, over an older one: parameters and buffers of the flow, and the units.
   *
   * @throws java.io.UncheckedIOException if that fails; an older file is then as it was
   */
  public void save(Path path) {
    fitted.save(path);
  }

  /**
   * The density in a file, bit for bit.
   *
   * @param manager the owner of what it returns
   * @param flow the one that it was trained with
   * @throws java.io.UncheckedIOException if the file cannot be read
   * @throws IllegalArgumentException if it is damaged, not a density without contexts, of another
   *     flow, or of a version of its families whose numbers meant something else
   */
  @MustBeClosed
  public static Density load(NDManager manager, Path path, IntFunction<TransformModule> flow) {
    return load(manager, path, DensityEstimator.of(flow));
  }

  /**
   * {@link #load(NDManager, Path, IntFunction)} of a density that an estimator trained, of which
   * the flow counts, what it starts from, and a dequantisation that was learned.
   */
  @MustBeClosed
  public static Density load(NDManager manager, Path path, DensityEstimator estimator) {
    return read(manager, path, estimator);
  }

  /**
   * {@link #load(NDManager, Path, IntFunction)} without a manager, as a density of a {@link Table}
   * has none: closing it frees what it has, and what it returns is of nobody's manager.
   */
  @MustBeClosed
  public static Density load(Path path, IntFunction<TransformModule> flow) {
    return load(path, DensityEstimator.of(flow));
  }

  /** {@link #load(Path, IntFunction)} of a density that an estimator trained. */
  @MustBeClosed
  public static Density load(Path path, DensityEstimator estimator) {
    return read(null, path, estimator);
  }

  @MustBeClosed
  private static Density read(@Nullable NDManager manager, Path path, DensityEstimator estimator) {
    return new Density(DensityFile.read(estimator.recipe(), manager, TensorFile.read(path), false));
  }

  /** Its columns, seed and training in one line. */
  @Override
  public String toString() {
    return fitted.toString();
  }

  /** Frees the parameters. */
  @Override
  public void close() {
    fitted.close();
  }
}
