package org.ppl4j.tensor;

import static com.google.common.base.Preconditions.checkState;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.primitives.Longs;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/**
 * The native tensors that are made while it is open, which are freed together: those of a run, or
 * of a part of it whose way to its results is not needed afterwards, such as a step of many.
 */
public final class Scope {

  private long[] handles = new long[64];
  private long[] counts = new long[64];
  private int size;
  private boolean isOpen = true;

  Scope() {}

  /**
   * What a body makes. All else that it makes is freed when it ends, and throws when it is used
   * later, so that a long computation without gradients needs the memory of one of its parts. What
   * gradients need the engine keeps.
   *
   * @param body gives tensors of the run
   */
  public static List<NDArray> keeping(Run run, Supplier<List<NDArray>> body) {
    run.check();
    return run.owned().keeping(body);
  }

  /** A native tensor of so many numbers. */
  void add(long handle, long numbers) {
    if (size == handles.length) {
      handles = Arrays.copyOf(handles, 2 * size);
      counts = Arrays.copyOf(counts, 2 * size);
    }
    handles[size] = handle;
    counts[size++] = numbers;
  }

  /**
   * Gives up a tensor, one of the last.
   *
   * @return how many numbers it has; -1 if it is none of these
   */
  long remove(long handle) {
    int at = size - 1;
    while (at >= 0 && handles[at] != handle) {
      at--;
    }
    if (at < 0) {
      return -1;
    }
    long numbers = counts[at];
    size--;
    handles[at] = handles[size];
    counts[at] = counts[size];
    return numbers;
  }

  /**
   * Frees all but some, which another one takes over.
   *
   * @return how many numbers were freed
   */
  long close(long[] kept, Scope to, LongConsumer free) {
    isOpen = false;
    long freed = 0;
    for (int i = 0; i < size; i++) {
      if (Longs.contains(kept, handles[i])) {
        to.add(handles[i], counts[i]);
      } else {
        free.accept(handles[i]);
        freed += counts[i];
      }
    }
    return freed;
  }

  /** Throws if it has been closed, to a user of one of its tensors. */
  void check(Shape shape) {
    checkState(
        isOpen,
        "tensor of shape %s is used after the part of the run that made it, such as a step of a"
            + " solver, has ended; return it from there, or make it before",
        shape);
  }
}
