package org.ppl4j.tensor.internal.plan;

import com.google.common.primitives.ImmutableIntArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.internal.graph.Dims;
import org.ppl4j.tensor.internal.plan.Draft.Access;

/**
 * A space cut into rows: which dims become one, which is the inner one, where rows begin. A space
 * along which operands go in too many ways is one row; what is not even in it has a table of
 * places.
 */
final class Rows {

  /** Rows of this length cost more to begin than a table of places costs. */
  private static final int SHORT = 64;

  /** The largest space for which there are tables. */
  static final int LARGEST_TABLE = 1 << 18;

  private final ImmutableIntArray space;
  private final List<Integer> firsts = new ArrayList<>(); // the last dim of each run of dims
  private final List<Integer> sizes = new ArrayList<>();
  private final int inner;
  private final boolean isFlat;
  private final Map<ImmutableIntArray, int[]> places = new HashMap<>(); // of equal operands
  private final Map<ImmutableIntArray, int[]> runs = new HashMap<>();

  private Rows(ImmutableIntArray space, List<ImmutableIntArray> operands, boolean keepsLast) {
    this.space = space;
    this.isFlat = false;
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
    boolean isLong = longest >= 0 && sizes.get(longest) >= LoopBuilder.LONG;
    for (int i = sizes.size() - 1; !keepsLast && !isLong && i >= 0; i--) {
      longest = sizes.get(i) > sizes.get(longest) ? i : longest;
    }
    this.inner = longest;
  }

  /** All in one row. */
  private Rows(ImmutableIntArray space) {
    this.space = space;
    this.isFlat = true;
    this.inner = 0;
    sizes.add(Dims.size(space));
  }

  /**
   * The rows of a space.
   *
   * @param operands their strides along it
   * @param keepsLast whether the last dim is the inner one, however short; else the longest is
   * @param isForCode whether there will be code for few rows that are short
   */
  static Rows of(
      ImmutableIntArray space,
      List<ImmutableIntArray> operands,
      boolean keepsLast,
      boolean isForCode) {
    Rows rows = new Rows(space, operands, keepsLast);
    int size = Dims.size(space);
    boolean isCoded = isForCode && rows.length() < LoopBuilder.LONG && size <= Loop.TILE;
    if (keepsLast || isCoded || rows.count() == 1 || size < SHORT || size > LARGEST_TABLE) {
      return rows;
    }
    boolean isLast = rows.inner == rows.sizes.size() - 1;
    boolean isApart = !isLast && operands.stream().anyMatch(strides -> rows.inner(strides) > 1);
    boolean isShort = rows.length() < (isLast ? LoopBuilder.LONG : SHORT);
    return isApart || isShort ? new Rows(space) : rows;
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

  /** An operand's stride within a row; 0 where it has places too. */
  int inner(ImmutableIntArray strides) {
    if (isFlat) {
      return strides.equals(Dims.rowMajor(space)) ? 1 : 0;
    }
    return sizes.isEmpty() ? 0 : strides.get(firsts.get(inner));
  }

  /** Whether an operand is the same number all along each row. */
  boolean isNumber(ImmutableIntArray strides) {
    return isFlat ? strides.stream().allMatch(stride -> stride == 0) : inner(strides) == 0;
  }

  /** Whether a place in memory is the same all along each row. */
  boolean isNumber(Access access) {
    return access.strides() != null && isNumber(access.strides());
  }

  /** Whether all rows of an operand begin at the same place. */
  boolean areTogether(ImmutableIntArray strides) {
    int[] offsets = offsets(strides);
    return offsets == null || Arrays.stream(offsets).allMatch(offset -> offset == 0);
  }

  /** Where each number of an operand is, if that is not even; else null. */
  int @Nullable [] places(ImmutableIntArray strides) {
    return isEven(strides) ? null : places.computeIfAbsent(strides, this::all);
  }

  /** Where each {@link #run} of an operand begins, if that is not even; else null. */
  int @Nullable [] runs(ImmutableIntArray strides) {
    return isEven(strides) ? null : runs.computeIfAbsent(strides, this::allRuns);
  }

  private boolean isEven(ImmutableIntArray strides) {
    return !isFlat || isNumber(strides) || inner(strides) == 1;
  }

  private int[] allRuns(ImmutableIntArray strides) {
    int[] each = all(strides);
    int run = run(strides);
    int[] starts = new int[each.length / run];
    Arrays.setAll(starts, i -> each[i * run]);
    return starts;
  }

  /** How many neighbours, from the first on, are {@link #step} places apart. */
  int run(ImmutableIntArray strides) {
    int run = 1;
    int step = step(strides);
    for (int dim = space.length() - 1; dim >= 0 && strides.get(dim) == step * run; dim--) {
      run *= space.get(dim);
    }
    return run;
  }

  /** How far neighbours along the last dim are apart, if that is 1, else 0. */
  int step(ImmutableIntArray strides) {
    int last = space.length() - 1;
    return last >= 0 && strides.get(last) == 1 ? 1 : 0;
  }

  /** Where each number of an operand is, row by row. */
  int[] all(ImmutableIntArray strides) {
    int[] sizesOfSpace = space.toArray();
    return new Elements(0, 0, sizesOfSpace, strides.toArray()).starts(sizesOfSpace);
  }

  /** A table of numbers, one a place of the space, row by row. */
  Operand table(int[] places) {
    return new Operand(0, 0, 1, offsets(Dims.rowMajor(space)), places, 1, false);
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
