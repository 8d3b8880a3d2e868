package org.ppl4j.tensor;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Sums of many numbers and tensors of shape (): see {@link Tensors#addAll}. */
final class Sums {

  private Sums() {}

  static NDArray of(List<? extends NDArray> terms) {
    double number = 0;
    List<RunArray> tensors = new ArrayList<>(terms.size());
    for (NDArray term : terms) {
      checkArgument(
          term.getShape().dimension() == 0,
          "term has shape %s, but only numbers of shape () are added; sum it first",
          term.getShape());
      RunArray array = (RunArray) term;
      if (array.isConstant()) {
        number += array.constant();
      } else {
        tensors.add(array);
      }
    }
    return switch (tensors.size()) {
      case 0 -> Tensors.number(number);
      case 1 -> tensors.get(0).add(number);
      case 2 -> tensors.get(0).add(tensors.get(1)).add(number);
      default -> Tensors.total(Tensors.stack(tensors, 0)).add(number);
    };
  }

  /** The sum over the rightmost dims: see {@link Tensors#sumRight}. */
  static NDArray right(NDArray x, int n) {
    int rank = x.getShape().dimension();
    if (n == 0) {
      return x;
    }
    checkArgument(
        n >= 0 && n <= rank,
        "tensor of shape %s has %s dims, but the sum is over %s; pass a number of dims it has",
        x.getShape(),
        rank,
        n);
    if (n == rank) {
      return Tensors.total(x);
    }
    int[] axes = new int[n];
    Arrays.setAll(axes, i -> -1 - i);
    return x.sum(axes);
  }
}
