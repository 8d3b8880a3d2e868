package org.ppl4j;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkState;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.ppl4j.tensor.Recurrence;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;

/**
 * A step of a {@linkplain Ppl#scan scan}: which one it is, and its rows of data.
 *
 * <pre>{@code
 * NDArray last =
 *     p.scan("t", 100, p.scalar(0), (q, t, x) -> {
 *       NDArray next = q.sample("x", Normal.of(x.mul(phi), sigma));
 *       q.observe("y", Normal.of(next, 1), t.take(data.y()));
 *       return next;
 *     });
 * }</pre>
 */
public final class Step {

  private final Run run;
  private final String name;
  private final int times;
  private final Recurrence.At at;

  Step(Run run, String name, int times, Recurrence.At at) {
    this.run = run;
    this.name = name;
    this.times = times;
    this.at = at;
  }

  /** How many steps the scan has. */
  public int times() {
    return times;
  }

  /** The number of this step, from 0 on, as a tensor of shape (). */
  public NDArray number() {
    return at.number();
  }

  /**
   * The number of this step, from 0 on, in Java. A program that asks for it may do another thing at
   * each step, and is not recorded; {@link #number} is a tensor.
   */
  public int index() {
    return at.index();
  }

  /**
   * The row of {@code x} that belongs to this step.
   *
   * @param x data or tensor {@code (times, *)}
   * @return {@code (*)}
   * @throws IllegalArgumentException if {@code x} has another number of rows
   * @throws IllegalStateException if {@code x} has extra dims on the left
   */
  public NDArray take(NDArray x) {
    return take(x, 0);
  }

  /** As {@link #take(NDArray)}, of one number a step. */
  public NDArray take(double[] x) {
    return take(PlainArrays.in(run, x));
  }

  /** As {@link #take(NDArray)}, of some numbers a step. */
  public NDArray take(double[][] x) {
    return take(PlainArrays.in(run, x));
  }

  /** As {@link #take(NDArray)}, of one whole number a step. */
  public NDArray take(long[] x) {
    return take(PlainArrays.in(run, x));
  }

  /** As {@link #take(NDArray)}, of one whole number a step. */
  public NDArray take(int[] x) {
    return take(PlainArrays.in(run, x));
  }

  /** As {@link #take(NDArray)}, of one truth value a step. */
  public NDArray take(boolean[] x) {
    return take(PlainArrays.in(run, x));
  }

  /** As {@link #take(NDArray)}, of some whole numbers a step. */
  public NDArray take(long[][] x) {
    return take(PlainArrays.in(run, x));
  }

  /** As {@link #take(NDArray)}, of some whole numbers a step. */
  public NDArray take(int[][] x) {
    return take(PlainArrays.in(run, x));
  }

  /** As {@link #take(NDArray)}, of some truth values a step. */
  public NDArray take(boolean[][] x) {
    return take(PlainArrays.in(run, x));
  }

  /**
   * The part of {@code x} along an axis that belongs to this step.
   *
   * @param axis along which the steps lie; negative from the right
   * @return without the axis; where dims are left of one counted from the right, it stays with size
   *     1, so that they stay where they are
   * @throws IllegalArgumentException if {@code x} has another number of rows there
   * @throws IllegalStateException if the axis is counted from the left and {@code x} has extra dims
   *     there: particles, enumerated values or draws
   */
  public NDArray take(NDArray x, int axis) {
    NDArray bound = run.bind(x);
    Shape shape = bound.getShape();
    checkState(
        axis < 0 || !Tensors.hasParticles(bound),
        "scan '%s' is to take a row along axis %s, counted from the left, of a tensor with extra"
            + " left dims (shape %s): particles, enumerated values or draws stand there; count from"
            + " the right, as t.take(x, -1)",
        name,
        axis,
        shape);
    int rank = shape.dimension();
    int place = axis < 0 ? axis + rank : axis;
    checkArgument(
        place >= 0 && place < rank,
        "scan '%s' cannot take a row along axis %s of an array of shape %s; pass an axis it has",
        name,
        axis,
        shape);
    checkArgument(
        shape.get(place) == times,
        "scan '%s' has %s steps, but the array to take a row from has %s (shape %s, axis %s); scan"
            + " as many steps as it has rows, or cut it",
        name,
        times,
        shape.get(place),
        shape,
        place);
    NDArray row = at.row(bound, place - rank);
    boolean isKept = place > 0 && axis >= 0; // which nothing needs where nothing is on the left
    return isKept ? row.squeeze(place) : row;
  }

  /** The name and the number of steps. */
  @Override
  public String toString() {
    return "a step of " + name + "[" + times + "]";
  }
}
