package org.ppl4j.flows;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.ppl4j.transforms.Invertibility;
import org.ppl4j.transforms.Mapped;

/** A map of numbers with a formula in one direction, whose inverse is searched. */
abstract class SearchedMap extends ScalarMap {

  SearchedMap(Shape batch) {
    super(batch);
  }

  /** Where the inverse of y is: f(low) ≤ y ≤ f(high), each {@code (*)}. */
  record Bracket(NDArray low, NDArray high) {}

  /** A bracket of the inverse of y. */
  abstract Bracket bracket(NDArray y);

  @Override
  protected Mapped doInverse(NDArray y) {
    Bracket bracket = bracket(y);
    NDArray x = MonotoneInverse.of(this::doForward, y, bracket.low(), bracket.high());
    return new Mapped(x, doForward(x).logDet().neg());
  }

  @Override
  public Invertibility invertibility() {
    return Invertibility.ITERATIVE;
  }

  @Override
  public int iterations() {
    return MonotoneInverse.STEPS;
  }
}
