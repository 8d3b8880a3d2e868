package org.ppl4j.infer.approximation;

import static java.util.Objects.requireNonNull;

import com.google.common.base.Throwables;
import com.google.common.util.concurrent.Uninterruptibles;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import org.ppl4j.infer.InterruptionException;

/** Work that does not depend on each other, on several threads; its results in order. */
final class InOrder {

  private InOrder() {}

  /**
   * The results. Whoever interrupts this thread, or one that works for it, interrupts all of them;
   * none is at work any more when this returns or throws.
   *
   * @param threads how many work; with one it is the caller's
   * @param work looks at its thread's flag once in a while, and throws if it is set
   * @throws InterruptionException if the thread is interrupted, whose flag stays set
   */
  static <T> List<T> of(int threads, int count, IntFunction<T> work) {
    List<T> results = new ArrayList<>(count);
    if (threads == 1) {
      for (int i = 0; i < count; i++) {
        results.add(work.apply(i));
      }
      return results;
    }
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Future<T>> futures = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        int number = i;
        futures.add(pool.submit(() -> work.apply(number)));
      }
      for (Future<T> future : futures) {
        results.add(future.get());
      }
      return results;
    } catch (ExecutionException e) {
      Throwable cause = requireNonNull(e.getCause());
      if (cause instanceof InterruptionException) {
        Thread.currentThread().interrupt();
      }
      Throwables.throwIfUnchecked(cause);
      throw new IllegalStateException(cause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptionException("pathfinder was interrupted before its paths ended", e);
    } finally {
      pool.shutdownNow();
      Uninterruptibles.awaitTerminationUninterruptibly(pool); // it uses what is closed next
    }
  }
}
