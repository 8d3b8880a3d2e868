package org.ppl4j.transforms;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.collect.ImmutableList.toImmutableList;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/** A transform of its own for each slice {@code (n, event)}; their log-determinants add up. */
final class StackTransform extends Transform {

  private final ImmutableList<Transform> parts;
  private final int domainDims;
  private final int codomainDims;

  private StackTransform(ImmutableList<Transform> parts) {
    super(parts.get(0).domainEventDims() + 1, parts.get(0).codomainEventDims() + 1);
    this.parts = parts;
    this.domainDims = parts.get(0).domainEventDims();
    this.codomainDims = parts.get(0).codomainEventDims();
  }

  static Transform of(List<Transform> parts) {
    for (Transform part : parts) {
      checkArgument(
          part.domainEventDims() == parts.get(0).domainEventDims()
              && part.codomainEventDims() == parts.get(0).codomainEventDims(),
          "transforms '%s' and '%s' take or give different numbers of dims, so they cannot be"
              + " stacked; give each a site of its own",
          parts.get(0),
          part);
    }
    return new StackTransform(ImmutableList.copyOf(parts));
  }

  @Override
  protected Mapped doForward(NDArray x) {
    return each(x, domainDims, codomainDims, Transform::forward);
  }

  @Override
  protected Mapped doInverse(NDArray y) {
    return each(y, codomainDims, domainDims, Transform::inverse);
  }

  private Mapped each(
      NDArray x, int dimsBefore, int dimsAfter, BiFunction<Transform, NDArray, Mapped> map) {
    List<NDArray> values = new ArrayList<>();
    NDArray logDet = Tensors.number(0);
    int axis = -1 - dimsBefore;
    for (int i = 0; i < parts.size(); i++) {
      Mapped mapped = map.apply(parts.get(i), Tensors.range(x, axis, i, i + 1).squeeze(axis));
      values.add(mapped.value());
      logDet = logDet.add(mapped.logDet());
    }
    return new Mapped(Tensors.stack(values, -1 - dimsAfter), logDet);
  }

  @Override
  public Transform withParameters(UnaryOperator<NDArray> operator) {
    return new StackTransform(
        parts.stream().map(part -> part.withParameters(operator)).collect(toImmutableList()));
  }

  @Override
  public Constraint domain() {
    return Constraint.stack(parts.stream().map(Transform::domain).toList());
  }

  @Override
  public Constraint codomain() {
    return Constraint.stack(parts.stream().map(Transform::codomain).toList());
  }

  @Override
  public Shape forwardShape(Shape shape) {
    return each(shape, domainDims, codomainDims, Transform::forwardShape);
  }

  @Override
  public Shape inverseShape(Shape shape) {
    return each(shape, codomainDims, domainDims, Transform::inverseShape);
  }

  private Shape each(
      Shape shape, int dimsBefore, int dimsAfter, BiFunction<Transform, Shape, Shape> map) {
    Shape batch = Shapes.dropRight(shape, dimsBefore + 1);
    Shape slice = Shapes.concat(batch, Shapes.takeRight(shape, dimsBefore));
    Shape first = map.apply(parts.get(0), slice);
    for (Transform part : parts) {
      Shape other = map.apply(part, slice);
      checkArgument(
          other.equals(first),
          "stacked transforms '%s' and '%s' make shapes %s and %s of %s; give each a site of its"
              + " own, or use cat",
          parts.get(0),
          part,
          first,
          other,
          slice);
    }
    Shape stacked = Shapes.concat(Shapes.dropRight(first, dimsAfter), new Shape(parts.size()));
    return Shapes.concat(stacked, Shapes.takeRight(first, dimsAfter));
  }

  @Override
  public Invertibility invertibility() {
    return parts.stream()
        .map(Transform::invertibility)
        .max(Enum::compareTo)
        .orElse(Invertibility.EXACT);
  }

  @Override
  public String toString() {
    return "stack" + parts;
  }
}
