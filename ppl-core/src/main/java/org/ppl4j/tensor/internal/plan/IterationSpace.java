package org.ppl4j.tensor.internal.plan;

import com.google.common.primitives.ImmutableIntArray;
import org.ppl4j.tensor.internal.graph.Dims;
import org.ppl4j.tensor.internal.graph.Form;
import org.ppl4j.tensor.internal.graph.Node;

/** The space that a node is computed over, and how its operands lie in it. */
final class IterationSpace {

  private IterationSpace() {}

  /** Whether a node is computed in a loop with others. */
  static boolean isLooped(Node node) {
    Form form = node.form();
    return isPointwise(node) || form instanceof Form.Sum || form instanceof Form.ScatterSum;
  }

  /** Whether each element of a node is computed from one place of its space. */
  static boolean isPointwise(Node node) {
    return node.form() instanceof Form.Pointwise || node.form() instanceof Form.Gather;
  }

  /** The shape that a node is computed over. */
  static ImmutableIntArray of(Node node) {
    if (node.form() instanceof Form.Sum sum) {
      return sum.of().shape();
    }
    return node.form() instanceof Form.ScatterSum scatter ? scatter.taken() : node.shape();
  }

  /** The same without dims of size 1. */
  static ImmutableIntArray squeezed(Node node) {
    return squeezed(of(node), of(node));
  }

  /** The entries of an array where a shape is not 1. */
  private static ImmutableIntArray squeezed(ImmutableIntArray array, ImmutableIntArray shape) {
    ImmutableIntArray.Builder kept = ImmutableIntArray.builder();
    for (int i = 0; i < shape.length(); i++) {
      if (shape.get(i) != 1) {
        kept.add(array.get(i));
      }
    }
    return kept.build();
  }

  /** Strides of an operand along the squeezed space of a node. */
  static ImmutableIntArray strides(Node node, Node operand) {
    return strides(of(node), operand.shape(), operand.strides(), -1);
  }

  /** Strides along the squeezed space of what a sum adds to. */
  static ImmutableIntArray target(Node node) {
    return strides(of(node), node.shape(), Dims.rowMajor(node.shape()), -1);
  }

  /** Strides of a tensor of a shape along the squeezed space, 0 along an axis of the tensor. */
  static ImmutableIntArray strides(
      ImmutableIntArray space, ImmutableIntArray shape, ImmutableIntArray strides, int axis) {
    int[] along = new int[space.length()];
    int shift = space.length() - shape.length();
    for (int i = 0; i < shape.length(); i++) {
      along[shift + i] = i == axis || shape.get(i) == 1 ? 0 : strides.get(i);
    }
    return squeezed(ImmutableIntArray.copyOf(along), space);
  }

  /** Whether an operand's elements are computed where the node's are, one by one. */
  static boolean isLocal(Node node, Node operand) {
    Node base = operand.base();
    ImmutableIntArray space = squeezed(node);
    boolean isRead = node.form() instanceof Form.Gather gather && gather.values() == operand;
    return !isRead
        && isPointwise(base)
        && operand.offset() == 0
        && squeezed(base).equals(space)
        && strides(node, operand).equals(Dims.rowMajor(space));
  }
}
