package org.ppl4j.tensor.internal.plan;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.IntSupplier;

/** Buffers of one size that hold numbers for a while and then others. */
final class Registers {

  private final IntSupplier make;
  private final Deque<Integer> free = new ArrayDeque<>();

  /**
   * None yet.
   *
   * @param make gives a buffer more
   */
  Registers(IntSupplier make) {
    this.make = make;
  }

  /** A buffer that nobody has; the one that was given back last, which is nearest. */
  int take() {
    return free.isEmpty() ? make.getAsInt() : free.pop();
  }

  /** So many buffers, which are free again when the step is done that they are for. */
  int[] take(int count) {
    int[] buffers = new int[count];
    for (int i = 0; i < count; i++) {
      buffers[i] = take();
    }
    for (int i = count - 1; i >= 0; i--) {
      giveBack(buffers[i]);
    }
    return buffers;
  }

  /** A buffer is free again. */
  void giveBack(int buffer) {
    free.push(buffer);
  }
}
