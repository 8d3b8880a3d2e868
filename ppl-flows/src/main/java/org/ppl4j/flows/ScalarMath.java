package org.ppl4j.flows;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import org.ppl4j.tensor.Tensors;

/** What scalar families share. */
final class ScalarMath {

  private ScalarMath() {}

  /** The entries of the rightmost dim: {@code (*, P)} gives P tensors {@code (*)}. */
  static List<NDArray> columns(NDArray x) {
    long count = x.getShape().get(x.getShape().dimension() - 1);
    long[] ones = new long[Math.toIntExact(count)];
    Arrays.fill(ones, 1);
    return Tensors.split(x, -1, ones).stream().map(column -> column.squeeze(-1)).toList();
  }

  /** {@code count} numbers, evenly from −1 to 1; 0 for one. */
  static NDArray spread(NDArray like, int count) {
    double[] numbers = new double[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = count == 1 ? 0 : 2.0 * i / (count - 1) - 1;
    }
    return Tensors.run(like).create(numbers, new Shape(count));
  }

  /** The numbers, moved to [−bound, bound]. */
  static NDArray clamp(NDArray x, double bound) {
    return x.maximum(-bound).minimum(bound);
  }

  /** What is in [low, high] but for rounding, moved there; the derivative stays 1. */
  static NDArray clampRounding(NDArray x, double low, double high) {
    return Tensors.withDerivative(x.maximum(low).minimum(high), x, Tensors.number(1));
  }
}
