package org.ppl4j.tensor.plan;

import com.google.common.primitives.ImmutableIntArray;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A space cut into rows: which dims become one, which is the inner one, where rows begin. */
final class Rows {

  private final List<Integer> firsts = new ArrayList<>(); // the last dim of each run of dims
  private final List<Integer> sizes = new ArrayList<>();
  private final int inner;

  /**
   * The rows of a space.
   *
   * @param operands their strides along it
   * @param keepsLast whether the last dim is the inner one, however short; else the longest is
   */
  Rows(ImmutableIntArray space, List<ImmutableIntArray> operands, boolean keepsLast) {
    for (int dim = 0; dim < space.length(); dim++) {
      int last = sizes.size() - 1;
      if (last >= 0 && isEven(space, operands, dim)) {
        sizes.set(last, sizes.get(last) * space.get(dim));
        firsts.set(last, dim);
      } else {
        sizes.add(space.get(dim));
        firsts.add(dim);
      }
    }
    int longest = sizes.size() - 1;
    for (int i = sizes.size() - 1; !keepsLast && i >= 0; i--) {
      longest = sizes.get(i) > sizes.get(longest) ? i : longest;
    }
    this.inner = longest;
  }

  /** Whether all operands go on evenly from a dim to the one before it. */
  private static boolean isEven(
      ImmutableIntArray space, List<ImmutableIntArray> operands, int dim) {
    for (ImmutableIntArray strides : operands) {
      if (strides.get(dim - 1) != strides.get(dim) * space.get(dim)) {
        return false;
      }
    }
    return true;
  }

  /** How many rows there are. */
  int count() {
    int count = 1;
    for (int i = 0; i < sizes.size(); i++) {
      count *= i == inner ? 1 : sizes.get(i);
    }
    return count;
  }

  /** How long a row is. */
  int length() {
    return sizes.isEmpty() ? 1 : sizes.get(inner);
  }

  /** An operand's stride within a row. */
  int inner(ImmutableIntArray strides) {
    return sizes.isEmpty() ? 0 : strides.get(firsts.get(inner));
  }

  /** Where an operand's rows begin; null if there is one. */
  int @Nullable [] offsets(ImmutableIntArray strides) {
    int count = count();
    if (count == 1) {
      return null;
    }
    int[] offsets = new int[count];
    for (int row = 0; row < count; row++) {
      int rest = row;
      for (int i = sizes.size() - 1; i >= 0; i--) {
        if (i != inner) {
          offsets[row] += rest % sizes.get(i) * strides.get(firsts.get(i));
          rest /= sizes.get(i);
        }
      }
    }
    return offsets;
  }
}
