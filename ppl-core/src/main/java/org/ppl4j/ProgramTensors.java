package org.ppl4j;

import ai.djl.ndarray.NDArray;
import java.util.function.DoubleSupplier;
import org.ppl4j.tensor.GivenNumbers;
import org.ppl4j.tensor.Run;

/** The tensors of an execution: numbers, data, and products and indexing that keep batch dims. */
abstract sealed class ProgramTensors permits Ppl {

  final Run run;
  final Nesting nesting = new Nesting();

  ProgramTensors(Run run) {
    this.run = run;
  }

  /**
   * {@code values[..., index]}: for each index its entry of the rightmost dim of {@code values}.
   * What particles and draws have is what each would have alone.
   *
   * @param values {@code (..., K)}
   * @param index whole numbers {@code (*i)} from 0 to K − 1, tensor or data; a plain number, of
   *     shape (), takes the dim away
   * @return {@code (..., *i)}, the other dims broadcast
   * @throws IllegalArgumentException if an index is out of range, or no whole number
   */
  public final NDArray pick(NDArray values, NDArray index) {
    return Vectorised.in(nesting.stack()).pick(run.bind(values), run.bind(index));
  }

  /**
   * The product of a matrix of data and a vector-valued variable, batch dims kept: each particle's
   * and draw's own.
   *
   * @param x {@code (*, N, D)}, tensor or data
   * @param w {@code (..., D)}
   * @return {@code (..., N)}
   */
  public final NDArray matVec(NDArray x, NDArray w) {
    return Vectorised.in(nesting.stack()).matVec(run.bind(x), run.bind(w));
  }

  /** A number of shape () as a tensor of this run. */
  public final NDArray scalar(double value) {
    return run.scalar(value);
  }

  /**
   * A number of Java that may be another at each step, such as an annealing factor, of shape (). It
   * is read once a step, and again where a recorded step is held against the engine.
   *
   * <pre>{@code
   * p.factor("prior", logPrior.mul(p.value("beta", schedule::beta)));
   * }</pre>
   *
   * @param name tells it from others of the program
   */
  public final NDArray value(String name, DoubleSupplier number) {
    return GivenNumbers.number(run, name, number);
  }

  /** A plain array that was captured and not handed over as data, as a tensor of this run. */
  public final NDArray constant(NDArray value) {
    return run.bind(value);
  }

  /**
   * Numbers of shape (n) as a tensor of this run, the same whenever the run is asked for this
   * array. If it is part of the data, it was converted when they were bound.
   */
  public final NDArray constant(double[] values) {
    return PlainArrays.in(run, values);
  }

  /**
   * Rows of numbers, of shape (n, m), as {@link #constant(double[])}.
   *
   * @throws IllegalArgumentException if there is no row, or rows differ in length
   */
  public final NDArray constant(double[][] rows) {
    return PlainArrays.in(run, rows);
  }

  /** Whole numbers of shape (n), int64, as {@link #constant(double[])}. */
  public final NDArray constant(long[] values) {
    return PlainArrays.in(run, values);
  }

  /** Whole numbers of shape (n), int64, as {@link #constant(double[])}. */
  public final NDArray constant(int[] values) {
    return PlainArrays.in(run, values);
  }

  /** Truth values of shape (n), such as a mask, as {@link #constant(double[])}. */
  public final NDArray constant(boolean[] values) {
    return PlainArrays.in(run, values);
  }

  /** The run: more ways to make tensors. */
  public final Run run() {
    return run;
  }
}
