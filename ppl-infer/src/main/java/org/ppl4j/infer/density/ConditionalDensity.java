package org.ppl4j.infer.density;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.MustBeClosed;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.file.TensorFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A density of rows y given contexts x, learned from two tables: see {@link
 * ConditionalDensityEstimator}. It owns the parameters of its flow: close it. Every other method of
 * a closed density but {@code toString} throws an {@link IllegalStateException}.
 *
 * <p>A density that was learned from tables is asked by tables too, or by a map of one row's cells:
 * columns are found by their names, and cells are read as those that were learned from. What is
 * asked by an array holds the numbers of cells, as {@link Table} says; what is asked by a table is
 * answered on the manager of the data.
 *
 * <p>Of contexts far from those that it was learned from it knows nothing, and answers as surely as
 * of others. {@link #quantile}, {@link #mean}, {@link #interval} and {@link #sample(int, NDArray)}
 * then log a warning, which has the {@link #distance}.
 */
public final class ConditionalDensity implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ConditionalDensity.class);

  private final Fitted fitted;

  ConditionalDensity(Fitted fitted) {
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

  /** The parameters of the flow, which close with this density. */
  public ParamStore params() {
    return fitted.params();
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

  /** What each column of a table was taken for, as {@link Density#notes}. */
  public ImmutableList<String> notes() {
    return fitted.notes();
  }

  /**
   * How far each context is from those that were learned from: above 1 it is too far to be trusted.
   *
   * <p>It is the greatest of three, each beside its limit: how far a column is from the middle of
   * its range (limit: 1.25 times half the range); Mahalanobis' distance, which sees columns that do
   * not hang together as they did; and, in whitened units, the distance from the nearest of 500
   * that were learned from, as a share of how far its fifth neighbour is (limits: a tenth more than
   * what one in a thousand exceeds). With fewer than 100 contexts, or more than 256 columns, it is
   * the first alone.
   *
   * @param x (N, C), or (N) for C = 1
   * @return (N), on the manager of the contexts
   * @throws IllegalArgumentException if they have another width
   */
  public NDArray distance(NDArray x) {
    Table contexts = fitted.contexts(x);
    return Tensors.like(x, fitted.distances(contexts), new Shape(contexts.rows()));
  }

  /**
   * {@link #distance(NDArray)} of each row of a table, which may have more columns.
   *
   * @throws IllegalArgumentException if a column is not there, a level is not known, a cell is not
   *     of its column's type, or one is missing where none was
   */
  public NDArray distance(Table x) {
    Table contexts = fitted.contexts(x);
    return fitted.array(fitted.distances(contexts), new Shape(contexts.rows()));
  }

  /** Tells of contexts that are too far. */
  @CanIgnoreReturnValue
  private ImmutableList<String> warned(Table contexts) {
    Optional<String> warning = Distances.warning(fitted.distances(contexts));
    warning.ifPresent(LOG::warn);
    return warning.map(ImmutableList::of).orElse(ImmutableList.of());
  }

  /**
   * The log-density of each row given its context.
   *
   * @param y (N, D), or (N) for D = 1; or one row for all contexts
   * @param x (N, C), or (N) for C = 1; or one context for all rows
   * @return (N), on the manager of {@code y}
   * @throws IllegalArgumentException if one has another width, or there is not one context a row
   */
  public NDArray logProb(NDArray y, NDArray x) {
    return fitted.logProb(Fitted.matched(fitted.rows(y), fitted.contexts(x)), y);
  }

  /**
   * The log-probability of each row of a table given its context in another, as {@link
   * Density#logProb(Table)}.
   *
   * @throws IllegalArgumentException as {@link #distance(Table)}, of either, or if there is not one
   *     context a row
   * @throws IllegalStateException if this was learned from an array
   */
  public NDArray logProb(Table y, Table x) {
    return fitted.logProb(Fitted.matched(fitted.rows(y), fitted.contexts(x)));
  }

  /**
   * The log-density of all rows together given each context that a program computes, as a tensor
   * whose derivatives with respect to the contexts are known: of a density by flows alone, of
   * {@linkplain ConditionalDensityEstimator#contextsAsTheyAre() contexts as they are} and rows
   * without atoms.
   *
   * @param y (N, D)
   * @param x (*, C), of a run
   * @return (*)
   * @throws IllegalArgumentException if one has another width
   * @throws IllegalStateException if it is another density
   */
  public NDArray totalLogProb(NDArray y, NDArray x) {
    return fitted.totalLogProb(fitted.rows(y), x);
  }

  /**
   * The standard normal noise of which the flow makes each row given its context, as {@link
   * Density#toNoise}.
   *
   * @param y (N, D), or (N) for D = 1; or one row for all contexts
   * @param x (N, C), or (N) for C = 1; or one context for all rows
   * @return (N, D), on the manager of {@code y}
   * @throws IllegalArgumentException if one has another width, or there is not one context a row
   */
  public NDArray toNoise(NDArray y, NDArray x) {
    return fitted.toNoise(Fitted.matched(fitted.rows(y), fitted.contexts(x)), y);
  }

  /**
   * The row that the flow makes of each noise given its context, as {@link Density#fromNoise}.
   *
   * @param noise (N, D), or (N) for D = 1; or one for all contexts
   * @param x (N, C), or (N) for C = 1; or one context for all
   * @return (N, D), on the manager of the noise
   * @throws IllegalArgumentException if one has another width or is not finite, or there is not one
   *     context each
   */
  public NDArray fromNoise(NDArray noise, NDArray x) {
    Table contexts = fitted.contexts(x);
    warned(contexts);
    return fitted.fromNoise(Fitted.matched(fitted.noise(noise), contexts), noise);
  }

  /**
   * The rows with the noise of training in the cells of columns with steps, as {@link
   * Density#dequantised}.
   *
   * @param y (N, D), or (N) for D = 1
   * @return as {@code y}, on its manager
   * @throws IllegalArgumentException if it has another width, or noise was learned: pass contexts
   */
  public NDArray dequantised(NDArray y) {
    return fitted.dequantised(new Tables(fitted.rows(y), null), y);
  }

  /**
   * {@link #dequantised(NDArray)} where the noise was learned, given contexts.
   *
   * @param x (N, C), or (N) for C = 1; or one context for all rows
   * @throws IllegalArgumentException if one has another width, or there is not one context a row
   */
  public NDArray dequantised(NDArray y, NDArray x) {
    Table contexts = fitted.contexts(x);
    Table own = contexts.rows() == 1 ? contexts.repeated(fitted.rows(y).rows()) : contexts;
    return fitted.dequantised(new Tables(fitted.rows(y), own), y);
  }

  /**
   * The log-probability of each row's cell given its context, as {@link Density#cellLogProb}.
   *
   * @param y (N, D), or (N) for D = 1; or one row for all contexts
   * @param x (N, C), or (N) for C = 1; or one context for all rows
   * @param draws for each row, at least 1
   * @return (N), on the manager of {@code y}
   * @throws IllegalArgumentException if one has another width, there is not one context a row, or
   *     no draw
   */
  public NDArray cellLogProb(NDArray y, NDArray x, int draws) {
    return fitted.cellLogProb(Fitted.matched(fitted.rows(y), fitted.contexts(x)), draws, y);
  }

  /**
   * The probability of less than each number given its context, for D = 1: exact, by the flow's
   * monotone map.
   *
   * @param y (N) or (N, 1), or one for all contexts
   * @param x (N, C), or (N) for C = 1; or one context for all
   * @return (N), on the manager of {@code y}
   * @throws IllegalArgumentException if rows have more columns, or there is not one context each
   */
  public NDArray cdf(NDArray y, NDArray x) {
    return fitted.cdf(Fitted.matched(fitted.rows(y), fitted.contexts(x)), y);
  }

  /**
   * {@link #cdf(NDArray, NDArray)} of the rows of tables.
   *
   * @throws IllegalArgumentException as {@link #logProb(Table, Table)}, or if rows have more
   *     columns
   */
  public NDArray cdf(Table y, Table x) {
    return fitted.cdf(Fitted.matched(fitted.rows(y), fitted.contexts(x)));
  }

  /**
   * The number that is greater with each probability given its context, for D = 1; the inverse of
   * {@link #cdf}.
   *
   * @param probabilities (N), from 0 to 1, or one for all contexts
   * @param x (N, C), or (N) for C = 1; or one context for all
   * @return (N), on the manager of the probabilities
   * @throws IllegalArgumentException if rows have more columns, a probability is out of this range,
   *     or there is not one context each
   */
  public NDArray quantile(NDArray probabilities, NDArray x) {
    Table table = Table.of("probabilities", probabilities).width(1);
    Table contexts = fitted.contexts(x);
    warned(contexts);
    return fitted.quantile(Fitted.matched(table, contexts), probabilities);
  }

  /**
   * {@link #quantile(NDArray, NDArray)} of one probability given each row of a table.
   *
   * @throws IllegalArgumentException as {@link #distance(Table)}, if rows have more columns, or the
   *     probability is not from 0 to 1
   */
  public NDArray quantile(double probability, Table x) {
    Table contexts = fitted.contexts(x);
    warned(contexts);
    Table one = new Table("probabilities", 1, new double[] {probability});
    return fitted.quantile(Fitted.matched(one, contexts));
  }

  /**
   * {@link #quantile(double, Table)} given one row, whose cells are as in {@link Table#row}.
   *
   * @throws IllegalArgumentException as {@link #quantile(double, Table)}, or if a cell is of no
   *     column
   */
  public double quantile(double probability, Map<String, ?> x) {
    Table context = fitted.context(x);
    warned(context);
    Table one = new Table("probabilities", 1, new double[] {probability});
    return fitted.checkedQuantiles(Fitted.matched(one, context))[0];
  }

  /**
   * The mean of each column given each context: for D = 1 by 1,000 quantiles, else of 4,000 draws.
   *
   * @param x (N, C), or (N) for C = 1
   * @return (N, D), on the manager of the contexts
   * @throws IllegalArgumentException if they have another width
   */
  public NDArray mean(NDArray x) {
    Table contexts = fitted.contexts(x);
    return Tensors.like(x, means(contexts), new Shape(contexts.rows(), dim()));
  }

  /**
   * {@link #mean(NDArray)} given each row of a table.
   *
   * @throws IllegalArgumentException as {@link #distance(Table)}
   */
  public NDArray mean(Table x) {
    Table contexts = fitted.contexts(x);
    return fitted.array(means(contexts), new Shape(contexts.rows(), dim()));
  }

  private double[] means(Table contexts) {
    warned(contexts);
    return new DensitySummary(fitted, contexts).mean();
  }

  /**
   * The central interval of each column given each context: for D = 1 by {@link #quantile}, else of
   * 4,000 draws.
   *
   * @param probability of being inside, between 0 and 1
   * @param x (N, C), or (N) for C = 1
   * @return ends of shape (N, D), on the manager of the contexts
   * @throws IllegalArgumentException if the probability is not between 0 and 1, or the contexts
   *     have another width
   */
  public PredictionInterval interval(double probability, NDArray x) {
    return interval(probability, fitted.contexts(x), (ends, shape) -> Tensors.like(x, ends, shape));
  }

  /**
   * {@link #interval(double, NDArray)} given each row of a table.
   *
   * @throws IllegalArgumentException as {@link #distance(Table)}, or if the probability is not
   *     between 0 and 1
   */
  public PredictionInterval interval(double probability, Table x) {
    return interval(probability, fitted.contexts(x), fitted::array);
  }

  /**
   * The central interval given one row, as {@code interval(0.9, Map.of("area", 80.0, "district",
   * "Mitte"))}, whose cells are as in {@link Table#row}.
   *
   * @return ends of shape (1, D)
   * @throws IllegalArgumentException as {@link #interval(double, Table)}, or if a cell is of no
   *     column
   */
  public PredictionInterval interval(double probability, Map<String, ?> x) {
    return interval(probability, fitted.context(x), fitted::array);
  }

  private PredictionInterval interval(
      double probability, Table contexts, BiFunction<double[], Shape, NDArray> array) {
    Shape shape = new Shape(contexts.rows(), dim());
    return new DensitySummary(fitted, contexts)
        .interval(probability)
        .with(warned(contexts))
        .as(ends -> array.apply(ends, shape));
  }

  /**
   * How good it is on fresh rows, which it has not learned from: log score, CRPS, the places of
   * numbers in their laws and the coverage of {@linkplain #interval intervals}, beside linear
   * regressions that know all of these rows but one. It {@linkplain DensityScores#learnedRows
   * warns} of rows that it was learned from.
   *
   * @param y (N, D), or (N) for D = 1
   * @param x (N, C), or (N) for C = 1; or one context for all rows
   * @throws IllegalArgumentException if one has another width, or there is not one context a row
   * @throws org.ppl4j.infer.InterruptionException if the thread is interrupted
   */
  public DensityScores calibrate(NDArray y, NDArray x) {
    return fitted.scores(Fitted.matched(fitted.rows(y), fitted.contexts(x)));
  }

  /**
   * {@link #calibrate(NDArray, NDArray)} of tables with names.
   *
   * @throws IllegalArgumentException as there
   */
  public DensityScores calibrate(Table y, Table x) {
    return fitted.scores(Fitted.matched(fitted.rows(y), fitted.contexts(x)));
  }

  /** The names of the columns that it was learned from; none if they were an array. */
  public ImmutableList<String> names() {
    return fitted.names();
  }

  /**
   * Draws given each context. Two calls give different ones; the same calls of a density of the
   * same seed the same.
   *
   * @param count how many of each context, at least 1
   * @param x (N, C), or (N) for C = 1
   * @return (count, N, D), on the manager of the data
   * @throws IllegalArgumentException if the count is less than 1, or the width another
   */
  public NDArray sample(int count, NDArray x) {
    return sampled(count, fitted.contexts(x));
  }

  /**
   * {@link #sample(int, NDArray)} given each row of a table, as numbers; {@link #sampleRows} are
   * rows of a table.
   *
   * @throws IllegalArgumentException as {@link #distance(Table)}, or if the count is less than 1
   */
  public NDArray sample(int count, Table x) {
    return sampled(count, fitted.contexts(x));
  }

  private NDArray sampled(int count, Table contexts) {
    checkCount(count);
    warned(contexts);
    return fitted.sample(new Shape(count, contexts.rows()), contexts.repeated(count));
  }

  /**
   * As {@link #sample(int, NDArray)}, but the same draws each time for the same stream, and without
   * a warning.
   *
   * @param stream any number; other numbers give other draws
   */
  public NDArray sample(int count, NDArray x, long stream) {
    return sampled(count, fitted.contexts(x), stream);
  }

  /**
   * {@link #sample(int, NDArray, long)} given each row of a table.
   *
   * @throws IllegalArgumentException as {@link #sample(int, Table)}
   */
  public NDArray sample(int count, Table x, long stream) {
    return sampled(count, fitted.contexts(x), stream);
  }

  private NDArray sampled(int count, Table contexts, long stream) {
    checkCount(count);
    return fitted.sample(new Shape(count, contexts.rows()), contexts.repeated(count), stream);
  }

  /**
   * {@link #sample(int, NDArray)} as a table like the one that was learned, with its names and
   * levels: a row for each context, then another for each, and so on.
   *
   * @param count how many of each context, at least 1
   * @throws IllegalArgumentException if the count is less than 1, or a context is none
   * @throws IllegalStateException if this was learned from an array
   */
  public Table sampleRows(int count, Table contexts) {
    checkCount(count);
    Table given = fitted.contexts(contexts);
    warned(given);
    return fitted.table(fitted.draws(count * given.rows(), given.repeated(count)));
  }

  /**
   * As {@link #sample(int, NDArray)}, of a diffusion by its stochastic differential equation
   * backwards: see {@link Density#sampleBySde}.
   *
   * @param steps of the equation, at least 1; 100 are enough as a rule
   * @throws IllegalArgumentException if a number is less than 1, the flow is no diffusion, or the
   *     width another
   */
  public NDArray sampleBySde(int count, NDArray x, int steps) {
    checkCount(count);
    Table contexts = fitted.contexts(x);
    warned(contexts);
    return fitted.sampleBySde(new Shape(count, contexts.rows()), contexts.repeated(count), steps);
  }

  private static void checkCount(int count) {
    checkArgument(count >= 1, "density is asked for %s draws, but needs at least 1", count);
  }

  /** As {@link Density#scorer}. */
  public ConditionalScorer scorer() {
    return new ConditionalScorer(fitted.recorded());
  }

  /**
   * Saves it in one file, over an older one: parameters and buffers of the flow, and the units.
   *
   * @throws java.io.UncheckedIOException if that fails; an older file is then as it was
   */
  public void save(Path path) {
    fitted.save(path);
  }

  /** Adds all that {@link #save} writes to a file, for what is made of a density. */
  public void write(TensorFile.Builder file) {
    fitted.write(file);
  }

  /**
   * The density in a file, bit for bit.
   *
   * @param manager the owner of what it returns
   * @param flow the one that it was trained with
   * @throws java.io.UncheckedIOException if the file cannot be read
   * @throws IllegalArgumentException if it is damaged, not a density with contexts, of another
   *     flow, or of a version of its families whose numbers meant something else
   */
  @MustBeClosed
  public static ConditionalDensity load(
      NDManager manager, Path path, ConditionalDensityEstimator.Flows flow) {
    return load(manager, path, ConditionalDensityEstimator.of(flow));
  }

  /**
   * {@link #load(NDManager, Path, ConditionalDensityEstimator.Flows)} of a density that an
   * estimator trained, of which the flow counts, what it starts from, and a dequantisation that was
   * learned.
   */
  @MustBeClosed
  public static ConditionalDensity load(
      NDManager manager, Path path, ConditionalDensityEstimator estimator) {
    return read(manager, TensorFile.read(path), estimator);
  }

  /**
   * {@link #load(NDManager, Path, ConditionalDensityEstimator.Flows)} without a manager, as a
   * density of a {@link Table} has none: closing it frees what it has, and what it returns is of
   * nobody's manager.
   */
  @MustBeClosed
  public static ConditionalDensity load(Path path, ConditionalDensityEstimator.Flows flow) {
    return load(path, ConditionalDensityEstimator.of(flow));
  }

  /**
   * {@link #load(Path, ConditionalDensityEstimator.Flows)} of a density that an estimator trained.
   */
  @MustBeClosed
  public static ConditionalDensity load(Path path, ConditionalDensityEstimator estimator) {
    return read(null, TensorFile.read(path), estimator);
  }

  @MustBeClosed
  private static ConditionalDensity read(
      @Nullable NDManager manager, TensorFile file, ConditionalDensityEstimator estimator) {
    return new ConditionalDensity(DensityFile.read(estimator.recipe(), manager, file, true));
  }

  /**
   * What {@link #write} added to a file.
   *
   * @param manager the owner of what it returns
   * @param flow the one that it was trained with
   * @throws IllegalArgumentException as {@link #load}
   */
  @MustBeClosed
  public static ConditionalDensity read(
      NDManager manager, TensorFile file, ConditionalDensityEstimator.Flows flow) {
    return read(manager, file, ConditionalDensityEstimator.of(flow));
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
