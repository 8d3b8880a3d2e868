package org.ppl4j.infer.sbi;

import static com.google.common.base.Preconditions.checkState;

import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.ppl4j.infer.Progress;
import org.ppl4j.tensor.Rng;

/**
 * Runs a simulator for rows of parameters on several threads. Row i has the stream of noise of its
 * number, and where several rows fail the first of them is reported: nothing depends on the number
 * of threads.
 */
final class Simulating {

  private static final long MILLIS_A_LOOK = 100;

  private final Simulator simulator;
  private final double[] parameters;
  private final int columns;
  private final long seed;
  private final long first;
  private final double[][] data;
  private final @Nullable Throwable[] failures;
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicInteger done = new AtomicInteger();

  /** The first row that failed so far; those after it need not be simulated. */
  private final AtomicInteger end;

  private Simulating(Simulator simulator, double[] parameters, int columns, long seed, long first) {
    this.simulator = simulator;
    this.parameters = parameters;
    this.columns = columns;
    this.seed = seed;
    this.first = first;
    this.data = new double[parameters.length / columns][];
    this.failures = new Throwable[data.length];
    this.end = new AtomicInteger(data.length);
  }

  /**
   * The data of each row.
   *
   * @param parameters row by row
   * @param columns how many parameters a row has
   * @param first the number of the first row, which keys its noise
   * @throws IllegalStateException if a simulation fails or gives a number that is not finite, the
   *     rows have different lengths, or the thread is interrupted
   */
  static Simulations run(
      Simulator simulator,
      double[] parameters,
      int columns,
      long seed,
      long first,
      int threads,
      Progress progress) {
    Simulating simulating = new Simulating(simulator, parameters, columns, seed, first);
    simulating.await(threads, progress);
    return simulating.result();
  }

  private void await(int threads, Progress progress) {
    CountDownLatch running = new CountDownLatch(threads);
    for (int i = 0; i < threads; i++) {
      Thread thread =
          new Thread(
              () -> {
                try {
                  work();
                } finally {
                  running.countDown();
                }
              },
              "simulator-" + i);
      thread.setDaemon(true);
      thread.start();
    }
    Progress.Line line = progress.start("simulations", data.length);
    try {
      while (!running.await(MILLIS_A_LOOK, TimeUnit.MILLISECONDS)) {
        line.update(done.get());
      }
    } catch (InterruptedException e) {
      end.set(0);
      Thread.currentThread().interrupt();
      throw new IllegalStateException(
          "simulations were interrupted after %s of %s; simulate again"
              .formatted(done.get(), data.length),
          e);
    }
    line.end(done.get());
  }

  private void work() {
    for (int row = next.getAndIncrement(); row < end.get(); row = next.getAndIncrement()) {
      try {
        Rng rng = Rng.of(seed, Rng.Purpose.MODEL, first + row, "sbi.simulation");
        data[row] = simulator.simulate(parameters(row), rng).clone();
        if (problem(row) != null) {
          endAt(row);
        }
      } catch (RuntimeException | Error e) {
        failures[row] = e;
        endAt(row);
      }
      done.incrementAndGet();
    }
  }

  private void endAt(int row) {
    end.accumulateAndGet(row, Math::min);
  }

  private double[] parameters(int row) {
    return Arrays.copyOfRange(parameters, row * columns, (row + 1) * columns);
  }

  /** What is wrong with the data of a row by themselves. */
  private @Nullable String problem(int row) {
    double[] values = data[row];
    if (values.length == 0) {
      return "returned no numbers; return at least one";
    }
    for (int j = 0; j < values.length; j++) {
      if (!Double.isFinite(values[j])) {
        return "returned %s in place %s (from 1) of %s; return finite numbers only, or leave such"
                .formatted(values[j], j + 1, values.length)
            + " parameters out of the prior";
      }
    }
    return null;
  }

  private Simulations result() {
    int failed = end.get();
    int width = failed == 0 ? 0 : data[0].length;
    for (int row = 0; row < failed; row++) {
      checkState(
          data[row].length == width,
          "simulator returned %s numbers for parameters %s, but %s for %s; always return as many",
          data[row].length,
          Arrays.toString(parameters(row)),
          width,
          Arrays.toString(parameters(0)));
    }
    if (failed < data.length) {
      Throwable failure = failures[failed];
      throw new IllegalStateException(
          failure == null
              ? "simulator with parameters %s %s"
                  .formatted(Arrays.toString(parameters(failed)), problem(failed))
              : "simulator failed for parameters %s: %s"
                  .formatted(Arrays.toString(parameters(failed)), failure),
          failure);
    }
    double[] all = new double[data.length * width];
    for (int row = 0; row < data.length; row++) {
      System.arraycopy(data[row], 0, all, row * width, width);
    }
    return new Simulations(data.length, parameters, all);
  }
}
