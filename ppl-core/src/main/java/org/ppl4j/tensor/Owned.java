package org.ppl4j.tensor;

import ai.djl.Device;
import ai.djl.ndarray.types.DataType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ppl4j.tensor.engine.Constants;
import org.ppl4j.tensor.engine.PyTorch;
import org.ppl4j.tensor.table.Column;
import org.ppl4j.tensor.table.Column.Entry;

/** The native tensors of a run, which it frees together, and the column that they come from. */
final class Owned {

  private final PyTorch engine;
  private final Column column;
  private final Constants constants;
  private final DataType type;
  private final Device device;
  private final List<Object> lentMemory = new ArrayList<>(0);
  private long[] handles = new long[256];
  private int size;

  Owned(PyTorch engine, DataType type, Device device) {
    this.engine = engine;
    this.column = engine.column();
    this.constants = engine.constants(type, device);
    this.type = type;
    this.device = device;
  }

  Column column() {
    return column;
  }

  /** A native tensor is the run's from now on. */
  void add(long handle) {
    if (size == handles.length) {
      handles = Arrays.copyOf(handles, 2 * size);
    }
    handles[size++] = handle;
    engine.born(1);
  }

  /** The same of one that is no row's result. */
  void enter(Entry entry, long handle) {
    add(handle);
    column.enter(entry, handle);
  }

  /** The same of one of the values of another, which gradients are taken of. */
  void vary(long source, long handle) {
    add(handle);
    column.vary(source, handle);
  }

  /** The handle of a number. */
  long number(double value, DataType typeOfNumber) {
    Constants of = typeOfNumber == type ? constants : engine.constants(typeOfNumber, device);
    long handle = of.cached(value);
    if (handle == 0) {
      handle = of.make(value);
      add(handle);
    }
    column.enter(Entry.NUMBER, handle);
    return handle;
  }

  /** Keeps what memory of Java a lent tensor lies in. */
  void keep(Object memory) {
    lentMemory.add(memory);
  }

  void close() {
    for (int i = 0; i < size; i++) {
      column.free(handles[i]);
    }
    engine.died(size);
    lentMemory.clear();
  }
}
