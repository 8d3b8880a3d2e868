package org.ppl4j;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
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
