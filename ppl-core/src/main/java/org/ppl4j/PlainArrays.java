package org.ppl4j;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.Lists;
import com.google.common.primitives.Booleans;
import com.google.common.primitives.Doubles;
import com.google.common.primitives.Ints;
import com.google.common.primitives.Longs;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.lang.reflect.Array;
import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * Plain Java arrays as tensors: {@code double[]}, {@code long[]}, {@code int[]} and {@code
 * boolean[]}, and rows of these of one length.
 */
final class PlainArrays {

  private PlainArrays() {}

  /** Whether data are an array that can be a tensor. */
  static boolean isOne(Object data) {
    return isRow(data)
        || (data instanceof Object[] rows
            && rows.length > 0
            && isRow(rows[0])
            && Arrays.stream(rows).allMatch(row -> isLike(rows[0], row)));
  }

  private static boolean isRow(@Nullable Object data) {
    return data instanceof double[]
        || data instanceof long[]
        || data instanceof int[]
        || data instanceof boolean[];
  }

  private static boolean isLike(Object first, @Nullable Object row) {
    return row != null
        && row.getClass() == first.getClass()
        && Array.getLength(row) == Array.getLength(first);
  }

  /** The same numbers in an array that nobody else has. */
  static Object copy(Object array) {
    if (array instanceof Object[] rows) {
      Object[] copies = rows.clone();
      Arrays.setAll(copies, i -> copy(rows[i]));
      return copies;
    } else if (array instanceof double[] numbers) {
      return numbers.clone();
    } else if (array instanceof long[] numbers) {
      return numbers.clone();
    } else if (array instanceof int[] numbers) {
      return numbers.clone();
    }
    return ((boolean[]) array).clone();
  }

  /** What is equal if the numbers of an array are, which do not change. */
  static Object numbers(Object array) {
    if (array instanceof Object[] rows) {
      return Lists.transform(Arrays.asList(rows), PlainArrays::numbers);
    } else if (array instanceof double[] numbers) {
      return Doubles.asList(numbers);
    } else if (array instanceof long[] numbers) {
      return Longs.asList(numbers);
    } else if (array instanceof int[] numbers) {
      return Ints.asList(numbers);
    }
    return Booleans.asList((boolean[]) array);
  }

  /** The tensor of an array, the same whenever the run is asked for it. */
  static NDArray in(Run run, Object array) {
    return in(run, array, () -> converted(run, array));
  }

  /** As {@link #in(Run, Object)}, made by this where the run has none yet. */
  @CanIgnoreReturnValue
  static NDArray in(Run run, Object array, Supplier<NDArray> tensor) {
    return run.once(array, tensor);
  }

  private static NDArray converted(Run run, Object array) {
    if (!(array instanceof Object[] rows)) {
      return converted(run, array, new Shape(Array.getLength(array)));
    }
    Shape shape = Shapes.ofRows(Lists.transform(Arrays.asList(rows), Array::getLength));
    if (rows instanceof double[][] numbers) {
      return converted(run, Doubles.concat(numbers), shape);
    } else if (rows instanceof long[][] numbers) {
      return converted(run, Longs.concat(numbers), shape);
    } else if (rows instanceof int[][] numbers) {
      return converted(run, Ints.concat(numbers), shape);
    }
    return converted(run, Booleans.concat((boolean[][]) rows), shape);
  }

  private static NDArray converted(Run run, Object flat, Shape shape) {
    if (flat instanceof double[] numbers) {
      return run.create(numbers, shape);
    } else if (flat instanceof long[] numbers) {
      return run.create(numbers, shape);
    } else if (flat instanceof int[] numbers) {
      return run.create(Arrays.stream(numbers).asLongStream().toArray(), shape);
    }
    return run.create((boolean[]) flat, shape);
  }
}
