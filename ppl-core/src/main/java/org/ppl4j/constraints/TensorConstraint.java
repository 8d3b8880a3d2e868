package org.ppl4j.constraints;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** A set of vectors or matrices given by its parts: membership, a member, and coordinates. */
final class TensorConstraint extends Constraint {

  private final String name;
  private final int eventDims;
  private final boolean discrete;
  private final UnaryOperator<NDArray> membership;
  private final UnaryOperator<NDArray> member;
  private final Function<Shape, long[]> coordinates;

  TensorConstraint(
      String name,
      int eventDims,
      boolean discrete,
      UnaryOperator<NDArray> membership,
      UnaryOperator<NDArray> member,
      Function<Shape, long[]> coordinates) {
    this.name = name;
    this.eventDims = eventDims;
    this.discrete = discrete;
    this.membership = membership;
    this.member = member;
    this.coordinates = coordinates;
  }

  @Override
  public NDArray check(NDArray value) {
    return membership.apply(value);
  }

  @Override
  public int eventDims() {
    return eventDims;
  }

  @Override
  public boolean isDiscrete() {
    return discrete;
  }

  @Override
  public NDArray interior(NDArray value) {
    return member.apply(value);
  }

  @Override
  public long[] coordinates(Shape event) {
    return coordinates.apply(event);
  }

  @Override
  public String toString() {
    return name;
  }
}
