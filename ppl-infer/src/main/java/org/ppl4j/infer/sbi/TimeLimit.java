package org.ppl4j.infer.sbi;

import static java.util.Objects.requireNonNull;

import com.google.common.base.Throwables;
import com.google.common.util.concurrent.ThreadFactoryBuilder;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Calls that may take so long and no longer. They are made on a thread beside the one that asks,
 * which is interrupted and left to itself when the time is over: code that looks at no flag cannot
 * be stopped, and goes on until the process ends. Not for several threads.
 */
final class TimeLimit implements AutoCloseable {

  private final Duration most;
  private ExecutorService beside = thread();

  TimeLimit(Duration most) {
    this.most = most;
  }

  double seconds() {
    return most.toNanos() / 1e9;
  }

  private static ExecutorService thread() {
    return Executors.newSingleThreadExecutor(
        new ThreadFactoryBuilder().setNameFormat("simulator-timed-%d").setDaemon(true).build());
  }

  /**
   * What a call returns. If the call leaves the flag of its thread set, that of this thread is.
   *
   * @throws TimeoutException if it takes too long, or this thread is interrupted, whose flag is set
   *     then
   * @throws RuntimeException as the call
   */
  <T> T call(Supplier<T> function) throws TimeoutException {
    record Answer<T>(T value, boolean isInterrupted) {}
    Future<Answer<T>> future =
        beside.submit(() -> new Answer<>(function.get(), Thread.interrupted()));
    try {
      Answer<T> answer = future.get(most.toNanos(), TimeUnit.NANOSECONDS);
      if (answer.isInterrupted()) {
        Thread.currentThread().interrupt();
      }
      return answer.value();
    } catch (ExecutionException e) {
      Throwables.throwIfUnchecked(requireNonNull(e.getCause()));
      throw new IllegalStateException(e.getCause());
    } catch (TimeoutException e) {
      leave();
      throw e;
    } catch (InterruptedException e) {
      leave();
      Thread.currentThread().interrupt();
      throw new TimeoutException("interrupted");
    }
  }

  private void leave() {
    beside.shutdownNow();
    beside = thread();
  }

  /** Ends the thread. */
  @Override
  public void close() {
    beside.shutdown();
  }
}
