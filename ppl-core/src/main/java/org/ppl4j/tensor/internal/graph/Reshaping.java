package org.ppl4j.tensor.internal.graph;

import com.google.common.primitives.ImmutableIntArray;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** How a view is given another shape without a copy. */
final class Reshaping {

  private Reshaping() {}

  /**
   * The strides of the elements of a view, row by row, in another shape; null if no strides give
   * that order. Dims are taken together from the right until both sides hold as many elements; such
   * a group can be cut anew if its elements lie evenly apart.
   */
  static int @Nullable [] strides(
      ImmutableIntArray shape, ImmutableIntArray strides, ImmutableIntArray target) {
    int[] result = new int[target.length()];
    if (Dims.size(target) <= 1) {
      return result;
    }
    int[] dims = nonOnes(shape);
    int from = dims.length - 1;
    int to = target.length() - 1;
    while (from >= 0) {
      int stride = strides.get(dims[from]);
      long held = shape.get(dims[from]);
      long wanted = 1;
      int next = from - 1;
      long run = stride * held;
      int cut = stride;
      while (to >= 0 && (wanted < held || target.get(to) == 1)) {
        result[to] = target.get(to) == 1 ? 0 : cut;
        cut *= target.get(to);
        wanted *= target.get(to);
        to--;
        while (wanted > held && next >= 0 && strides.get(dims[next]) == run) {
          held *= shape.get(dims[next]);
          run *= shape.get(dims[next]);
          next--;
        }
        if (wanted > held) {
          return null;
        }
      }
      if (wanted != held) {
        return null;
      }
      from = next;
    }
    return result;
  }

  private static int[] nonOnes(ImmutableIntArray shape) {
    int[] dims = new int[shape.length()];
    int count = 0;
    for (int i = 0; i < shape.length(); i++) {
      if (shape.get(i) != 1) {
        dims[count++] = i;
      }
    }
    return Arrays.copyOf(dims, count);
  }
}
