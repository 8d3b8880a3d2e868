package org.ppl4j.distributions;

import static com.google.common.base.Preconditions.checkArgument;
import static org.ppl4j.tensor.Tensors.number;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * All mass at one point.
 *
 * <p>log p(x) = log density if x = value, −∞ otherwise. The log density is 0 for a point mass; a
 * guide that draws elsewhere gives it the log-density of what it drew, with its gradient.
 */
public final class Delta extends Distribution {

  private final NDArray point;
  private final NDArray logDensity;

  private Delta(NDArray point, NDArray logDensity, int eventDims) {
    super(
        Shapes.takeRight(point.getShape(), eventDims),
        new Argument("value", point, Constraint.REAL, eventDims),
        Argument.real("logDensity", logDensity));
    this.point = point;
    this.logDensity = logDensity;
  }

  /** A point mass at each entry of {@code value}. */
  public static Delta of(NDArray value) {
    return of(value, 0);
  }

  /** A point mass at a number. */
  public static Delta of(double value) {
    return of(number(value), 0);
  }

  /**
   * A point mass at tensors of {@code eventDims} dimensions.
   *
   * @param value {@code (*, event)}
   */
  public static Delta of(NDArray value, int eventDims) {
    return of(value, number(0), eventDims);
  }

  /**
   * A point with a given log-density.
   *
   * @param value {@code (*, event)}
   * @param logDensity broadcasts with {@code *}
   * @param eventDims how many rightmost dimensions of {@code value} are the event
   * @throws IllegalArgumentException if {@code value} has fewer dimensions, or the shapes do not
   *     broadcast
   */
  public static Delta of(NDArray value, NDArray logDensity, int eventDims) {
    checkArgument(
        value.getShape().dimension() >= eventDims,
        "parameter 'value' of Delta must have at least %s dims, but has shape %s",
        eventDims,
        value.getShape());
    return new Delta(value, logDensity, eventDims);
  }

  /** The point. */
  public NDArray point() {
    return point;
  }

  /** The log-density of the point. */
  public NDArray logDensity() {
    return logDensity;
  }

  @Override
  public boolean hasDensity() {
    return false;
  }

  @Override
  public boolean hasAtoms() {
    return true;
  }

  /** All numbers of the point. */
  @Override
  protected NDArray doAtoms(NDArray value) {
    NDArray isApart = Undefined.anyOf(value.neq(point), eventShape().dimension());
    return Tensors.where(isApart, number(0), number((double) Math.max(1, eventShape().size())));
  }

  /** The reals, as the point may be anywhere. */
  @Override
  public Constraint support() {
    return Constraint.independent(Constraint.REAL, eventShape().dimension());
  }

  @Override
  protected NDArray doLogProb(NDArray value) {
    if (value == point) {
      return logDensity;
    }
    NDArray apart = Tensors.where(value.eq(point), number(0), number(Double.NEGATIVE_INFINITY));
    return Tensors.sumRight(apart, eventShape().dimension()).add(logDensity);
  }

  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    Run run = run();
    return Draw.of(
        expanded(run.bind(point), Shapes.concat(batch, eventShape())),
        () -> expanded(run.bind(logDensity), batch));
  }

  @Override
  public Delta withParameters(UnaryOperator<NDArray> operator) {
    return new Delta(operator.apply(point), operator.apply(logDensity), eventShape().dimension());
  }

  @Override
  protected NDArray doMean() {
    return point;
  }

  @Override
  protected NDArray doVariance() {
    return point.zerosLike();
  }
}
