package org.ppl4j.tensor;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ppl4j.tensor.table.Attributes;
import org.ppl4j.tensor.table.Op;

/** Sums of many numbers and tensors of shape (): see {@link Tensors#addAll}. */
final class Sums {

  private Sums() {}

  static NDArray of(List<? extends NDArray> terms) {
    double shift = 0;
    List<RunArray> tensors = new ArrayList<>(terms.size());
    for (NDArray term : terms) {
      checkArgument(
          term.getShape().dimension() == 0,
          "term has shape %s, but only numbers of shape () are added; sum it first",
          term.getShape());
      RunArray array = (RunArray) term;
      if (array.isConstant()) {
        shift += array.constant();
      } else {
        shift += array.shift();
        tensors.add(array.standingFor(array.factor(), 0));
      }
    }
    return switch (tensors.size()) {
      case 0 -> Tensors.number(shift);
      case 1 -> tensors.get(0).add(shift);
      case 2 -> tensors.get(0).add(tensors.get(1)).add(shift);
      default -> weighted(tensors).add(shift);
    };
  }

  private static NDArray weighted(List<RunArray> tensors) {
    RunArray[] bases = new RunArray[tensors.size()];
    double[] factors = new double[bases.length];
    boolean equal = true;
    for (int i = 0; i < bases.length; i++) {
      bases[i] = tensors.get(i).base();
      factors[i] = tensors.get(i).factor().value();
      equal &= factors[i] == factors[0];
    }
    RunArray joined = Operations.apply(Op.STACK, Attributes.of(0), bases);
    if (equal) {
      return Tensors.total(joined).mul(factors[0]);
    }
    Run run = joined.requireRun();
    RunArray weights = (RunArray) run.create(factors, new Shape(factors.length));
    return Operations.apply(Op.MAT_MUL, Attributes.NONE, joined, weights);
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
