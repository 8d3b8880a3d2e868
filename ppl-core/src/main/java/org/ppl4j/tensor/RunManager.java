package org.ppl4j.tensor;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDResource;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.util.PairList;
import java.io.InputStream;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.List;

/** The manager of a run: its creation methods make tensors of the run. */
final class RunManager implements NDManager {

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

  // ---------------------------------------------------------------- refused

  private static UnsupportedOperationException refused(String method) {
    return Refusal.of("NDManager", method);
  }

  @Override
  public NDArray arange(float a, float b, float c, DataType d, Device e) {
    throw refused("arange");
  }

  @Override
  public void attachAll(NDResource... a) {
    throw refused("attachAll");
  }

  @Override
  public void attachInternal(String a, AutoCloseable... b) {
    throw refused("attachInternal");
  }

  @Override
  public void attachUncappedInternal(String a, AutoCloseable b) {
    throw refused("attachUncappedInternal");
  }

  @Override
  public void cap() {
    throw refused("cap");
  }

  @Override
  public NDArray create(Shape a, DataType b, Device c) {
    throw refused("create");
  }

  @Override
  public NDArray create(String[] a, Charset b, Shape c) {
    throw refused("create");
  }

  @Override
  public NDArray createCSR(Buffer a, long[] b, long[] c, Shape d) {
    throw refused("createCSR");
  }

  @Override
  public NDArray createCSR(Buffer a, long[] b, long[] c, Shape d, Device e) {
    throw refused("createCSR");
  }

  @Override
  public NDArray createCSR(float[] a, long[] b, long[] c, Shape d, Device e) {
    throw refused("createCSR");
  }

  @Override
  public NDArray createCoo(Buffer a, long[][] b, Shape c) {
    throw refused("createCoo");
  }

  @Override
  public NDArray createRowSparse(Buffer a, Shape b, long[] c, Shape d) {
    throw refused("createRowSparse");
  }

  @Override
  public NDArray createRowSparse(Buffer a, Shape b, long[] c, Shape d, Device e) {
    throw refused("createRowSparse");
  }

  @Override
  public NDArray decode(InputStream a) {
    throw refused("decode");
  }

  @Override
  public NDArray decode(byte[] a) {
    throw refused("decode");
  }

  @Override
  public void detachInternal(String a) {
    throw refused("detachInternal");
  }

  @Override
  public NDArray eye(int a, int b, int c, DataType d, Device e) {
    throw refused("eye");
  }

  @Override
  public List<NDArray> getManagedArrays() {
    throw refused("getManagedArrays");
  }

  @Override
  public NDArray hanningWindow(long a) {
    throw refused("hanningWindow");
  }

  @Override
  public void invoke(String a, NDArray[] b, NDArray[] c, PairList<String, ?> d) {
    throw refused("invoke");
  }

  @Override
  public NDList invoke(String a, NDList b, PairList<String, ?> c) {
    throw refused("invoke");
  }

  @Override
  public NDArray linspace(float a, float b, int c, boolean d, Device e) {
    throw refused("linspace");
  }

  @Override
  public NDList load(Path a) {
    throw refused("load");
  }

  @Override
  public NDList load(Path a, Device b) {
    throw refused("load");
  }

  @Override
  public NDManager newSubManager() {
    throw refused("newSubManager");
  }

  @Override
  public NDManager newSubManager(Device a) {
    throw refused("newSubManager");
  }

  @Override
  public NDArray randomInteger(long a, long b, Shape c, DataType d) {
    throw refused("randomInteger");
  }

  @Override
  public NDArray randomMultinomial(int a, NDArray b) {
    throw refused("randomMultinomial");
  }

  @Override
  public NDArray randomMultinomial(int a, NDArray b, Shape c) {
    throw refused("randomMultinomial");
  }

  @Override
  public NDArray randomPermutation(long a) {
    throw refused("randomPermutation");
  }

  @Override
  public <T extends NDResource> T ret(T a) {
    throw refused("ret");
  }

  @Override
  public NDArray sampleGamma(NDArray a, NDArray b) {
    throw refused("sampleGamma");
  }

  @Override
  public NDArray sampleGamma(NDArray a, NDArray b, Shape c) {
    throw refused("sampleGamma");
  }

  @Override
  public NDArray sampleNormal(NDArray a, NDArray b) {
    throw refused("sampleNormal");
  }

  @Override
  public NDArray sampleNormal(NDArray a, NDArray b, Shape c) {
    throw refused("sampleNormal");
  }

  @Override
  public NDArray samplePoisson(NDArray a) {
    throw refused("samplePoisson");
  }

  @Override
  public NDArray samplePoisson(NDArray a, Shape b) {
    throw refused("samplePoisson");
  }

  @Override
  public void setName(String a) {
    throw refused("setName");
  }

  @Override
  public void tempAttachAll(NDResource... a) {
    throw refused("tempAttachAll");
  }

  @Override
  public void tempAttachInternal(NDManager a, String b, NDResource c) {
    throw refused("tempAttachInternal");
  }

  @Override
  public NDArray truncatedNormal(float a, float b, Shape c, DataType d) {
    throw refused("truncatedNormal");
  }

  @Override
  public NDArray truncatedNormal(float a, float b, Shape c, DataType d, Device e) {
    throw refused("truncatedNormal");
  }
}
