package org.ppl4j.tensor;

import ai.djl.ndarray.NDArray;
import org.ppl4j.tensor.internal.engine.EngineQuestions;

/** A fault to be planted: what keeps the gradient of leaves and loses that of results. */
public final class LeafOnly {

  private LeafOnly() {}

  /** The tensor itself if it is a leaf or has no gradient; otherwise its values alone. */
  public static NDArray cut(NDArray x) {
    return EngineQuestions.isLeaf(((RunArray) x).handle()) ? x : x.stopGradient();
  }
}
