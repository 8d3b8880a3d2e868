package org.ppl4j.transforms;

import ai.djl.ndarray.NDArray;
import org.ppl4j.tensor.Tensors;

/** An increasing map of numbers; one that holds tensors says how they are replaced. */
abstract class IncreasingTransform extends Transform {

  IncreasingTransform() {
    super(0);
  }

  @Override
  public NDArray sign() {
    return Tensors.number(1);
  }
}
