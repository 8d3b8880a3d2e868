package org.ppl4j.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import com.google.common.collect.ImmutableList;
import com.google.common.primitives.Longs;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.internal.engine.Constants;
import org.ppl4j.tensor.internal.engine.PyTorch;
import org.ppl4j.tensor.internal.table.Column;
import org.ppl4j.tensor.internal.table.Column.Entry;

/** The native tensors of a run, which it frees together, and the column that they come from. */
final class Owned {

  private final PyTorch engine;
  private Column column;
  private @Nullable Descent descent;
  private final Constants constants;
  private final DataType type;
  private final Device device;
  private final List<Object> lentMemory = new ArrayList<>(0);
  private final Tape tape = new Tape();
  private final Scope whole = new Scope();
  private Scope scope = whole;
  private long held;
  private long most;

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

  /** From now on what descends from what is noted. */
  Descent watchDescent() {
    Descent known = descent;
    if (known == null) {
      known = new Descent(column);
      descent = known;
      column = known;
    }
    return known;
  }

  /** Who notes what descends from what; null if nobody does. */
  @Nullable Descent descent() {
    return descent;
  }

  /** Those whose gradients the engine does not know. */
  Tape tape() {
    return tape;
  }

  /** Of what is made now. */
  Scope scope() {
    return scope;
  }

  /** Whether what is made now is freed before the run is closed. */
  boolean isInPart() {
    return scope != whole;
  }

  /** How many numbers its results have held at once, at most. */
  long mostNumbers() {
    return most;
  }

  /** A native tensor that is no row's result is the run's from now on. */
  void add(long handle) {
    add(handle, 0);
  }

  /** A row's result of so many numbers is the run's from now on. */
  void add(long handle, long numbers) {
    scope.add(handle, numbers);
    held += numbers;
    most = Math.max(most, held);
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

  /** What a body makes that is kept as long as the run, wherever it is made. */
  <T> T forAll(Supplier<T> body) {
    Scope before = scope;
    scope = whole;
    try {
      return body.get();
    } finally {
      scope = before;
    }
  }

  /** What a body makes, while all else that it makes is freed. */
  List<NDArray> keeping(Supplier<List<NDArray>> body) {
    Scope before = scope;
    Scope part = new Scope();
    scope = part;
    List<NDArray> results = List.of();
    long[] kept = {};
    try {
      results = body.get();
      kept = results.stream().mapToLong(result -> ((RunArray) result).handleIn(part)).toArray();
    } finally {
      scope = before;
      held -= part.close(kept, before, this::free);
    }
    return results.stream()
        .map(result -> ((RunArray) result).movedFrom(part))
        .collect(ImmutableList.toImmutableList());
  }

  /**
   * Frees tensors of the scope that is open now, which nobody may use any more, unless they are
   * among those that are left.
   */
  void free(List<NDArray> tensors, List<NDArray> left) {
    long[] kept = left.stream().mapToLong(tensor -> ((RunArray) tensor).handleIn(scope)).toArray();
    for (NDArray tensor : tensors) {
      long handle = ((RunArray) tensor).handleIn(scope);
      long numbers = handle == 0 || Longs.contains(kept, handle) ? -1 : scope.remove(handle);
      if (numbers >= 0) {
        held -= numbers;
        free(handle);
      }
    }
  }

  private void free(long handle) {
    column.free(handle);
    engine.died(1);
  }

  /** Frees all. */
  void close() {
    long unused = whole.close(new long[0], whole, this::free);
    lentMemory.clear();
  }
}
