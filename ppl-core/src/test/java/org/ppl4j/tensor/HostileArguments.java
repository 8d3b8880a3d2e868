package org.ppl4j.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import com.google.common.collect.ImmutableList;
import java.util.List;

/** Arguments that nobody should pass, and a few that one may, of each type. */
final class HostileArguments {

  private HostileArguments() {}

  /** Those of a type; none of a type that is not known. */
  static ImmutableList<Object> of(Class<?> type, Backend b, NDManager m) {
    if (type == int.class) {
      return ImmutableList.of(0, 1, -1, -2, 2, 5, -5);
    } else if (type == long.class) {
      return ImmutableList.of(0L, 1L, -1L, -2L, 2L, 5L, -5L);
    } else if (type == int[].class) {
      return ImmutableList.of(
          new int[] {},
          new int[] {0},
          new int[] {-1},
          new int[] {0, 0},
          new int[] {0, -2},
          new int[] {1, 0},
          new int[] {5},
          new int[] {-5},
          new int[] {0, 1, 2});
    } else if (type == long[].class) {
      return ImmutableList.of(
          new long[] {},
          new long[] {0},
          new long[] {-1},
          new long[] {9},
          new long[] {2, 1},
          new long[] {0, 0},
          new long[] {1, 1},
          new long[] {-2, 3},
          new long[] {1, 2, 3});
    } else if (type == Shape.class) {
      return ImmutableList.of(
          new Shape(),
          new Shape(-1),
          new Shape(-1, -1),
          new Shape(0),
          new Shape(7),
          new Shape(2, -1),
          new Shape(0, 0),
          new Shape(0, -1),
          new Shape(3, 2),
          new Shape(-1, 4),
          new Shape(1, 2, 3),
          new Shape(5, -1, -1));
    } else if (type == NDIndex.class || type == String.class) {
      ImmutableList.Builder<Object> all = ImmutableList.builder();
      for (String text :
          List.of(
              "1:9",
              ":, 1:9",
              "5:9",
              "-9:",
              "9",
              "-9",
              "3:1",
              "0:3:5",
              "..., 1:9",
              "2:2",
              "-1:-9",
              ":, :, :",
              "...",
              "0, 0, 0, 0",
              "1:, 5",
              ":, -1:",
              "..., -5:-1",
              "::2",
              ":-9")) {
        all.add(type == String.class ? text : new NDIndex(text));
      }
      return all.build();
    } else if (type == NDArray.class) {
      return ImmutableList.of(
          b.integers(new long[] {5, -1}, new Shape(2)),
          b.floats(new double[] {1.5, 0}, new Shape(2)),
          b.floats(new double[] {0.5, 1.5, 2.5}, new Shape(3)),
          b.integers(new long[] {0, 1}, new Shape(2, 1)),
          b.floats(new double[] {2}, new Shape()),
          b.floats(new double[0], new Shape(0, 3)),
          b.floats(new double[] {1, 2, 3, 4}, new Shape(2, 2)),
          b.floats(new double[] {1, 0, 2}, new Shape(3)).gt(0.5),
          b.integers(new long[] {1}, new Shape()));
    } else if (type == NDList.class) {
      return ImmutableList.of(
          new NDList(),
          new NDList(b.floats(new double[] {1, 2}, new Shape(2))),
          new NDList(b.floats(new double[] {1, 2, 3, 4, 5, 6}, new Shape(2, 3))));
    } else if (type == List.class) {
      return ImmutableList.of(
          ImmutableList.of(),
          ImmutableList.of(b.floats(new double[] {1, 2}, new Shape(2))),
          ImmutableList.of(
              b.floats(new double[] {1, 2}, new Shape(2)),
              b.floats(new double[] {1, 2, 3}, new Shape(3))),
          ImmutableList.of(
              b.floats(new double[] {1}, new Shape()), b.floats(new double[] {1}, new Shape())));
    } else if (type == NDArray[].class) {
      return ImmutableList.of(
          new NDArray[0], new NDArray[] {b.floats(new double[] {1, 2}, new Shape(2))});
    } else if (type == Number.class) {
      return ImmutableList.of(2, 0.5, -1, (1L << 53) + 1, Double.NaN, 0, Long.MIN_VALUE);
    } else if (type == double.class) {
      return ImmutableList.of(0.5, 0.0, -1.0, Double.NaN, 1e300);
    } else if (type == float.class) {
      return ImmutableList.of(0.5f, 0f, -1f, Float.NaN);
    } else if (type == boolean.class) {
      return ImmutableList.of(true, false);
    } else if (type == DataType.class) {
      return ImmutableList.of(DataType.FLOAT64, DataType.INT64, DataType.FLOAT32);
    } else if (type == NDManager.class) {
      return ImmutableList.of(m);
    } else if (type == SparseFormat.class) {
      return ImmutableList.of(SparseFormat.DENSE);
    } else if (type == Device.class) {
      return ImmutableList.of(Device.cpu());
    } else if (type == double[].class) {
      return ImmutableList.of(new double[0], new double[] {1, 2});
    } else if (type == float[].class) {
      return ImmutableList.of(new float[0], new float[] {1, 2});
    } else if (type == boolean[].class) {
      return ImmutableList.of(new boolean[0], new boolean[] {true, false});
    }
    return ImmutableList.of();
  }
}
