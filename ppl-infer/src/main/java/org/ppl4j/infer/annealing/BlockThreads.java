package org.ppl4j.infer.annealing;

import static java.util.Objects.requireNonNull;

import com.google.common.base.Throwables;
import com.google.common.util.concurrent.ThreadFactoryBuilder;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.ppl4j.infer.Progress;

/** Runs blocks of chains on threads, while the thread that asked shows how far they are. */
final class BlockThreads {

  private static final int LOOK_MILLIS = 50;

  private BlockThreads() {}

  /**
   * Runs blocks until all have ended. Interrupting the thread that waits stops them, and leaves its
   * flag set.
   *
   * @throws IllegalStateException if it was interrupted, or as the first block that failed
   */
  static void run(List<AnnealedBlock> blocks, int threads, Progress.Line line) {
    ExecutorService pool =
        Executors.newFixedThreadPool(
            Math.min(threads, blocks.size()),
            new ThreadFactoryBuilder().setNameFormat("annealing-%d").setDaemon(true).build());
    // An interrupt that came before is heeded too, however fast the blocks are.
    AtomicBoolean isStopped = new AtomicBoolean(Thread.currentThread().isInterrupted());
    boolean isInterrupted = false;
    try {
      List<? extends Future<?>> futures =
          blocks.stream().map(block -> pool.submit(() -> block.run(isStopped))).toList();
      for (Future<?> future : futures) {
        boolean isOpen = true;
        while (isOpen) {
          try {
            Object unused = future.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            isOpen = false;
          } catch (TimeoutException stillRunning) {
            line.update(done(blocks));
          } catch (InterruptedException e) {
            isInterrupted = true;
            isStopped.set(true);
          } catch (ExecutionException e) {
            Throwable cause = requireNonNull(e.getCause());
            Throwables.throwIfUnchecked(cause);
            throw new IllegalStateException(cause);
          }
        }
      }
    } finally {
      isStopped.set(true);
      pool.shutdown();
      line.end(done(blocks));
      if (isInterrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static int done(List<AnnealedBlock> blocks) {
    return blocks.stream().mapToInt(AnnealedBlock::done).sum();
  }
}
