package org.ppl4j.constraints;

import ai.djl.ndarray.NDArray;

/** A set made of another, with whose members it shares what is asked of them. */
abstract class WrappedConstraint extends Constraint {

  private final Constraint base;

  WrappedConstraint(Constraint base) {
    this.base = base;
  }

  /** The other set. */
  public Constraint base() {
    return base;
  }

  @Override
  public int eventDims() {
    return base.eventDims();
  }

  @Override
  boolean isWhole() {
    return false;
  }

  @Override
  public boolean isDiscrete() {
    return base.isDiscrete();
  }

  @Override
  public boolean isFixed() {
    return base.isFixed();
  }

  @Override
  public NDArray interior(NDArray value) {
    return base.interior(value);
  }
}
