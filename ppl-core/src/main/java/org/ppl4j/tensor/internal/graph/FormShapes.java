package org.ppl4j.tensor.internal.graph;

import com.google.common.primitives.ImmutableIntArray;
import java.util.List;
import org.ppl4j.tensor.internal.graph.Form.Piece;

/** Which shape a node of a form may have: what is read is held against it. */
final class FormShapes {

  private FormShapes() {}

  /** Whether a node of a form may be of a shape. */
  static boolean fits(Form form, ImmutableIntArray shape) {
    int rank = shape.length();
    if (form instanceof Form.Scalar) {
      return rank == 0;
    }
    if (form instanceof Form.Pointwise f) {
      return f.operands().stream().allMatch(node -> broadcasts(node.shape(), shape))
          && Dims.broadcast(shapes(f.operands())).equals(shape);
    }
    if (form instanceof Form.View f) {
      return f.base().base() == f.base()
          && isInside(f.base().size(), f.offset(), f.strides(), shape);
    }
    if (form instanceof Form.Sum f) {
      return f.of().shape().length() == rank && broadcasts(shape, f.of().shape());
    }
    if (form instanceof Form.Largest f) {
      return isAlong(f.of(), f.axis(), shape, 1);
    }
    if (form instanceof Form.Extreme f) {
      return isAlong(f.of(), f.axis(), shape, 1);
    }
    if (form instanceof Form.Order f) {
      return isAlong(f.of(), f.axis(), shape, ANY);
    }
    if (form instanceof Form.RunningSum f) {
      return isAlong(f.of(), f.axis(), shape, ANY);
    }
    if (form instanceof Form.Last f) {
      return isAlong(f.index(), f.axis(), shape, ANY) && f.size() > 0;
    }
    if (form instanceof Form.Assembly f) {
      return f.pieces().stream().allMatch(piece -> isInside(Dims.size(shape), piece));
    }
    return fitsMany(form, shape);
  }

  private static final int ANY = -1;

  /** Of rows with one result. */
  private static boolean fits(Form.Computed form, ImmutableIntArray shape) {
    ImmutableIntArray[] operands = shapes(form.operands());
    ImmutableIntArray last = operands[operands.length - 1];
    ImmutableIntArray elements =
        switch (form.op()) {
          case MULTINOMIAL -> last;
          case CATEGORICAL -> last.isEmpty() ? last : last.subArray(0, last.length() - 1);
          default -> Dims.broadcast(operands);
        };
    return form.parts() == 1
        && form.elements().equals(elements)
        && shape.equals(ImmutableIntArray.of(1, form.size()));
  }

  private static boolean fitsMany(Form form, ImmutableIntArray shape) {
    if (form instanceof Form.Computed f) {
      return fits(f, shape);
    }
    if (form instanceof Form.Gather f) {
      return f.index().shape().equals(shape)
          && isAxis(f.axis(), shape)
          && holds(f.values().shape(), shape, f.axis());
    }
    if (form instanceof Form.ScatterSum f) {
      return f.values().size() == f.indexes().size()
          && !f.values().isEmpty()
          && isAxis(f.axis(), shape)
          && f.values().stream().allMatch(node -> node.shape().equals(f.taken()))
          && f.indexes().stream().allMatch(node -> node.shape().equals(f.taken()))
          && holds(shape, f.taken(), f.axis());
    }
    if (form instanceof Form.Product f) {
      return isProduct(f.left().shape(), f.right().shape(), shape);
    }
    return true; // a leaf, or of matrices, whose steps look themselves
  }

  private static ImmutableIntArray[] shapes(List<Node> nodes) {
    return nodes.stream().map(Node::shape).toArray(ImmutableIntArray[]::new);
  }

  /** Whether a shape broadcasts to another. */
  private static boolean broadcasts(ImmutableIntArray from, ImmutableIntArray to) {
    int shift = to.length() - from.length();
    for (int i = 0; shift >= 0 && i < from.length(); i++) {
      if (from.get(i) != 1 && from.get(i) != to.get(shift + i)) {
        return false;
      }
    }
    return shift >= 0;
  }

  private static boolean isAxis(int axis, ImmutableIntArray shape) {
    return axis >= 0 && axis < shape.length();
  }

  /** Whether a shape is that of a node with another size along an axis. */
  private static boolean isAlong(Node of, int axis, ImmutableIntArray shape, int size) {
    return isAxis(axis, of.shape())
        && Dims.with(of.shape(), axis, size < 0 ? of.shape().get(axis) : size).equals(shape);
  }

  private static boolean isInside(int size, Piece piece) {
    return isInside(size, piece.offset(), piece.strides(), piece.node().shape());
  }

  /** Whether all places are among so many. */
  private static boolean isInside(
      int size, int offset, ImmutableIntArray strides, ImmutableIntArray shape) {
    if (strides.length() != shape.length()) {
      return false;
    }
    long least = offset;
    long most = offset;
    for (int i = 0; i < shape.length(); i++) {
      long far = (long) strides.get(i) * (shape.get(i) - 1);
      least += Math.min(0, far);
      most += Math.max(0, far);
    }
    return least >= 0 && most < size;
  }

  /** Whether elements along an axis have a place in a tensor of the same rank. */
  private static boolean holds(ImmutableIntArray all, ImmutableIntArray some, int axis) {
    if (all.length() != some.length()) {
      return false;
    }
    for (int i = 0; i < all.length(); i++) {
      if (i != axis && some.get(i) > all.get(i)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isProduct(
      ImmutableIntArray left, ImmutableIntArray right, ImmutableIntArray shape) {
    int rank = shape.length();
    return rank >= 2
        && left.length() == rank
        && right.length() == rank
        && left.get(rank - 1) == right.get(rank - 2)
        && Dims.with(left, rank - 1, right.get(rank - 1)).equals(shape)
        && left.subArray(0, rank - 2).equals(right.subArray(0, rank - 2));
  }
}
