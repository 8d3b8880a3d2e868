package org.ppl4j.tensor;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import java.util.Arrays;
import java.util.Locale;

/** The methods of a tensor that read its elements: for results, checks and debuggers. */
abstract class ReadableArray extends PointwiseArray {

  @Override
  public float[] toFloatArray() {
    double[] values = toDoubleArray();
    float[] result = new float[values.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = (float) values[i];
    }
    return result;
  }

  @Override
  public long[] toLongArray() {
    if (getDataType() == DataType.INT64 && Tensors.hasRun(this) && !self().isConstant()) {
      return Pending.integers(self());
    }
    double[] values = toDoubleArray();
    long[] result = new long[values.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = (long) values[i];
    }
    return result;
  }

  @Override
  public int[] toIntArray() {
    long[] values = toLongArray();
    int[] result = new int[values.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = Math.toIntExact(values[i]);
    }
    return result;
  }

  @Override
  public boolean[] toBooleanArray() {
    double[] values = toDoubleArray();
    boolean[] result = new boolean[values.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = values[i] != 0;
    }
    return result;
  }

  @Override
  public double getDouble(long... indices) {
    double[] values =
        indices.length == 0 ? toDoubleArray() : get(new NDIndex(indices)).toDoubleArray();
    return values[one(values.length)];
  }

  /** The place of the only value. */
  private int one(int count) {
    checkArgument(
        count == 1,
        "tensor of shape %s read as one number holds %s values at that index; index every dim",
        getShape(),
        count);
    return 0;
  }

  @Override
  public float getFloat(long... indices) {
    return (float) getDouble(indices);
  }

  @Override
  public long getLong(long... indices) {
    if (getDataType() != DataType.INT64) {
      return (long) getDouble(indices);
    }
    long[] values = indices.length == 0 ? toLongArray() : get(new NDIndex(indices)).toLongArray();
    return values[one(values.length)];
  }

  @Override
  public int getInt(long... indices) {
    return Math.toIntExact(getLong(indices));
  }

  @Override
  public boolean getBoolean(long... indices) {
    return getDouble(indices) != 0;
  }

  @Override
  public boolean contentEquals(Number number) {
    for (double element : toDoubleArray()) {
      if (element != number.doubleValue()) {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean contentEquals(NDArray other) {
    RunArray that = self().operand(other);
    return getShape().equals(that.getShape())
        && Arrays.equals(toDoubleArray(), that.toDoubleArray());
  }

  @Override
  public boolean allClose(NDArray other) {
    return allClose(other, 1e-5, 1e-8, false);
  }

  @Override
  public boolean allClose(NDArray other, double rtol, double atol, boolean equalNan) {
    double[] a = toDoubleArray();
    double[] b = self().operand(other).toDoubleArray();
    if (a.length != b.length) {
      return false;
    }
    for (int i = 0; i < a.length; i++) {
      boolean close =
          a[i] == b[i]
              || Math.abs(a[i] - b[i]) <= atol + rtol * Math.abs(b[i])
              || equalNan && Double.isNaN(a[i]) && Double.isNaN(b[i]);
      if (!close) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toDebugString(
      int maxSize, int maxDepth, int maxRows, int maxColumns, boolean withContent) {
    return toString();
  }

  /** Shape, type and, if there are at most ten, the values. Reads the host. */
  @Override
  public String toString() {
    String head = "Tensor" + getShape() + " " + getDataType().toString().toLowerCase(Locale.ROOT);
    boolean readable = !isReleased();
    return readable && getShape().size() <= 10
        ? head + " " + Arrays.toString(toDoubleArray())
        : head;
  }
}
