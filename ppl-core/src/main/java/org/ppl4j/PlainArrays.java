package org.ppl4j;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.Lists;
import com.google.common.primitives.Booleans;
import com.google.common.primitives.Doubles;
import com.google.common.primitives.Ints;
import com.google.common.primitives.Longs;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.Arrays;
import java.util.function.Supplier;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;

/**
 * Plain Java arrays as tensors: {@code double[]}, {@code double[][]}, {@code long[]}, {@code int[]}
 * and {@code boolean[]}.
 */
final class PlainArrays {

  private PlainArrays() {}

  /** Whether data are an array that can be a tensor. */
  static boolean isOne(Object data) {
    return data instanceof double[]
        || data instanceof long[]
        || data instanceof int[]
        || data instanceof boolean[]
        || (data instanceof double[][] rows && rows.length > 0 && isRegular(rows));
  }

  private static boolean isRegular(double[][] rows) {
    return Arrays.stream(rows).allMatch(row -> row != null && row.length == rows[0].length);
  }

  /** The same numbers in an array that nobody else has. */
  static Object copy(Object array) {
    if (array instanceof double[] numbers) {
      return numbers.clone();
    } else if (array instanceof double[][] rows) {
      return Arrays.stream(rows).map(double[]::clone).toArray(double[][]::new);
    } else if (array instanceof long[] numbers) {
      return numbers.clone();
    } else if (array instanceof int[] numbers) {
      return numbers.clone();
    }
    return ((boolean[]) array).clone();
  }

  /** What is equal if the numbers of an array are, which do not change. */
  static Object numbers(Object array) {
    if (array instanceof double[] numbers) {
      return Doubles.asList(numbers);
    } else if (array instanceof double[][] rows) {
      return Lists.transform(Arrays.asList(rows), Doubles::asList);
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
    if (array instanceof double[] numbers) {
      return run.create(numbers, new Shape(numbers.length));
    } else if (array instanceof double[][] rows) {
      return run.bind(Tensors.matrix(rows));
    } else if (array instanceof long[] numbers) {
      return run.create(numbers, new Shape(numbers.length));
    } else if (array instanceof int[] numbers) {
      long[] longs = Arrays.stream(numbers).asLongStream().toArray();
      return run.create(longs, new Shape(longs.length));
    }
    boolean[] values = (boolean[]) array;
    return run.create(values, new Shape(values.length));
  }
}
