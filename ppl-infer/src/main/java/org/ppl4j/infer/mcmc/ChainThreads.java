package org.ppl4j.infer.mcmc;

import static java.util.Objects.requireNonNull;

import com.google.common.base.Throwables;
import com.google.common.util.concurrent.ThreadFactoryBuilder;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.ppl4j.infer.Progress;

/** Runs chains on threads, while the thread that asked shows how far they are. */
final class ChainThreads {

  private static final int LOOK_MILLIS = 50;

  private final List<Chain> chains;
  private final Progress.Line line;
  private final AtomicBoolean isStopped = new AtomicBoolean();

  private ChainThreads(List<Chain> chains, Progress.Line line) {
    this.chains = chains;
    this.line = line;
  }

  /**
   * Runs chains until all have ended. Interrupting the thread that waits ends each after its
   * iteration, and leaves the thread's flag set.
   *
   * @param threads how many run at once
   * @return whether it was interrupted
   */
  static boolean run(List<Chain> chains, int threads, Progress.Line line) {
    ExecutorService pool =
        Executors.newFixedThreadPool(
            Math.min(threads, chains.size()),
            new ThreadFactoryBuilder().setNameFormat("chain-%d").setDaemon(true).build());
    try {
      return new ChainThreads(chains, line).run(pool);
    } finally {
      pool.shutdown();
    }
  }

  private boolean run(ExecutorService pool) {
    boolean isInterrupted = false;
    try {
      List<? extends Future<?>> futures =
          chains.stream().map(chain -> pool.submit(() -> chain.run(isStopped::get))).toList();
      for (Future<?> future : futures) {
        do {
          isInterrupted |= isInterruptedWhile(future);
        } while (!future.isDone());
      }
    } finally {
      isStopped.set(true);
      line.end(done(), this::state);
      if (isInterrupted) {
        Thread.currentThread().interrupt();
      }
    }
    return isInterrupted;
  }

  /**
   * Waits for a moment, or for a chain to end; an error in it, which is no exception, is thrown.
   */
  private boolean isInterruptedWhile(Future<?> future) {
    try {
      Object unused = future.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException stillRunning) {
      line.update(done(), this::state);
    } catch (InterruptedException e) {
      isStopped.set(true);
      return true;
    } catch (ExecutionException e) {
      Throwable cause = requireNonNull(e.getCause());
      Throwables.throwIfUnchecked(cause);
      throw new IllegalStateException(cause);
    }
    return false;
  }

  private int done() {
    return chains.stream().mapToInt(Chain::iterations).sum();
  }

  private String state() {
    double stepSize =
        chains.stream()
            .mapToDouble(Chain::stepSize)
            .filter(Double::isFinite)
            .average()
            .orElse(Double.NaN);
    int divergences = chains.stream().mapToInt(Chain::divergences).sum();
    String step =
        Double.isNaN(stepSize) ? "" : String.format(Locale.ROOT, "step size %.3g, ", stepSize);
    return step + String.format(Locale.ROOT, "%,d divergences", divergences);
  }
}
