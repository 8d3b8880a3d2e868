package org.ppl4j.transforms;

import static com.google.common.collect.ImmutableList.toImmutableList;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableLongArray;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.ppl4j.constraints.CatConstraint;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/** A transform of its own for each piece of a vector; their log-determinants add up. */
final class CatTransform extends Transform {

  private final ImmutableList<Transform> parts;
  private final ImmutableLongArray before;
  private final ImmutableLongArray after;

  private CatTransform(
      ImmutableList<Transform> parts, ImmutableLongArray before, ImmutableLongArray after) {
    super(1);
    this.parts = parts;
    this.before = before;
    this.after = after;
  }

  /** The bijections to the pieces of a constraint. */
  static Transform to(CatConstraint constraint) {
    ImmutableList<Transform> parts =
        constraint.parts().stream().map(Bijections::to).collect(toImmutableList());
    ImmutableLongArray.Builder before = ImmutableLongArray.builder();
    for (int i = 0; i < parts.size(); i++) {
      before.add(parts.get(i).inverseShape(new Shape(constraint.lengths().get(i))).get(0));
    }
    return new CatTransform(parts, before.build(), constraint.lengths());
  }

  @Override
  protected Mapped doForward(NDArray x) {
    return each(x, before, Transform::forward);
  }

  @Override
  protected Mapped doInverse(NDArray y) {
    return each(y, after, Transform::inverse);
  }

  private Mapped each(
      NDArray x, ImmutableLongArray lengths, BiFunction<Transform, NDArray, Mapped> map) {
    List<NDArray> pieces = Tensors.split(x, -1, lengths.toArray());
    List<NDArray> values = new ArrayList<>();
    NDArray logDet = Tensors.number(0);
    for (int i = 0; i < parts.size(); i++) {
      Mapped mapped = map.apply(parts.get(i), pieces.get(i));
      values.add(mapped.value());
      logDet = logDet.add(mapped.logDet());
    }
    return new Mapped(Tensors.concat(values, -1), logDet);
  }

  @Override
  public Transform withParameters(UnaryOperator<NDArray> operator) {
    return new CatTransform(
        parts.stream().map(part -> part.withParameters(operator)).collect(toImmutableList()),
        before,
        after);
  }

  @Override
  public Constraint codomain() {
    return Constraint.cat(parts.stream().map(Transform::codomain).toList(), after.toArray());
  }

  @Override
  public Shape forwardShape(Shape shape) {
    return resized(shape, after);
  }

  @Override
  public Shape inverseShape(Shape shape) {
    return resized(shape, before);
  }

  private static Shape resized(Shape shape, ImmutableLongArray lengths) {
    return Shapes.concat(Shapes.dropRight(shape, 1), new Shape(lengths.stream().sum()));
  }

  @Override
  public String toString() {
    return "cat" + parts;
  }
}
