package org.ppl4j.infer.density;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.errorprone.annotations.MustBeClosed;
import java.nio.file.Path;
import java.util.Optional;
import org.ppl4j.ParamStore;

/**
 * A density of rows y given contexts x, learned from two tables: see {@link
 * ConditionalDensityEstimator}. It owns the parameters of its flow: close it. Every other method of
 * a closed density throws an {@link IllegalStateException}.
 */
public final class ConditionalDensity implements AutoCloseable {

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

  /** What the training did; empty for a density from a file. */
  public Optional<DensityReport> report() {
    return fitted.report();
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
   * The rows with the noise of training in the cells of columns with steps, as {@link
   * Density#dequantised}.
   *
   * @param y (N, D), or (N) for D = 1
   * @return as {@code y}, on its manager
   * @throws IllegalArgumentException if it has another width
   */
  public NDArray dequantised(NDArray y) {
    return fitted.dequantised(fitted.rows(y), y);
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
    return fitted.quantile(Fitted.matched(table, fitted.contexts(x)), probabilities);
  }

  /**
   * The mean of each column given each context: for D = 1 that of 4,000 quantiles, else of as many
   * draws.
   *
   * @param x (N, C), or (N) for C = 1
   * @return (N, D), on the manager of the contexts
   * @throws IllegalArgumentException if they have another width
   */
  public NDArray mean(NDArray x) {
    Table contexts = fitted.contexts(x);
    return x.getManager()
        .create(new Outline(fitted, contexts).mean(), new Shape(contexts.rows(), dim()));
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
  public Interval interval(double probability, NDArray x) {
    Table contexts = fitted.contexts(x);
    return new Outline(fitted, contexts)
        .interval(probability, x.getManager(), new Shape(contexts.rows(), dim()));
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
    checkCount(count);
    Table contexts = fitted.contexts(x);
    return fitted.sample(new Shape(count, contexts.rows()), contexts.repeated(count));
  }

  /**
   * As {@link #sample(int, NDArray)}, but the same draws each time for the same stream.
   *
   * @param stream any number; other numbers give other draws
   */
  public NDArray sample(int count, NDArray x, long stream) {
    checkCount(count);
    Table contexts = fitted.contexts(x);
    return fitted.sample(new Shape(count, contexts.rows()), contexts.repeated(count), stream);
  }

  private static void checkCount(int count) {
    checkArgument(count >= 1, "density is asked for %s draws, but needs at least 1", count);
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
   * @throws IllegalArgumentException if it is damaged, not a density with contexts, or of another
   *     flow
   */
  @MustBeClosed
  public static ConditionalDensity load(
      NDManager manager, Path path, ConditionalDensityEstimator.Flows flow) {
    return new ConditionalDensity(
        Fitted.load(ConditionalDensityEstimator.flows(flow), manager, path, true));
  }

  /** Frees the parameters. */
  @Override
  public void close() {
    fitted.close();
  }
}
