package org.ppl4j.tensor;

import ai.djl.ndarray.NDArray;
import java.util.List;

/** A fault to be planted: what keeps the gradient of leaves and loses that of results. */
public final class LeafOnly {

  private static final String IS_LEAF =
      """
      def is_leaf(self, a: Tensor) -> bool:
        return a.is_leaf
      """;

  private LeafOnly() {}

  /** The tensor itself if it is a leaf or has no gradient; otherwise its values alone. */
  public static NDArray cut(NDArray x) {
    long module = Native.load(Script.archive(List.of(IS_LEAF)), new int[] {0, -1});
    long argument = Native.valueFromTensor(((RunArray) x).handle());
    long result = Native.run(module, "is_leaf", new long[] {argument});
    try {
      return Native.valueToBoolean(result) ? x : x.stopGradient();
    } finally {
      Native.deleteValue(argument);
      Native.deleteValue(result);
    }
  }
}
