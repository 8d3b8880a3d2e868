package org.ppl4j.flows;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import java.util.List;
import org.ppl4j.tensor.Tensors;

/** What scalar families share. */
final class Numbers {

  private Numbers() {}

  /** The entries of the rightmost dim: {@code (*, P)} gives P tensors {@code (*)}. */
  static List<NDArray> columns(NDArray x) {
    long count = x.getShape().get(x.getShape().dimension() - 1);
    long[] ones = new long[Math.toIntExact(count)];
    Arrays.fill(ones, 1);
    return Tensors.split(x, -1, ones).stream().map(column -> column.squeeze(-1)).toList();
  }
}
