package org.ppl4j.transforms;

import ai.djl.ndarray.NDArray;
import java.util.function.UnaryOperator;

/** A function from a context to a transform. */
public interface ConditionalTransform {

  /**
   * The transform for a context.
   *
   * @param context {@code (*, C)}; the batch of the transform's inputs broadcasts against {@code *}
   */
  Transform given(NDArray context);

  /** The same function with every tensor that it holds replaced. */
  ConditionalTransform withParameters(UnaryOperator<NDArray> operator);
}
