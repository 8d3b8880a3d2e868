package org.ppl4j.tensor.internal.graph;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.types.Shape;
import com.google.common.primitives.ImmutableIntArray;
import com.google.common.primitives.Ints;
import java.util.Arrays;
import java.util.stream.IntStream;

/** The arithmetic of shapes and strides that fit into an {@code int}. */
public final class Dims {

  /** The shape of a single number. */
  public static final ImmutableIntArray SCALAR = ImmutableIntArray.of();

  private Dims() {}

  /**
   * The sizes of a shape.
   *
   * @throws IllegalArgumentException if they hold more elements than an array of Java
   */
  public static ImmutableIntArray of(Shape shape) {
    checkArgument(
        shape.size() <= Integer.MAX_VALUE,
        "tensor of shape %s holds %s elements, but a recorded one holds at most %s; run the"
            + " program unrecorded",
        shape,
        shape.size(),
        Integer.MAX_VALUE);
    return ImmutableIntArray.copyOf(
        Arrays.stream(shape.getShape()).mapToInt(Math::toIntExact).toArray());
  }

  /** The same as DJL has it. */
  static Shape shape(ImmutableIntArray sizes) {
    return new Shape(sizes.stream().asLongStream().toArray());
  }

  /** How many elements a shape holds. */
  public static int size(ImmutableIntArray shape) {
    int size = 1;
    for (int i = 0; i < shape.length(); i++) {
      size *= shape.get(i);
    }
    return size;
  }

  /** The shape that all broadcast to. */
  static ImmutableIntArray broadcast(ImmutableIntArray... shapes) {
    int rank = Arrays.stream(shapes).mapToInt(ImmutableIntArray::length).max().orElse(0);
    int[] sizes = new int[rank];
    Arrays.fill(sizes, 1);
    for (ImmutableIntArray shape : shapes) {
      int shift = rank - shape.length();
      for (int i = 0; i < shape.length(); i++) {
        if (shape.get(i) != 1) {
          sizes[shift + i] = shape.get(i);
        }
      }
    }
    return ImmutableIntArray.copyOf(sizes);
  }

  /** The strides of a tensor that lies row by row; 0 where there is one element. */
  public static ImmutableIntArray rowMajor(ImmutableIntArray shape) {
    int[] strides = new int[shape.length()];
    int stride = 1;
    for (int i = strides.length - 1; i >= 0; i--) {
      strides[i] = shape.get(i) == 1 ? 0 : stride;
      stride *= shape.get(i);
    }
    return ImmutableIntArray.copyOf(strides);
  }

  /** The array with one entry replaced. */
  static ImmutableIntArray with(ImmutableIntArray sizes, int at, int size) {
    int[] changed = sizes.toArray();
    changed[at] = size;
    return ImmutableIntArray.copyOf(changed);
  }

  /** The array with a further entry before the one at a place. */
  static ImmutableIntArray inserted(ImmutableIntArray sizes, int at, int size) {
    int[] all = sizes.toArray();
    int[] one = {size};
    return ImmutableIntArray.copyOf(
        Ints.concat(Arrays.copyOf(all, at), one, Arrays.copyOfRange(all, at, all.length)));
  }

  /** The array without the entry at a place. */
  static ImmutableIntArray without(ImmutableIntArray sizes, int at) {
    return ImmutableIntArray.copyOf(
        IntStream.range(0, sizes.length()).filter(i -> i != at).map(sizes::get));
  }

  /** The shape with dims of size 1 on the left, so that it has so many. */
  static ImmutableIntArray padded(ImmutableIntArray shape, int rank) {
    int[] sizes = new int[rank];
    Arrays.fill(sizes, 1);
    for (int i = 0; i < shape.length(); i++) {
      sizes[rank - shape.length() + i] = shape.get(i);
    }
    return ImmutableIntArray.copyOf(sizes);
  }

  /** The sizes that are not 1. */
  static ImmutableIntArray squeezed(ImmutableIntArray shape) {
    return ImmutableIntArray.copyOf(shape.stream().filter(size -> size != 1));
  }
}
