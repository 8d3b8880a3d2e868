package org.ppl4j.tensor;

import ai.djl.Device;
import ai.djl.ndarray.types.DataType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What every run of the process shares: the scripted module, the cached constants of each device
 * and float type, and the count of living native tensors. The one holder of static state in the
 * project (DESIGN.md, state): made on first use, and nothing in it changes a result.
 */
final class EngineHolder {

  private static final EngineHolder INSTANCE = new EngineHolder();

  private final long module;
  private final Map<ConstantsKey, Constants> constants = new ConcurrentHashMap<>();
  private final AtomicLong living = new AtomicLong();
  private final IntraOpThreads threads = new IntraOpThreads();

  private record ConstantsKey(DataType type, Device device) {}

  private EngineHolder() {
    List<String> methods = new ArrayList<>();
    for (Op op : Op.values()) {
      if (op.script() != null) {
        methods.add(op.script());
      }
    }
    methods.add(Autograd.SCRIPT);
    Native.setGraphExecutorOptimize(false);
    module = Native.load(Script.archive(methods), new int[] {0, -1});
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
    long root = tensor("cholesky", Native.valueFromTensor(four));
    long sum = Native.sum(root);
    long gradient =
        tensor(
            "grad_flat", Native.valueFromTensor(sum), Native.valueFromTensors(new long[] {four}));
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

  static EngineHolder get() {
    return INSTANCE;
  }

  /** The engine's number of a device: its type and its index. */
  static int[] device(Device device) {
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

  /** The cached constants of a data type on a device. */
  Constants constants(DataType type, Device device) {
    return constants.computeIfAbsent(
        new ConstantsKey(type, device), key -> new Constants(key.type(), key.device()));
  }

  IntraOpThreads threads() {
    return threads;
  }

  void born(int count) {
    living.addAndGet(count);
  }

  void died(int count) {
    living.addAndGet(-count);
  }

  long living() {
    return living.get();
  }

  /** Runs a method of the module; the values are consumed, the result is the caller's. */
  long run(String method, long... values) {
    try {
      return Native.run(module, method, values);
    } finally {
      for (long value : values) {
        Native.deleteValue(value);
      }
    }
  }

  /** Runs a method of tensors and values that gives one tensor. */
  long tensor(String method, long... values) {
    long result = run(method, values);
    try {
      return Native.valueToTensor(result);
    } finally {
      Native.deleteValue(result);
    }
  }

  /** Runs a method of tensors and values that gives a truth value. */
  boolean truth(String method, long... values) {
    long result = run(method, values);
    try {
      return Native.valueToBoolean(result);
    } finally {
      Native.deleteValue(result);
    }
  }

  /** Runs a method of tensors and values that gives a list of tensors. */
  long[] tensors(String method, long... values) {
    long result = run(method, values);
    try {
      return Native.valueToTensors(result);
    } finally {
      Native.deleteValue(result);
    }
  }
}
