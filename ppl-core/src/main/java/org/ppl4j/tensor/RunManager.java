package org.ppl4j.tensor;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;

/** The manager of a run: its creation methods make tensors of the run. */
final class RunManager extends RefusedManager {

  private final Run run;

  RunManager(Run run) {
    this.run = run;
  }

  @Override
  public Device defaultDevice() {
    return run.device();
  }

  @Override
  public Device getDevice() {
    return run.device();
  }

  @Override
  public Engine getEngine() {
    return Engine.getEngine("PyTorch");
  }

  @Override
  public String getName() {
    return run.toString();
  }

  @Override
  public boolean isOpen() {
    return run.isOpen();
  }

  /** Does nothing: the run is closed by whoever opened it. */
  @Override
  public void close() {}

  @Override
  public NDManager getParentManager() {
    return this;
  }

  @Override
  public NDArray from(NDArray array) {
    return run.bind(array);
  }

  /** Memory in which DJL gathers nested arrays before it creates a tensor of them. */
  @Override
  public ByteBuffer allocateDirect(int capacity) {
    return ByteBuffer.allocateDirect(capacity).order(ByteOrder.nativeOrder());
  }

  @Override
  public NDArray create(Shape shape, DataType type) {
    return zeros(shape, type);
  }

  @Override
  public NDArray create(float[] data, Shape shape) {
    double[] values = new double[data.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = data[i];
    }
    return run.create(values, shape);
  }

  @Override
  public NDArray create(double[] data, Shape shape) {
    return run.create(data, shape);
  }

  @Override
  public NDArray create(int[] data, Shape shape) {
    long[] values = new long[data.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = data[i];
    }
    return run.create(values, shape);
  }

  @Override
  public NDArray create(long[] data, Shape shape) {
    return run.create(data, shape);
  }

  @Override
  public NDArray create(byte[] data, Shape shape) {
    long[] values = new long[data.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = data[i];
    }
    return run.create(values, shape);
  }

  @Override
  public NDArray create(boolean[] data, Shape shape) {
    return run.create(data, shape);
  }

  @Override
  public NDArray create(Buffer data, Shape shape) {
    return create(data, shape, DataType.fromBuffer(data));
  }

  @Override
  public NDArray create(Buffer data, Shape shape, DataType type) {
    int size = Math.toIntExact(shape.size());
    checkArgument(
        data.remaining() >= size * (data instanceof ByteBuffer ? type.getNumOfBytes() : 1),
        "buffer holds %s elements, but a tensor of shape %s is made of it; pass as many as it"
            + " holds",
        data.remaining(),
        shape);
    if (data instanceof DoubleBuffer doubles) {
      double[] values = new double[size];
      doubles.duplicate().get(values);
      return create(values, shape);
    } else if (data instanceof FloatBuffer floats) {
      float[] values = new float[size];
      floats.duplicate().get(values);
      return create(values, shape);
    } else if (data instanceof LongBuffer longs) {
      long[] values = new long[size];
      longs.duplicate().get(values);
      return create(values, shape);
    } else if (data instanceof IntBuffer ints) {
      int[] values = new int[size];
      ints.duplicate().get(values);
      return create(values, shape);
    } else if (data instanceof ByteBuffer bytes) {
      return create(type.asDataType(bytes.duplicate()), shape, type);
    }
    throw new IllegalArgumentException(
        "buffer of class '"
            + data.getClass().getSimpleName()
            + "' is not data; pass doubles, floats, longs or ints");
  }

  @Override
  public NDArray zeros(Shape shape, DataType type) {
    return full(shape, 0, type);
  }

  @Override
  public NDArray zeros(Shape shape, DataType type, Device device) {
    checkDevice(device);
    return full(shape, 0, type);
  }

  @Override
  public NDArray ones(Shape shape, DataType type) {
    return full(shape, 1, type);
  }

  @Override
  public NDArray ones(Shape shape, DataType type, Device device) {
    checkDevice(device);
    return full(shape, 1, type);
  }

  @Override
  public NDArray full(Shape shape, float value, DataType type) {
    return run.full(value, shape).toType(type, false);
  }

  @Override
  public NDArray full(Shape shape, float value, DataType type, Device device) {
    checkDevice(device);
    return full(shape, value, type);
  }

  @Override
  public NDArray arange(float start, float stop, float step, DataType type) {
    checkArgument(
        step != 0 && Float.isFinite(start) && Float.isFinite(stop) && Float.isFinite(step),
        "arange from %s to %s has step %s; pass finite numbers and a step that is not 0",
        start,
        stop,
        step);
    long count = Math.max(0, (long) Math.ceil(((double) stop - start) / step));
    NDArray steps = run.arange(count);
    boolean integral = start == Math.rint(start) && step == Math.rint(step);
    NDArray values =
        integral
            ? steps.mul((long) step).add((long) start)
            : steps.mul((double) step).add((double) start);
    return values.toType(type, false);
  }

  @Override
  public NDArray eye(int rows, int columns, int k, DataType type) {
    NDArray row = run.arange(rows).add((long) k).expandDims(-1);
    return row.eq(run.arange(columns)).toType(type, false);
  }

  @Override
  public NDArray linspace(float start, float stop, int count, boolean endpoint) {
    double step = ((double) stop - start) / Math.max(1, endpoint ? count - 1 : count);
    return run.arange(count).mul(step).add((double) start);
  }

  /** Of the block that is running. */
  @Override
  public NDArray randomUniform(float low, float high, Shape shape, DataType type) {
    Rng rng = run.blockMode("NDManager", "randomUniform").rng();
    NDArray values = rng.uniform(run, shape).mul((double) high - low).add((double) low);
    return values.toType(type, false);
  }

  /** Of the block that is running. */
  @Override
  public NDArray randomNormal(float loc, float scale, Shape shape, DataType type) {
    Rng rng = run.blockMode("NDManager", "randomNormal").rng();
    NDArray values = rng.normal(run, shape).mul((double) scale).add((double) loc);
    return values.toType(type, false);
  }

  private void checkDevice(Device device) {
    checkArgument(
        device == null || device.equals(run.device()),
        "tensor is asked for on device '%s', but the run is on '%s'; set the device of the run's"
            + " configuration",
        device,
        run.device());
  }
}
