package org.ppl4j.constraints;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/** Tensors {@code (n, event)} whose slices are members of constraints of their own. */
public final class StackConstraint extends Constraint {

  private final ImmutableList<Constraint> parts;
  private final int partDims;

  private StackConstraint(ImmutableList<Constraint> parts) {
    this.parts = parts;
    this.partDims = parts.get(0).eventDims();
  }

  static StackConstraint of(List<Constraint> parts) {
    checkArgument(!parts.isEmpty(), "a stack of no constraints has no members; pass at least one");
    for (Constraint part : parts) {
      checkArgument(
          part.eventDims() == parts.get(0).eventDims(),
          "stacked constraints '%s' and '%s' have %s and %s event dims; make them equal with"
              + " Constraint.independent",
          parts.get(0),
          part,
          parts.get(0).eventDims(),
          part.eventDims());
    }
    return new StackConstraint(ImmutableList.copyOf(parts));
  }

  /** The constraint of each slice. */
  public ImmutableList<Constraint> parts() {
    return parts;
  }

  /** Slice {@code i} along the stacked axis. */
  private NDArray slice(NDArray value, int i) {
    int axis = -1 - partDims;
    return Tensors.range(value, axis, i, i + 1).squeeze(axis);
  }

  /** A tensor with another number of slices has no member. */
  @Override
  public NDArray check(NDArray value) {
    checkArgument(
        value.getShape().dimension() > partDims
            && value.getShape().get(value.getShape().dimension() - 1 - partDims) == parts.size(),
        "a value of shape %s is not a stack of %s members; dim -%s must be %s",
        value.getShape(),
        parts.size(),
        partDims + 1,
        parts.size());
    NDArray all = parts.get(0).check(slice(value, 0));
    for (int i = 1; i < parts.size(); i++) {
      all = all.logicalAnd(parts.get(i).check(slice(value, i)));
    }
    return all;
  }

  @Override
  public int eventDims() {
    return partDims + 1;
  }

  @Override
  boolean isWhole() {
    return false;
  }

  @Override
  public boolean isDiscrete() {
    return parts.stream().anyMatch(Constraint::isDiscrete);
  }

  @Override
  public boolean isReal() {
    return parts.stream().allMatch(Constraint::isReal);
  }

  @Override
  public boolean isFixed() {
    return parts.stream().allMatch(Constraint::isFixed);
  }

  @Override
  public NDArray interior(NDArray value) {
    List<NDArray> members = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      NDArray slice = slice(value, i);
      NDArray member = Tensors.run(value).bind(parts.get(i).interior(slice));
      members.add(member.broadcast(Shapes.broadcast(member.getShape(), slice.getShape())));
    }
    return Tensors.stack(members, -1 - partDims);
  }

  @Override
  public long[] coordinates(Shape event) {
    Shape inner = Shapes.takeRight(event, partDims);
    return IntStream.range(0, parts.size())
        .boxed()
        .flatMapToLong(
            i -> Arrays.stream(parts.get(i).coordinates(inner)).map(at -> i * inner.size() + at))
        .toArray();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof StackConstraint that && parts.equals(that.parts);
  }

  @Override
  public int hashCode() {
    return parts.hashCode();
  }

  @Override
  public String toString() {
    return "stack" + parts;
  }
}
