package org.ppl4j.tensor.plan;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.Lists;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.graph.Form;
import org.ppl4j.tensor.graph.Node;
import org.ppl4j.tensor.plan.ProductStep.Side;
import org.ppl4j.tensor.table.Op;

/**
 * What is left of the products of a matrix where a mask that never changes makes elements 0, as in
 * the layers of an autoregressive network: vectors of it, a few at a time that have about the same
 * elements, and which these are.
 */
final class MaskedTerms {

  /** Vectors that are multiplied at once. */
  static final int TOGETHER = 4;

  /** If more of all elements are left, they are multiplied as if none were 0. */
  private static final double WORTH = 0.8;

  /**
   * Vectors with about the same elements.
   *
   * @param vectors up to {@value MaskedTerms#TOGETHER} of them
   * @param terms the elements that one of them at least has
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Group(int[] vectors, int[] terms) {}

  private MaskedTerms() {}

  /**
   * Of the narrow side of a product; null if no mask is known that is worth it.
   *
   * @param matrix its node, the same for all products of a batch
   * @param start of the node's elements in its buffer
   * @param k how many products are summed
   */
  static @Nullable ImmutableList<Group> of(Node matrix, int start, Side side, int k) {
    Node node = matrix.base();
    boolean isMasked =
        node.form() instanceof Form.Pointwise f
            && f.op() == Op.WHERE
            && f.operands().get(2).base().form() instanceof Form.Scalar other
            && other.value() == 0;
    boolean[] is = isMasked ? Runs.truth(node, node.form().operands().get(0)) : null;
    if (is == null || !side.isOne()) {
      return null;
    }
    List<BitSet> elements = new ArrayList<>();
    for (int s = 0; s < side.size(); s++) {
      BitSet own = new BitSet();
      for (int p = 0; p < k; p++) {
        own.set(p, is[side.starts()[0] - start + s * side.stride() + p * side.summedStride()]);
      }
      elements.add(own);
    }
    ImmutableList<Group> groups = groups(elements);
    return count(groups, side, k) < WORTH * k * side.size() ? groups : null;
  }

  /** How many elements of the narrow side are multiplied with a vector. */
  static double count(@Nullable ImmutableList<Group> groups, Side side, int k) {
    return groups == null
        ? (double) side.size() * k
        : groups.stream().mapToLong(group -> (long) TOGETHER * group.terms().length).sum();
  }

  private static ImmutableList<Group> groups(List<BitSet> elements) {
    List<Integer> order = new ArrayList<>();
    for (int s = 0; s < elements.size(); s++) {
      order.add(s);
    }
    Comparator<Integer> count = Comparator.comparingInt(s -> elements.get(s).cardinality());
    order.sort(count.thenComparing(s -> elements.get(s).toString()));
    ImmutableList.Builder<Group> groups = ImmutableList.builder();
    for (List<Integer> together : Lists.partition(order, TOGETHER)) {
      BitSet union = new BitSet();
      together.forEach(s -> union.or(elements.get(s)));
      int[] vectors = together.stream().mapToInt(Integer::intValue).toArray();
      groups.add(new Group(vectors, union.stream().toArray()));
    }
    return groups.build();
  }
}
