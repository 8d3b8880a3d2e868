package org.ppl4j.tensor;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkState;
import static java.util.Objects.requireNonNull;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.internal.engine.HostCopy;
import org.ppl4j.tensor.internal.engine.HostMemory;
import org.ppl4j.tensor.internal.engine.PyTorch;
import org.ppl4j.tensor.internal.plan.PlanReplay;
import org.ppl4j.tensor.internal.table.Column.Entry;

/**
 * A natively owned vector (N) that outlives runs: the storage of parameters and of optimizer state.
 * It is overwritten as a whole or in part between the operations of a run. Its parts are the pieces
 * of one {@link #variable}, whatever their number, so that a gradient is of one tensor.
 *
 * <p>Threads may read it at once; a change, and closing, exclude all others.
 */
public final class FlatVector implements AutoCloseable {

  private static final int PART = 2048;

  private final PyTorch engine = PyTorch.get();
  private final long size;
  private final FloatType floatType;
  private final Device device;
  private final String what;
  private final long handle;
  private final @Nullable HostMemory memory; // null on another device, and of no elements
  private long variable; // 0 until a run asks for it
  private volatile boolean open = true;

  private FlatVector(RunConfig config, long size, String what) {
    this.what = what;
    this.size = size;
    this.floatType = config.floatType();
    this.device = config.device();
    this.handle = engine.full(new long[] {size}, 0, floatType.dataType(), PyTorch.device(device));
    engine.born(1);
    boolean isHost = Device.Type.CPU.equals(device.getDeviceType());
    this.memory =
        isHost && size > 0
            ? HostMemory.of(handle, floatType.dataType(), Math.toIntExact(size))
            : null;
  }

  /**
   * A vector of zeros of the configuration's float type, on its device.
   *
   * @throws IllegalArgumentException if the size is negative
   */
  public static FlatVector zeros(RunConfig config, long size) {
    return zeros(config, size, "vector");
  }

  /**
   * The same, of an owner whom messages name when it is used after it was closed.
   *
   * @param what such as {@code parameter store}
   */
  public static FlatVector zeros(RunConfig config, long size, String what) {
    checkArgument(size >= 0, "vector has size %s, but needs at least 0; pass a size", size);
    return new FlatVector(config, size, what);
  }

  /** The number of elements N. */
  public long size() {
    return size;
  }

  /** The float type of the elements. */
  public FloatType floatType() {
    return floatType;
  }

  /** The whole vector (N) as it is now, as a tensor of the run without gradient. */
  public synchronized NDArray in(Run run) {
    check(run);
    RunArray whole = run.lend(Entry.DATA, handle, new Shape(size), dataType(), this::checkOpen);
    run.owned().column().stored(this, whole.handle());
    return whole;
  }

  /** The whole vector (N) as the one tensor of the run that its gradients can be taken of. */
  public synchronized NDArray variable(Run run) {
    check(run);
    return run.once(
        this,
        () -> run.lend(Entry.VARIABLE, variable(), new Shape(size), dataType(), this::checkOpen));
  }

  private long variable() {
    if (variable == 0) {
      unrecorded(() -> variable = engine.reshaped(handle, new long[] {size}));
      engine.attachGradient(variable);
      engine.born(1);
    }
    return variable;
  }

  private void unrecorded(Runnable body) {
    boolean before = engine.isRecording();
    engine.setRecording(false);
    try {
      body.run();
    } finally {
      engine.setRecording(before);
    }
  }

  /**
   * The {@link #variable} cut into tensors of these shapes, end to end: one operation, and one more
   * for each that is not of one dim.
   *
   * @throws IllegalArgumentException if the shapes do not hold N elements together
   */
  public List<NDArray> cut(Run run, List<Shape> shapes) {
    long[] sizes = shapes.stream().mapToLong(Shape::size).toArray();
    long sum = Arrays.stream(sizes).sum();
    checkArgument(
        sum == size,
        "vector of size %s is cut into tensors of shapes %s, which hold %s elements; pass shapes"
            + " that hold as many as the vector",
        size,
        shapes,
        sum);
    NDArray whole = variable(run);
    List<NDArray> pieces = sizes.length == 1 ? List.of(whole) : Tensors.split(whole, -1, sizes);
    ImmutableList.Builder<NDArray> shaped = ImmutableList.builder();
    for (int i = 0; i < sizes.length; i++) {
      shaped.add(Tensors.reshape(pieces.get(i), shapes.get(i)));
    }
    return shaped.build();
  }

  /**
   * Overwrites the vector with a tensor (N) of a run.
   *
   * @throws IllegalArgumentException if its shape is not (N)
   */
  public synchronized void assign(NDArray value) {
    RunArray source = (RunArray) value;
    check(source.requireRun());
    checkArgument(
        source.getShape().equals(new Shape(size)),
        "vector of size %s is assigned a tensor of shape %s; pass a tensor of shape (%s)",
        size,
        source.getShape(),
        size);
    unrecorded(() -> overwrite(source.handle()));
  }

  /**
   * Overwrites the elements from {@code offset} on.
   *
   * @throws IllegalArgumentException if they do not lie in the vector
   */
  public void assign(long offset, double[] values) {
    write(Math.toIntExact(offset), values, 0, values.length);
  }

  /** All elements, read from the device. */
  public double[] values() {
    double[] all = new double[Math.toIntExact(size)];
    read(0, all, 0, all.length);
    return all;
  }

  /** How many elements are best read and written at once, at least 1. */
  public int part() {
    return memory == null ? Math.toIntExact(Math.max(1, size)) : (int) Math.min(size, PART);
  }

  /**
   * Copies {@code length} elements from {@code from} on to a place of an array, without a run.
   *
   * @throws IllegalArgumentException if they do not lie in the vector
   */
  public synchronized void read(int from, double[] into, int at, int length) {
    checkOpen();
    checkPart(from, length);
    if (memory != null) {
      memory.read(from, into, at, length);
    } else if (length > 0) {
      System.arraycopy(HostCopy.doubles(handle, dataType(), size, device), from, into, at, length);
    }
  }

  /** Sets an input of a record to all elements; of a vector on the host. */
  synchronized void read(PlanReplay replay, int input) {
    if (replay.isSingle(input)) {
      checkOpen();
      requireNonNull(memory, "memory").read(0, replay.singles(input), 0, (int) size);
    } else {
      read(0, replay.memory(input), replay.start(input), (int) size);
    }
  }

  /**
   * Overwrites {@code length} elements from {@code from} on with those of a place of an array,
   * rounded to the float type.
   *
   * @throws IllegalArgumentException if they do not lie in the vector
   */
  public synchronized void write(int from, double[] values, int at, int length) {
    checkOpen();
    checkPart(from, length);
    if (memory != null) {
      memory.write(from, values, at, length);
    } else if (length > 0) {
      double[] all = values();
      System.arraycopy(values, at, all, from, length);
      long there = HostCopy.from(all, new Shape(size), dataType(), device);
      overwrite(there);
      engine.free(there);
    }
  }

  private void overwrite(long source) {
    engine.overwrite(handle, source, size);
  }

  /**
   * Frees the vector. A second call does nothing; tensors of open runs that share its memory throw
   * when they are used.
   */
  @Override
  public synchronized void close() {
    if (!open) {
      return;
    }
    open = false;
    if (variable != 0) {
      engine.free(variable);
      engine.died(1);
    }
    engine.free(handle);
    engine.died(1);
  }

  private DataType dataType() {
    return floatType.dataType();
  }

  private void check(Run run) {
    checkOpen();
    run.check();
    checkArgument(
        run.floatType() == floatType && run.device().equals(device),
        "vector of type %s on '%s' is used in a run of type %s on '%s'; make both with one"
            + " configuration",
        floatType,
        device,
        run.floatType(),
        run.device());
  }

  private void checkOpen() {
    checkState(
        open,
        "%s is used after it was closed (a vector of size %s); close it after its last use",
        what,
        size);
  }

  private void checkPart(long offset, long length) {
    if (offset < 0 || offset + length > size) { // no text is prepared for each of many parts
      throw new IllegalArgumentException(
          "part of %s elements from %s does not lie in a vector of %s; pass a part that does"
              .formatted(length, offset, size));
    }
  }
}
