package org.ppl4j.tensor.internal.table;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;

/** The arithmetic of shapes: broadcasting, joining, and counting dims from the right. */
public final class Shapes {

  private static final Shape SCALAR = new Shape();

  private Shapes() {}

  /** The shape () of a single number. */
  public static Shape scalar() {
    return SCALAR;
  }

  /**
   * The shape that both broadcast to, dims counted from the right.
   *
   * @throws IllegalArgumentException if two dims differ and neither is 1
   */
  public static Shape broadcast(Shape a, Shape b) {
    int rankA = a.dimension();
    int rankB = b.dimension();
    if (rankB == 0 || a.equals(b)) {
      return a;
    }
    if (rankA == 0) {
      return b;
    }
    int rank = Math.max(rankA, rankB);
    long[] sizes = new long[rank];
    for (int i = 1; i <= rank; i++) {
      long sizeA = i <= rankA ? a.get(rankA - i) : 1;
      long sizeB = i <= rankB ? b.get(rankB - i) : 1;
      checkArgument(
          sizeA == sizeB || sizeA == 1 || sizeB == 1,
          "shapes %s and %s do not broadcast: dim -%s is %s against %s; give one of them size 1"
              + " there",
          a,
          b,
          i,
          sizeA,
          sizeB);
      sizes[rank - i] = sizeA == 1 ? sizeB : sizeA;
    }
    return new Shape(sizes);
  }

  /** The shape that all broadcast to; () for none. */
  public static Shape broadcast(Shape... shapes) {
    Shape result = SCALAR;
    for (Shape shape : shapes) {
      result = broadcast(result, shape);
    }
    return result;
  }

  /** Whether a tensor of the first shape can be expanded to exactly the second. */
  public static boolean isBroadcastable(Shape from, Shape to) {
    int rankFrom = from.dimension();
    int rankTo = to.dimension();
    if (rankFrom > rankTo) {
      return false;
    }
    for (int i = 1; i <= rankFrom; i++) {
      long size = from.get(rankFrom - i);
      if (size != 1 && size != to.get(rankTo - i)) {
        return false;
      }
    }
    return true;
  }

  /** The dims of the first, then those of the second. */
  public static Shape concat(Shape left, Shape right) {
    if (left.dimension() == 0) {
      return right;
    }
    if (right.dimension() == 0) {
      return left;
    }
    long[] sizes = Arrays.copyOf(left.getShape(), left.dimension() + right.dimension());
    System.arraycopy(right.getShape(), 0, sizes, left.dimension(), right.dimension());
    return new Shape(sizes);
  }

  /**
   * The {@code n} rightmost dims.
   *
   * @throws IllegalArgumentException if there are fewer
   */
  public static Shape takeRight(Shape shape, int n) {
    checkRank(shape, n);
    return dims(shape, shape.dimension() - n, shape.dimension());
  }

  /**
   * All dims but the {@code n} rightmost.
   *
   * @throws IllegalArgumentException if there are fewer
   */
  public static Shape dropRight(Shape shape, int n) {
    checkRank(shape, n);
    return dims(shape, 0, shape.dimension() - n);
  }

  private static Shape dims(Shape shape, int from, int to) {
    if (from == to) {
      return SCALAR;
    }
    return to - from == shape.dimension() ? shape : shape.slice(from, to);
  }

  private static void checkRank(Shape shape, int n) {
    checkArgument(
        n >= 0 && n <= shape.dimension(),
        "shape %s has %s dims, but %s are asked for; pass a number of dims it has",
        shape,
        shape.dimension(),
        n);
  }

  /** The axis counted from the left, of one that may count from the right (−1 is the last). */
  public static int axis(Shape shape, int axis) {
    int rank = shape.dimension();
    checkArgument(
        axis >= -rank && axis < rank,
        "tensor of shape %s has no axis %s; use one from %s to %s",
        shape,
        axis,
        -rank,
        rank - 1);
    return axis < 0 ? axis + rank : axis;
  }

  /** The shape after a reduction over these axes, counted from the left. */
  public static Shape reduced(Shape shape, long[] axes, boolean keep) {
    long[] sizes = shape.getShape().clone();
    for (long axis : axes) {
      sizes[(int) axis] = keep ? 1 : -1;
    }
    return keep ? new Shape(sizes) : new Shape(Arrays.stream(sizes).filter(s -> s >= 0).toArray());
  }

  /** Whether two shapes have the same sizes along all axes but one. */
  public static boolean agreeBut(int axis, Shape a, Shape b) {
    boolean agree = a.dimension() == b.dimension();
    for (int i = 0; agree && i < a.dimension(); i++) {
      agree = i == axis || a.get(i) == b.get(i);
    }
    return agree;
  }

  /** The shape with another size at an axis counted from the left. */
  public static Shape with(Shape shape, long axis, long size) {
    long[] sizes = shape.getShape().clone();
    sizes[(int) axis] = size;
    return new Shape(sizes);
  }

  /** The shape with a further dim before the axis, counted from the left. */
  public static Shape inserted(Shape shape, int axis, long size) {
    long[] sizes = new long[shape.dimension() + 1];
    System.arraycopy(shape.getShape(), 0, sizes, 0, axis);
    sizes[axis] = size;
    System.arraycopy(shape.getShape(), axis, sizes, axis + 1, shape.dimension() - axis);
    return new Shape(sizes);
  }

  /**
   * That no size is negative.
   *
   * @throws IllegalArgumentException if one is
   */
  public static void checkSizes(Shape shape) {
    for (long size : shape.getShape()) {
      checkArgument(size >= 0, "tensor of shape %s has a size below 0; say each size", shape);
    }
  }

  /**
   * The shape (n, m) of n rows of m numbers each.
   *
   * @param lengths of the rows
   * @throws IllegalArgumentException if there is no row, or rows differ in length
   */
  public static Shape ofRows(List<Integer> lengths) {
    checkArgument(!lengths.isEmpty(), "matrix has no row; pass at least one");
    int first = lengths.get(0);
    for (int length : lengths) {
      checkArgument(
          length == first,
          "matrix has rows of %s and %s numbers; pass as many in each",
          first,
          length);
    }
    return new Shape(lengths.size(), first);
  }
}
