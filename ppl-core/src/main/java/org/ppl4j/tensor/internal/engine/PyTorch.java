package org.ppl4j.tensor.internal.engine;

import static java.util.Objects.requireNonNull;

import ai.djl.Device;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;
import com.google.common.collect.MapMaker;
import java.lang.ref.Cleaner;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.internal.table.Attributes;
import org.ppl4j.tensor.internal.table.Column;
import org.ppl4j.tensor.internal.table.Op;

/**
 * The engine's column of the table, and what every run of the process shares: the scripted module,
 * the cached constants of each device and float type, records that are asked for again, and the
 * count of living native tensors. The holder of static state in the project: made on first use, and
 * nothing in it changes a result.
 */
public final class PyTorch implements Column {

  private static final PyTorch INSTANCE = new PyTorch();

  private final ScriptModule module;
  private final Map<Op, EngineKernel> kernels = new EnumMap<>(Op.class);
  private final Map<EngineNode, EngineKernel> nodes = new EnumMap<>(EngineNode.class);
  private final Set<Op> scripted = EnumSet.noneOf(Op.class);
  private final Map<ConstantsKey, Constants> constants = new ConcurrentHashMap<>();
  private final Map<Object, Object> kept = new MapMaker().weakKeys().makeMap();
  private final AtomicLong living = new AtomicLong();
  private final Cleaner cleaner = Cleaner.create();
  private final IntraOpThreads threads = new IntraOpThreads();

  @SuppressWarnings("ThreadLocalUsage") // there is one instance
  private final ThreadLocal<Column> watching = new ThreadLocal<>();

  private record ConstantsKey(DataType type, Device device) {}

  private PyTorch() {
    Native.setGraphExecutorOptimize(false);
    NativeKernels.addTo(kernels);
    List<Script> scripts =
        Stream.of(
                Arrays.stream(Op.values())
                    .filter(op -> !kernels.containsKey(op))
                    .map(Script::of)
                    .filter(Objects::nonNull)
                    .toList(),
                SplineScripts.all(),
                MatrixScripts.all(),
                DerivativeScripts.all())
            .flatMap(Collection::stream)
            .toList();
    module =
        new ScriptModule(
            Stream.of(
                    scripts.stream().map(Script::text).toList(),
                    Arrays.stream(EngineNode.values()).map(node -> node.script().text()).toList(),
                    List.of(DerivativeScripts.GRADIENTS))
                .flatMap(Collection::stream)
                .toList());
    for (Script script : scripts) {
      EngineKernel kernel = script.in(module);
      for (Op op : script.ops()) {
        kernels.put(op, kernel);
        scripted.add(op);
      }
    }
    for (EngineNode node : EngineNode.values()) {
      nodes.put(node, node.script().in(module));
    }
    selfTest();
  }

  /**
   * That the engine still adds, differentiates and factorises: an upgrade that does not fails here.
   */
  private void selfTest() {
    int type = number(DataType.FLOAT64);
    int[] cpu = {0, -1};
    boolean before = Native.isGradMode();
    Native.setGradMode(true);
    long four = Native.full(new long[] {1, 1}, 4, type, cpu);
    Native.attachGrad(four, true);
    long root = apply(Op.CHOLESKY, Attributes.NONE, new long[] {four});
    long sum = apply(Op.SUM_ALL, Attributes.NONE, new long[] {root});
    long gradient = flatGradient(sum, new long[] {four});
    double rootValue = Native.buffer(root).getDouble(0);
    double gradientValue = Native.buffer(gradient).getDouble(0);
    for (long handle : new long[] {four, root, sum, gradient}) {
      Native.delete(handle);
    }
    Native.setGradMode(before);
    if (rootValue != 2 || gradientValue != 0.25) {
      throw new IllegalStateException(
          "the engine's self-test gives the root of 4 as "
              + rootValue
              + " and its derivative as "
              + gradientValue
              + ", not 2 and 0.25; use ai.djl.pytorch:pytorch-engine:0.36.0 with"
              + " pytorch-native-cpu:2.7.1");
    }
  }

  /** The one of the process. */
  public static PyTorch get() {
    return INSTANCE;
  }

  // --- what is kept from run to run

  /** What was last kept for a thing, if anything was. */
  public @Nullable Object kept(Object thing) {
    return kept.get(thing);
  }

  /** Keeps something for a thing until nobody has the thing any more, or nothing if it is null. */
  public void keep(Object thing, @Nullable Object made) {
    if (made == null) {
      kept.remove(thing);
    } else {
      kept.put(thing, made);
    }
  }

  /**
   * Frees what belongs to a thing when nobody has the thing any more.
   *
   * @param free does not know the thing
   */
  void freeWith(Object thing, Runnable free) {
    Cleaner.Cleanable unused = cleaner.register(thing, free);
  }

  // --- the column

  /** What does the rows for runs that this thread opens: the engine, or what watches it. */
  public Column column() {
    Column watcher = watching.get();
    return watcher == null ? this : watcher;
  }

  /** Runs the body with another column for the runs that this thread opens in it. */
  public void watched(Column watcher, Runnable body) {
    Column before = watching.get();
    watching.set(watcher);
    try {
      body.run();
    } finally {
      watching.set(before);
    }
  }

  @Override
  public long apply(Op op, Attributes attributes, long[] in) {
    try {
      return kernel(op).one(in, attributes);
    } catch (Throwable e) {
      throw Native.rethrow(e);
    }
  }

  @Override
  public long[] applyMany(Op op, Attributes attributes, long[] in) {
    try {
      return kernel(op).many(in, attributes);
    } catch (Throwable e) {
      throw Native.rethrow(e);
    }
  }

  /** What the engine computes for a node of a record; the operands stay the caller's. */
  long compute(EngineNode node, Attributes attributes, long[] in) {
    try {
      return requireNonNull(nodes.get(node)).one(in, attributes);
    } catch (Throwable e) {
      throw Native.rethrow(e);
    }
  }

  private EngineKernel kernel(Op op) {
    EngineKernel kernel = kernels.get(op);
    if (kernel == null) {
      throw new IllegalStateException("the engine has no kernel for operation " + op);
    }
    return kernel;
  }

  /** Whether a row is written in the engine's script language, whose errors end with the reason. */
  public boolean isScripted(Op op) {
    return scripted.contains(op);
  }

  // --- gradients

  /** The gradients of a number with respect to tensors, recorded themselves if asked. */
  public long[] gradients(long of, long[] inputs, boolean recorded) {
    return module.tensors(
        "grad",
        NativeValues.valueFromTensor(of),
        NativeValues.valueFromTensors(inputs),
        NativeValues.valueFromBoolean(recorded));
  }

  /**
   * The same, not recorded, one of another shape for a tensor that the number does not depend on.
   */
  public long[] reachedGradients(long of, long[] inputs) {
    return module.tensors(
        "grad_reached", NativeValues.valueFromTensor(of), NativeValues.valueFromTensors(inputs));
  }

  /** The same joined into one vector, not recorded. */
  public long flatGradient(long of, long[] inputs) {
    return module.tensor(
        "grad_flat", NativeValues.valueFromTensor(of), NativeValues.valueFromTensors(inputs));
  }

  /** Says whether gradients can be taken of a tensor that is a result of nothing. */
  public void attachGradient(long handle) {
    Native.attachGrad(handle, true);
  }

  /** Whether this thread records gradients. */
  public boolean isRecording() {
    return Native.isGradMode();
  }

  /** Whether this thread is to record gradients. */
  public void setRecording(boolean recording) {
    Native.setGradMode(recording);
  }

  // --- threads

  /**
   * A run of this thread opens that wants so many threads for an operation.
   *
   * @return what the thread had before, for {@link #close}
   */
  public int open(int threadsOfOperation) {
    Native.setGraphExecutorOptimize(false);
    return threads.open(threadsOfOperation);
  }

  /** A run of this thread closes that had found {@code before}. */
  public void close(int before) {
    threads.close(before);
  }

  // --- tensors

  /** The engine's number of a device: its type and its index. */
  public static int[] device(Device device) {
    return switch (device.getDeviceType()) {
      case Device.Type.CPU -> new int[] {0, -1};
      case Device.Type.GPU -> new int[] {1, device.getDeviceId()};
      case "mps" -> new int[] {13, -1};
      default ->
          throw new IllegalArgumentException(
              "device '" + device + "' is not known to the engine; use cpu, gpu or mps");
    };
  }

  /** The engine's number of a data type: its place among DJL's. */
  @SuppressWarnings("EnumOrdinal")
  static int number(DataType type) {
    return type.ordinal();
  }

  /** A tensor of one number. */
  public long full(long[] shape, double value, DataType type, int[] device) {
    return Native.full(shape, value, number(type), device);
  }

  /** An identity matrix. */
  public long eye(int rows, DataType type, int[] device) {
    return Native.eye(rows, rows, number(type), device);
  }

  /** A copy of another type, or on another device, without gradient. */
  public long to(long handle, DataType type, int[] device) {
    return Native.to(handle, number(type), device);
  }

  /** A copy of the values. */
  public long copy(long handle) {
    return Native.cloned(handle);
  }

  /** The same tensor under another handle, so that its values stay when the first is deleted. */
  public long shared(long handle) {
    return Native.shared(handle);
  }

  /** The same values, through another handle that knows of no gradient of the first. */
  public long reshaped(long handle, long[] shape) {
    return apply(Op.RESHAPE, Attributes.of(shape), new long[] {handle});
  }

  /** Overwrites a vector with another. */
  public void overwrite(long vector, long source, long size) {
    Native.indexPut(vector, source, new long[] {0}, new long[] {size}, new long[] {1});
  }

  /** The memory of Java that a plain array lies in, which is freed with it; null for most. */
  public static @Nullable Object memory(PtNDArray array) {
    return Native.memory(array);
  }

  /** The sizes of a tensor. */
  public long[] sizes(long handle) {
    return Native.sizes(handle);
  }

  @Override
  public void free(long handle) {
    Native.delete(handle);
  }

  /** The cached constants of a data type on a device. */
  public Constants constants(DataType type, Device device) {
    return constants.computeIfAbsent(
        new ConstantsKey(type, device), key -> new Constants(key.type(), key.device()));
  }

  /** So many more native tensors are alive. */
  public void born(int count) {
    living.addAndGet(count);
  }

  /** So many have been freed. */
  public void died(int count) {
    living.addAndGet(-count);
  }

  /** How many are alive. */
  public long living() {
    return living.get();
  }
}
