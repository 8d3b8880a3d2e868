package org.ppl4j.infer.annealing;

import static java.util.Objects.requireNonNull;

import com.google.common.base.Throwables;
import com.google.common.util.concurrent.ThreadFactoryBuilder;
import com.google.common.util.concurrent.Uninterruptibles;
import com.google.errorprone.annotations.MustBeClosed;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/** Threads that do the same with all parts of something, again and again. Close it. */
final class Crew implements AutoCloseable {

  private final ExecutorService pool;

  /** Of so many threads. */
  @MustBeClosed
  Crew(int threads) {
    pool =
        Executors.newFixedThreadPool(
            threads, new ThreadFactoryBuilder().setNameFormat("smc-%d").setDaemon(true).build());
  }

  /**
   * Does it with each part, and waits until all are done.
   *
   * @throws InterruptedException if the thread is interrupted, now or while it waits
   */
  <T> void each(List<T> parts, Consumer<T> action) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    List<Callable<Boolean>> tasks =
        parts.stream()
            .map(
                part ->
                    (Callable<Boolean>)
                        () -> {
                          action.accept(part);
                          return true;
                        })
            .toList();
    for (Future<Boolean> future : pool.invokeAll(tasks)) {
      try {
        Object unused = future.get();
      } catch (ExecutionException e) {
        Throwable cause = requireNonNull(e.getCause());
        Throwables.throwIfUnchecked(cause);
        throw new IllegalStateException(cause);
      }
    }
  }

  /** Waits for what is still being done, which may use what its owner frees next. */
  @Override
  public void close() {
    pool.shutdown();
    Uninterruptibles.awaitTerminationUninterruptibly(pool);
  }
}
