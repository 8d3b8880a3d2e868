package org.ppl4j.tensor.internal.engine;

import ai.djl.Device;
import ai.djl.ndarray.types.DataType;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Natively owned numbers of one data type on one device, made once and never closed. */
public final class Constants {

  /** Constants kept for ever; beyond this many a constant is made anew by each run. */
  private static final int MAXIMUM = 4096;

  private static final long[] SCALAR = {};

  private final int type;
  private final int[] device;
  private final Map<Long, Long> handles = new ConcurrentHashMap<>();

  Constants(DataType type, Device device) {
    this.type = PyTorch.number(type);
    this.device = PyTorch.device(device);
  }

  /** The handle of a constant that never dies, or 0 if there are too many of them already. */
  public long cached(double value) {
    Long bits = Double.doubleToLongBits(value);
    Long handle = handles.get(bits);
    if (handle != null) {
      return handle;
    }
    return handles.size() < MAXIMUM ? handles.computeIfAbsent(bits, key -> make(value)) : 0;
  }

  /** A constant of the caller's own. */
  public long make(double value) {
    return Native.full(SCALAR, value, type, device);
  }
}
