package org.ppl4j.tensor;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkState;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import org.ppl4j.tensor.internal.engine.HostCopy;
import org.ppl4j.tensor.internal.engine.PyTorch;
import org.ppl4j.tensor.internal.table.Column.Entry;

/** The border to plain DJL arrays: data that come in, copies that go out. */
final class Plain {

  private Plain() {}

  /** A plain array as a tensor of the run. */
  static RunArray bind(Run run, NDArray array) {
    PtNDArray plain = checked(array);
    DataType type = plain.getDataType();
    DataType wanted = target(type, run.dataType());
    checkArgument(
        plain.getDevice().equals(run.device()),
        "array lives on device '%s', but the run on '%s'; move it with array.toDevice(device, true)"
            + " or set the device of the run's configuration",
        plain.getDevice(),
        run.device());
    Shape shape = plain.getShape();
    if (type == wanted) {
      Object memory = PyTorch.memory(plain);
      if (memory != null) {
        run.owned().keep(memory);
      }
      return run.lend(Entry.DATA, plain.getHandle(), shape, type, () -> checkOpen(plain, shape));
    }
    long handle = PyTorch.get().to(plain.getHandle(), wanted, PyTorch.device(run.device()));
    return run.adopt(Entry.DATA, handle, shape, wanted);
  }

  /** The elements of a plain array as doubles, row by row. */
  static double[] values(NDArray array) {
    PtNDArray plain = checked(array);
    DataType type = plain.getDataType();
    return type == DataType.FLOAT16
        ? plain.toType(DataType.FLOAT64, false).toDoubleArray()
        : HostCopy.doubles(plain.getHandle(), type, plain.size(), plain.getDevice());
  }

  /** Writes the elements into an array in single precision, row by row. */
  static void read(NDArray array, float[] into) {
    PtNDArray plain = checked(array);
    DataType type = plain.getDataType();
    int size = Math.toIntExact(plain.size());
    if (type == DataType.FLOAT32 || type == DataType.FLOAT64) {
      HostCopy.singles(plain.getHandle(), type, plain.getDevice(), into, size);
    } else {
      double[] values = values(plain);
      for (int i = 0; i < size; i++) {
        into[i] = (float) values[i];
      }
    }
  }

  /** An array of the engine that is open and holds numbers or truth values. */
  private static PtNDArray checked(NDArray array) {
    checkArgument(
        array instanceof PtNDArray,
        "array of class '%s' is not of the PyTorch engine; create data with a manager of"
            + " NDManager.newBaseManager(\"PyTorch\")",
        array.getClass().getSimpleName());
    PtNDArray plain = (PtNDArray) array;
    checkState(
        !plain.isReleased(),
        "array is used as data after it was closed; close it after the last run that uses it");
    DataType unused = target(plain.getDataType(), DataType.FLOAT64); // before the engine is asked
    return plain;
  }

  private static void checkOpen(PtNDArray plain, Shape shape) {
    checkState(
        !plain.isReleased(),
        "data of shape %s are used in a run after they were closed; close them after the last run"
            + " that uses them",
        shape);
  }

  /** The type that data of a type have in a run. */
  static DataType target(DataType type, DataType floatType) {
    return switch (type) {
      case FLOAT32, FLOAT64, FLOAT16 -> floatType;
      case INT64, INT32, INT8, UINT8 -> DataType.INT64;
      case BOOLEAN -> DataType.BOOLEAN;
      default ->
          throw new IllegalArgumentException(
              "array of type '"
                  + type
                  + "' is not data; use float32, float64, int64, int32 or boolean");
    };
  }

  /** A detached copy on the caller's manager: a value that is read. */
  static NDArray copy(RunArray array, NDManager manager) {
    checkArgument(
        manager instanceof PtNDManager,
        "manager of class '%s' is not of the PyTorch engine; use"
            + " NDManager.newBaseManager(\"PyTorch\")",
        manager.getClass().getSimpleName());
    HiddenDims.checkRead(array);
    long handle = array.handle();
    array.requireRun().owned().column().read(null, handle);
    return new PtNDArray((PtNDManager) manager, PyTorch.get().copy(handle));
  }
}
