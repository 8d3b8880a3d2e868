package org.ppl4j.flows;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.transforms.Transform;

/** Maps of one family, then of another, with a vector of parameters for both. */
record ScalarFamilies(ScalarFamily first, ScalarFamily next) implements ScalarFamily {

  ScalarFamilies {
    requireNonNull(first, "first");
    requireNonNull(next, "next");
  }

  @Override
  public int parameters() {
    return first.parameters() + next.parameters();
  }

  @Override
  public Transform map(NDArray parameters) {
    List<NDArray> parts = Tensors.split(parameters, -1, first.parameters(), next.parameters());
    return first.map(parts.get(0)).then(next.map(parts.get(1)));
  }

  @Override
  public int iterations() {
    return first.iterations() + next.iterations();
  }

  @Override
  public boolean hasContinuousDerivative() {
    return first.hasContinuousDerivative() && next.hasContinuousDerivative();
  }

  @Override
  public boolean hasLinearTails() {
    return first.hasLinearTails() && next.hasLinearTails();
  }

  /** Rises with either. */
  @Override
  public int version() {
    return first.version() + next.version() - 1;
  }

  @Override
  public String toString() {
    return first + " then " + next;
  }
}
