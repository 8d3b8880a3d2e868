package org.ppl4j.tensor.internal.engine;

import java.util.HashMap;
import java.util.Map;

/**
 * How many threads an operation may use, which the engine keeps for each thread that calls it, and
 * for those that will. Runs have their own number while they are open; what the process had before
 * is restored on each thread when the last of its runs closes, and so for the process with the last
 * of all.
 */
final class IntraOpThreads {

  private final Map<Thread, Integer> open = new HashMap<>();
  private int ofProcess;

  /**
   * A run of this thread opens.
   *
   * @return what the thread had before, for {@link #close}
   */
  synchronized int open(int threads) {
    int before = Native.threads();
    if (open.isEmpty()) {
      ofProcess = before;
    }
    open.merge(Thread.currentThread(), 1, Integer::sum);
    set(threads);
    return before;
  }

  /** A run of this thread closes that had found {@code before}. */
  synchronized void close(int before) {
    Thread thread = Thread.currentThread();
    int left = open.getOrDefault(thread, 1) - 1;
    if (left > 0) {
      open.put(thread, left);
      set(before);
    } else {
      open.remove(thread);
      set(ofProcess);
    }
  }

  private static void set(int threads) {
    if (Native.threads() != threads) {
      Native.setThreads(threads);
    }
  }
}
