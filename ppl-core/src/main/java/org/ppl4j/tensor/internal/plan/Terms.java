package org.ppl4j.tensor.internal.plan;

import com.google.common.collect.Lists;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.internal.graph.Form;
import org.ppl4j.tensor.internal.graph.Node;
import org.ppl4j.tensor.internal.table.Op;

/**
 * Which numbers of the narrow side of a product are multiplied: all, or those that a mask leaves
 * which never changes, as in the layers of an autoregressive network. Vectors are taken {@value
 * ProductLoops#TOGETHER} at a time that have about the same.
 *
 * @param vectors their order; null if it is as they lie, and all are multiplied
 * @param of what one of each few vectors at least has, or all numbers
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Terms(int @Nullable [] vectors, int[]... of) {

  /** If more of all elements are left, they are multiplied as if none were 0. */
  private static final double WORTH = 0.8;

  /**
   * Of the narrow side of a product.
   *
   * @param matrix its node, the same for all products of a batch
   * @param start of the node's elements in its buffer
   * @param k how many products are summed
   */
  static Terms of(Node matrix, int start, Side side, int k) {
    Node node = matrix.base();
    boolean isMasked =
        node.form() instanceof Form.Pointwise f
            && f.op() == Op.WHERE
            && f.operands().get(2).base().form() instanceof Form.Scalar other
            && other.value() == 0;
    boolean[] is = isMasked ? Runs.truth(node, node.form().operands().get(0)) : null;
    Terms all = new Terms(null, IntStream.range(0, k).toArray());
    if (is == null || !side.isOne()) {
      return all;
    }
    List<BitSet> elements = new ArrayList<>();
    for (int s = 0; s < side.size(); s++) {
      BitSet own = new BitSet();
      for (int p = 0; p < k; p++) {
        own.set(p, is[side.starts()[0] - start + s * side.stride() + p * side.summedStride()]);
      }
      elements.add(own);
    }
    Terms some = of(elements);
    return some.count(side) < WORTH * k * side.size() ? some : all;
  }

  private static Terms of(List<BitSet> elements) {
    List<Integer> order = new ArrayList<>();
    for (int s = 0; s < elements.size(); s++) {
      order.add(s);
    }
    Comparator<Integer> count = Comparator.comparingInt(s -> elements.get(s).cardinality());
    order.sort(count.thenComparing(s -> elements.get(s).toString()));
    List<int[]> unions = new ArrayList<>();
    for (List<Integer> together : Lists.partition(order, ProductLoops.TOGETHER)) {
      BitSet union = new BitSet();
      together.forEach(s -> union.or(elements.get(s)));
      unions.add(union.stream().toArray());
    }
    int[] vectors = order.stream().mapToInt(Integer::intValue).toArray();
    return new Terms(vectors, unions.toArray(int[][]::new));
  }

  /** Whether some are left out. */
  boolean isMasked() {
    return vectors != null;
  }

  /** The number of a vector, in their order. */
  int vector(int at) {
    return vectors == null ? at : vectors[at];
  }

  /** The numbers that it is multiplied with, and others that go with it. */
  int[] of(int at) {
    return vectors == null ? of[0] : of[at / ProductLoops.TOGETHER];
  }

  /** How many numbers of the narrow side are multiplied with a vector. */
  double count(Side side) {
    double count = 0;
    for (int at = 0; at < side.size(); at++) {
      count += of(at).length;
    }
    return count;
  }
}
