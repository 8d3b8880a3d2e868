package org.ppl4j.infer.internal;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import com.google.common.base.Throwables;
import com.google.common.util.concurrent.ThreadFactoryBuilder;
import com.google.common.util.concurrent.Uninterruptibles;
import com.google.errorprone.annotations.MustBeClosed;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/**
 * Threads that do the parts of some work, while the thread that asks for it waits. Close it.
 *
 * <p>Whoever interrupts the thread that waits interrupts the work, and so does who interrupts one
 * of these threads, as a program may that knows of no other. Parts are asked to end then, each
 * where it may; those that have not begun are asked at once. Only when all have ended does the
 * thread that waits go on, with its flag set, and free what they were at work with. The flags of
 * these threads are not touched: what a part calls is not cut short.
 */
public final class Workers implements AutoCloseable {

  private static final int LOOK_MILLIS = 50;

  /**
   * A part of some work.
   *
   * @param <T> what it returns
   */
  @FunctionalInterface
  public interface Part<T> {

    /**
     * Does it.
     *
     * @param isStopped whether it is to end here, with what it has or by an exception
     */
    T run(BooleanSupplier isStopped);
  }

  private final ExecutorService pool;
  private volatile boolean isStopped;
  private volatile boolean isInterrupted; // one of its threads

  private Workers(String name, int threads) {
    pool =
        Executors.newFixedThreadPool(
            threads,
            new ThreadFactoryBuilder().setNameFormat(name + "-%d").setDaemon(true).build());
  }

  /**
   * So many of them.
   *
   * @param name what the names of the threads begin with
   */
  @MustBeClosed
  public static Workers of(String name, int threads) {
    checkArgument(threads >= 1, "%s has %s threads, but needs at least 1", name, threads);
    return new Workers(name, threads);
  }

  /**
   * Does all parts. If the work is interrupted, now or meanwhile, this thread's flag is set.
   *
   * @param look what this thread does now and then while it waits
   * @return what they return, in their order
   * @throws RuntimeException as the first of the parts that has thrown one
   */
  public <T> List<T> all(List<? extends Part<T>> parts, Runnable look) {
    if (Thread.interrupted()) {
      interrupt();
    }
    List<Future<T>> futures = new ArrayList<>(parts.size());
    for (Part<T> part : parts) {
      futures.add(pool.submit(() -> run(part)));
    }
    List<T> results = new ArrayList<>(parts.size());
    Throwable failure = null;
    try {
      for (Future<T> future : futures) {
        try {
          results.add(result(future, look));
        } catch (ExecutionException e) {
          isStopped = true;
          failure = failure == null ? requireNonNull(e.getCause()) : failure;
        }
      }
    } finally {
      isStopped = isStopped || results.size() < parts.size();
      if (isInterrupted) {
        Thread.currentThread().interrupt();
      }
    }
    if (failure != null) {
      Throwables.throwIfUnchecked(failure);
      throw new IllegalStateException(failure);
    }
    return results;
  }

  private <T> T run(Part<T> part) {
    try {
      return part.run(() -> isStopped || Thread.currentThread().isInterrupted());
    } finally {
      if (Thread.interrupted()) {
        interrupt();
      }
    }
  }

  private void interrupt() {
    isStopped = true;
    isInterrupted = true;
  }

  private <T> T result(Future<T> future, Runnable look) throws ExecutionException {
    while (true) {
      try {
        return future.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException stillRunning) {
        look.run();
      } catch (InterruptedException e) {
        interrupt();
      }
    }
  }

  /** Waits for parts that are still being done, which may use what their owner frees next. */
  @Override
  public void close() {
    isStopped = true;
    pool.shutdown();
    Uninterruptibles.awaitTerminationUninterruptibly(pool);
  }
}
