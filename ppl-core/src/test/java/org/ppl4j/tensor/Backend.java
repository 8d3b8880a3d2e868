package org.ppl4j.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import org.ppl4j.tensor.internal.table.Shapes;

/** Where a random program runs: on tensors of a run, or on plain arrays of DJL. */
interface Backend {

  /** A constant of the float type. */
  NDArray floats(double[] values, Shape shape);

  /** A constant of type int64. */
  NDArray integers(long[] values, Shape shape);

  DataType floatType();

  static Backend of(Run run) {
    return new Backend() {
      @Override
      public NDArray floats(double[] values, Shape shape) {
        return run.create(values, shape);
      }

      @Override
      public NDArray integers(long[] values, Shape shape) {
        return run.create(values, shape);
      }

      @Override
      public DataType floatType() {
        return run.dataType();
      }
    };
  }

  static Backend of(NDManager manager, DataType type) {
    return new Backend() {
      @Override
      public NDArray floats(double[] values, Shape shape) {
        if (type == DataType.FLOAT64) {
          return manager.create(values, shape);
        }
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
          floats[i] = (float) values[i];
        }
        return manager.create(floats, shape);
      }

      @Override
      public NDArray integers(long[] values, Shape shape) {
        return manager.create(values, shape);
      }

      @Override
      public DataType floatType() {
        return type;
      }
    };
  }

  /** The identity matrix. */
  default NDArray eye(int n) {
    double[] values = new double[n * n];
    for (int i = 0; i < n; i++) {
      values[i * n + i] = 1;
    }
    return floats(values, new Shape(n, n));
  }

  /** The elements of a plain array as doubles. */
  static double[] host(NDArray x) {
    return x.toType(DataType.FLOAT64, false).toDoubleArray();
  }

  /** A function of each element, on the host. */
  default NDArray map(NDArray x, DoubleUnaryOperator f) {
    double[] values = host(x);
    for (int i = 0; i < values.length; i++) {
      values[i] = f.applyAsDouble(values[i]);
    }
    return floats(values, x.getShape());
  }

  /** A function of each pair of elements of two broadcast arrays, on the host. */
  default NDArray map(NDArray x, NDArray y, DoubleBinaryOperator f) {
    Shape shape = Shapes.broadcast(x.getShape(), y.getShape());
    double[] first = host(x.broadcast(shape));
    double[] second = host(y.broadcast(shape));
    for (int i = 0; i < first.length; i++) {
      first[i] = f.applyAsDouble(first[i], second[i]);
    }
    return floats(first, shape);
  }
}
