package org.ppl4j.constraints;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableLongArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/** Vectors that are members of several constraints end to end. */
public final class CatConstraint extends Constraint {

  private final ImmutableList<Constraint> parts;
  private final ImmutableLongArray lengths;

  private CatConstraint(ImmutableList<Constraint> parts, ImmutableLongArray lengths) {
    this.parts = parts;
    this.lengths = lengths;
  }

  static CatConstraint of(List<Constraint> parts, long... lengths) {
    checkArgument(
        !parts.isEmpty() && parts.size() == lengths.length,
        "cat has %s constraints and %s lengths; pass one length for each of at least one",
        parts.size(),
        lengths.length);
    ImmutableList.Builder<Constraint> vectors = ImmutableList.builder();
    for (int i = 0; i < lengths.length; i++) {
      Constraint part = parts.get(i);
      checkArgument(
          part.eventDims() <= 1 && lengths[i] > 0,
          "constraint '%s' of cat has %s event dims and length %s; it must be on numbers or vectors"
              + " and its length above 0",
          part,
          part.eventDims(),
          lengths[i]);
      vectors.add(Constraint.independent(part, 1 - part.eventDims()));
    }
    return new CatConstraint(vectors.build(), ImmutableLongArray.copyOf(lengths));
  }

  /** The constraint of each piece, all on vectors. */
  public ImmutableList<Constraint> parts() {
    return parts;
  }

  /** How many entries each piece has. */
  public ImmutableLongArray lengths() {
    return lengths;
  }

  private List<NDArray> pieces(NDArray value) {
    long size = value.getShape().get(value.getShape().dimension() - 1);
    long total = lengths.stream().sum();
    checkArgument(
        size == total,
        "a value of shape %s is not made of pieces of lengths %s; its last dim must be %s",
        value.getShape(),
        lengths,
        total);
    return Tensors.split(value, -1, lengths.toArray());
  }

  @Override
  public NDArray check(NDArray value) {
    List<NDArray> pieces = pieces(value);
    NDArray all = parts.get(0).check(pieces.get(0));
    for (int i = 1; i < parts.size(); i++) {
      all = all.logicalAnd(parts.get(i).check(pieces.get(i)));
    }
    return all;
  }

  @Override
  public int eventDims() {
    return 1;
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
    List<NDArray> pieces = pieces(value);
    for (int i = 0; i < parts.size(); i++) {
      NDArray piece = pieces.get(i);
      NDArray member = Tensors.run(value).bind(parts.get(i).interior(piece));
      members.add(member.broadcast(Shapes.broadcast(member.getShape(), piece.getShape())));
    }
    return Tensors.concat(members, -1);
  }

  @Override
  public long[] coordinates(Shape event) {
    LongStream all = LongStream.empty();
    long start = 0;
    for (int i = 0; i < parts.size(); i++) {
      long from = start;
      long[] part = parts.get(i).coordinates(new Shape(lengths.get(i)));
      all = LongStream.concat(all, Arrays.stream(part).map(at -> from + at));
      start += lengths.get(i);
    }
    return all.toArray();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof CatConstraint that
        && parts.equals(that.parts)
        && lengths.equals(that.lengths);
  }

  @Override
  public int hashCode() {
    return 31 * parts.hashCode() + lengths.hashCode();
  }

  @Override
  public String toString() {
    return "cat" + parts + lengths;
  }
}
