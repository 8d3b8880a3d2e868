package org.ppl4j.params;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkState;
import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.primitives.Doubles;
import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.FlatVector;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.transforms.Bijections;
import org.ppl4j.transforms.Transform;

/**
 * A parameter in its store. Until it is packed into a chunk, its numbers are on the host, and the
 * run that created it has them in a tensor of its own.
 */
final class StoredParam {

  private final String name;
  private final Constraint constraint;
  private final @Nullable Transform bijection; // null: unconstrained
  private final Shape shape;
  private final Shape freeShape;
  private double[] pending;
  private @Nullable Run creator;
  private @Nullable NDArray creatorLeaf;
  private volatile @Nullable Chunk chunk;
  private int index;
  private int place;
  private long offset;

  private StoredParam(
      String name, Constraint constraint, Shape shape, Shape freeShape, double[] free) {
    this.name = name;
    this.constraint = constraint;
    this.bijection = constraint.equals(Constraint.REAL) ? null : Bijections.to(constraint);
    this.shape = shape;
    this.freeShape = freeShape;
    this.pending = free;
  }

  /**
   * A parameter as it was saved.
   *
   * @param free its unconstrained numbers
   * @throws IllegalArgumentException if they do not make values of its shape
   */
  static StoredParam saved(
      String name, Constraint constraint, Shape shape, Shape freeShape, double[] free) {
    StoredParam param = new StoredParam(name, constraint, shape, freeShape, free);
    Shape made = param.bijection == null ? freeShape : param.bijection.forwardShape(freeShape);
    checkArgument(
        made.equals(shape),
        "parameter '%s' has shape %s, but its numbers of shape %s make %s",
        name,
        shape,
        freeShape,
        made);
    return param;
  }

  static StoredParam create(
      Run run, String name, Constraint constraint, Supplier<NDArray> initial) {
    NDArray first = run.withoutGradients(() -> run.bind(initial.get()));
    Transform bijection = constraint.equals(Constraint.REAL) ? null : Bijections.to(constraint);
    NDArray free =
        run.withoutGradients(() -> free(name, constraint, bijection, first, "starts at"));
    StoredParam param =
        new StoredParam(name, constraint, first.getShape(), free.getShape(), Tensors.values(free));
    param.creator = run;
    param.creatorLeaf = Autograd.variable(free);
    return param;
  }

  /** The unconstrained numbers of a value, which is inside the constraint. */
  private static NDArray free(
      String name,
      Constraint constraint,
      @Nullable Transform bijection,
      NDArray value,
      String verb) {
    double[] numbers = Tensors.values(value);
    checkArgument(
        Arrays.stream(numbers).noneMatch(Double::isInfinite),
        "parameter '%s' %s %s, which is not finite; pass finite numbers",
        name,
        verb,
        Doubles.asList(numbers));
    double[] inside = Tensors.values(constraint.check(value));
    checkArgument(
        Arrays.stream(inside).allMatch(x -> x != 0),
        "parameter '%s' %s %s, which is outside its constraint '%s'; pass a value inside",
        name,
        verb,
        Doubles.asList(numbers),
        constraint);
    NDArray free = bijection == null ? value : bijection.inverse(value).value();
    checkArgument(
        Arrays.stream(numbers).anyMatch(Double::isNaN)
            || Arrays.stream(Tensors.values(free)).allMatch(Double::isFinite),
        "parameter '%s' %s %s, which is at the edge of its constraint '%s', where its unconstrained"
            + " numbers are infinite and no step moves it; pass a value inside",
        name,
        verb,
        Doubles.asList(numbers),
        constraint);
    return free;
  }

  void checkConstraint(Constraint wanted) {
    checkArgument(
        wanted.equals(constraint),
        "parameter '%s' exists with constraint '%s', but is asked for with '%s'; use one of them in"
            + " both places",
        name,
        constraint,
        wanted);
  }

  void checkCount(double[] values) {
    checkArgument(
        values.length == shape.size(),
        "parameter '%s' has shape %s, but was given %s values; pass %s",
        name,
        shape,
        values.length,
        shape.size());
  }

  void checkShape(NDArray value) {
    checkArgument(
        value.getShape().equals(shape),
        "parameter '%s' has shape %s, but was given a value of shape %s",
        name,
        shape,
        value.getShape());
  }

  /** The unconstrained numbers of a constrained value. */
  double[] unconstrained(NDArray value) {
    return Tensors.values(free(name, constraint, bijection, value, "is set to"));
  }

  NDArray constrained(NDArray leaf) {
    return bijection == null ? leaf : bijection.forward(leaf).value();
  }

  /** Whether this run has created it, and so has its numbers in a tensor of its own. */
  boolean isOf(Run run) {
    return creator == run;
  }

  /** The unconstrained tensor; the parameter is packed, or of this run. */
  NDArray leaf(Run run) {
    if (isOf(run)) {
      return requireNonNull(creatorLeaf);
    }
    Chunk home = requireNonNull(chunk);
    checkState(
        home.vector().floatType() == run.floatType(),
        "parameter '%s' is stored in %s, but the run is in %s; build both from one RunConfig",
        name,
        home.vector().floatType(),
        run.floatType());
    return home.piece(run, place);
  }

  /**
   * Writes the numbers into a chunk; returns the offset behind them.
   *
   * @param index of the chunk
   * @param place of the parameter in it
   */
  long moveTo(Chunk target, int index, int place, long offset) {
    target.vector().assign(offset, pending);
    this.index = index;
    this.place = place;
    this.offset = offset;
    long end = offset + pending.length;
    this.pending = new double[0];
    this.chunk = target;
    return end;
  }

  /** Overwrites the unconstrained numbers with those of a parameter that is not packed yet. */
  void overwrite(StoredParam saved) {
    vector().assign(offset, saved.pending);
  }

  boolean isPacked() {
    return chunk != null;
  }

  FlatVector vector() {
    return requireNonNull(chunk).vector();
  }

  String name() {
    return name;
  }

  Constraint constraint() {
    return constraint;
  }

  Shape shape() {
    return shape;
  }

  Shape freeShape() {
    return freeShape;
  }

  long size() {
    return freeShape.size();
  }

  long offset() {
    return offset;
  }

  ParamSlot slot() {
    return new ParamSlot(name, index, offset, freeShape, constraint);
  }
}
