package org.ppl4j.tensor;

import ai.djl.Device;
import ai.djl.ndarray.types.DataType;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Natively owned numbers of one data type on one device, made once and never closed. */
final class Constants {

  /** Constants kept for ever; beyond this many a constant is made anew by each run. */
  private static final int MOST = 4096;

  private static final long[] SCALAR = {};

  private final int type;
  private final int[] device;
  private final Map<Long, Long> handles = new ConcurrentHashMap<>();

  Constants(DataType type, Device device) {
    this.type = EngineHolder.number(type);
    this.device = EngineHolder.device(device);
  }

  /** The handle of a constant that never dies, or 0 if there are too many of them already. */
  long cached(double value) {
    Long bits = Double.doubleToLongBits(value);
    Long handle = handles.get(bits);
    if (handle != null) {
      return handle;
    }
    return handles.size() < MOST ? handles.computeIfAbsent(bits, key -> make(value)) : 0;
  }

  /** A constant of the caller's own. */
  long make(double value) {
    return Native.full(SCALAR, value, type, device);
  }
}
