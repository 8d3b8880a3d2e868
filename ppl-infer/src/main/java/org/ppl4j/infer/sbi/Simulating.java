package org.ppl4j.infer.sbi;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableDoubleArray;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.internal.Workers;
import org.ppl4j.infer.sbi.Simulations.Failure;
import org.ppl4j.tensor.Rng;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a simulator for rows of parameters on several threads. Row i has the stream of noise of its
 * number, and whether too many fail is judged in the order of the rows: nothing depends on the
 * number of threads.
 */
final class Simulating {

  private static final Logger LOG = LoggerFactory.getLogger(Simulating.class);

  /**
   * What became of a row.
   *
   * @param data what the simulator gave; null if it failed
   * @param problem what is wrong; null if nothing is
   * @param cause what was thrown, if anything
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Row(
      double @Nullable [] data, @Nullable String problem, @Nullable Throwable cause) {}

  /**
   * How a run is made.
   *
   * @param seed of all noise
   * @param threads how many simulate
   * @param maxFailures the share of rows that may fail
   * @param timeout the longest that a row may take; null if any
   * @param progress where it shows how far it is
   */
  record Settings(
      long seed, int threads, double maxFailures, @Nullable Duration timeout, Progress progress) {}

  /**
   * Rows of the same simulations that were made before, which count for the share that fails.
   *
   * @param tried how many
   * @param failed how many of them failed
   */
  record Before(int tried, int failed) {

    static final Before NOTHING = new Before(0, 0);
  }

  private final Simulator simulator;
  private final double[] parameters;
  private final int columns;
  private final long first;
  private final Before before;
  private final Settings settings;
  private final int count;
  private final AtomicReferenceArray<@Nullable Row> rows;
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicInteger done = new AtomicInteger();

  /** Those rows that failed. */
  private final TreeSet<Integer> failed = new TreeSet<>();

  /** The row that was one failure too many so far; those after it need not be simulated. */
  private final AtomicInteger end;

  private Simulating(
      Simulator simulator,
      double[] parameters,
      int columns,
      long first,
      Before before,
      Settings settings) {
    this.simulator = simulator;
    this.parameters = parameters;
    this.columns = columns;
    this.first = first;
    this.before = before;
    this.settings = settings;
    this.count = parameters.length / columns;
    this.rows = new AtomicReferenceArray<>(count);
    this.end = new AtomicInteger(count);
  }

  /**
   * The data of each row that did not fail.
   *
   * @param parameters row by row
   * @param columns how many parameters a row has
   * @param first the number of the first row, which keys its noise
   * @param before what was made before of the same
   * @throws SimulationException if more rows fail than may, or none succeeds, or rows have
   *     different lengths, or the thread is interrupted
   */
  static Simulations run(
      Simulator simulator,
      double[] parameters,
      int columns,
      long first,
      Before before,
      Settings settings) {
    Simulating simulating = new Simulating(simulator, parameters, columns, first, before, settings);
    simulating.checkBefore();
    simulating.await();
    return simulating.result();
  }

  private void checkBefore() {
    if (remainingFailures() < 0) {
      throw new SimulationException(
          ("%s of the first %s simulations failed, too many for %s of which the share of %s may:"
                  + " see maxFailures(share)")
              .formatted(
                  before.failed(), before.tried(), before.tried() + count, settings.maxFailures()),
          null,
          null);
    }
  }

  private void await() {
    Progress.Line line = settings.progress().start("simulations", count);
    try (Workers workers = Workers.of("simulator", settings.threads())) {
      List<Integer> unused =
          workers.all(
              Collections.nCopies(settings.threads(), this::work), () -> line.update(done.get()));
    }
    line.end(done.get());
    int whole = 0;
    while (whole < end.get() && rows.get(whole) != null) {
      whole++;
    }
    if (whole < end.get()) {
      throw new SimulationException(
          "simulations were interrupted after %s of %s; go on with those of the exception"
              .formatted(whole, count),
          null,
          kept(whole));
    }
  }

  /** Rows that nobody else makes, until there are none or it is stopped; returns how many. */
  private int work(BooleanSupplier isStopped) {
    Duration timeout = settings.timeout();
    if (timeout == null) {
      return work(isStopped, this::row);
    }
    try (TimeLimit limit = new TimeLimit(timeout)) {
      return work(isStopped, i -> row(i, limit));
    }
  }

  private int work(BooleanSupplier isStopped, IntFunction<Row> make) {
    int made = 0;
    while (!isStopped.getAsBoolean()) {
      int i = next.getAndIncrement();
      if (i >= end.get()) {
        break;
      }
      Row row = make.apply(i);
      if (row.problem() != null && Thread.currentThread().isInterrupted()) {
        break; // as far as anybody can know it failed because of that
      }
      rows.set(i, row);
      if (row.problem() != null) {
        fail(i);
      }
      done.incrementAndGet();
      made++;
    }
    return made;
  }

  private Row row(int i) {
    try {
      Rng rng = Rng.of(settings.seed(), Rng.Purpose.MODEL, first + i, "sbi.simulation");
      double @Nullable [] data = simulator.simulate(parameters(i), rng);
      String problem = problem(data);
      return new Row(data == null ? null : data.clone(), problem, null);
    } catch (RuntimeException | Error e) {
      return new Row(null, String.valueOf(e), e);
    }
  }

  private Row row(int i, TimeLimit limit) {
    try {
      return limit.call(() -> row(i));
    } catch (TimeoutException e) {
      String problem =
          "took longer than %s seconds; mend it for such parameters, or allow more: see timeout(duration)"
              .formatted(limit.seconds());
      return new Row(null, problem, null);
    }
  }

  /** Whether too many have failed is a question of the first rows that did. */
  private synchronized void fail(int row) {
    failed.add(row);
    int remaining = remainingFailures();
    if (failed.size() > remaining) {
      int last = failed.stream().skip(remaining).findFirst().orElseThrow();
      end.accumulateAndGet(last, Math::min);
    }
  }

  /** How many rows may fail yet; negative if too many did before. */
  private int remainingFailures() {
    double all = Math.floor(settings.maxFailures() * ((double) before.tried() + count));
    return (int) all - before.failed();
  }

  private double[] parameters(int row) {
    return Arrays.copyOfRange(parameters, row * columns, (row + 1) * columns);
  }

  /** What is wrong with the data of a row by themselves. */
  private static @Nullable String problem(double @Nullable [] values) {
    if (values == null) {
      return "returned null; return at least one number";
    }
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
    int last = end.get();
    int good = firstGood(last);
    for (int i = 0; good >= 0 && i < last; i++) {
      double @Nullable [] data = goodData(i);
      int width = requireNonNull(goodData(good)).length;
      if (data != null && data.length != width) {
        throw new SimulationException(
            "simulator returned %s numbers for parameters %s, but %s for %s; always return as many"
                .formatted(
                    data.length,
                    Arrays.toString(parameters(i)),
                    width,
                    Arrays.toString(parameters(good))),
            null,
            kept(i));
      }
    }
    if (last < count || good < 0) {
      throw tooMany(last);
    }
    Simulations all = requireNonNull(kept(count));
    if (!failed.isEmpty()) {
      LOG.warn("{}", all);
    }
    return all;
  }

  private SimulationException tooMany(int last) {
    int row = failed.first();
    Row first = requireNonNull(rows.get(row));
    String at = Arrays.toString(parameters(row));
    String text =
        first.cause() == null
            ? "simulator with parameters %s %s".formatted(at, first.problem())
            : "simulator failed for parameters %s: %s".formatted(at, first.problem());
    int failures = before.failed() + failed.headSet(Math.min(last, count - 1), true).size();
    if (failures > 1) {
      text +=
          "; with it %s of the first %s rows failed, more than the share of %s that may: see"
                  .formatted(
                      failures, before.tried() + Math.min(last + 1, count), settings.maxFailures())
              + " maxFailures(share)";
    }
    return new SimulationException(text, first.cause(), kept(last));
  }

  private int firstGood(int last) {
    int i = 0;
    while (i < last && goodData(i) == null) {
      i++;
    }
    return i < last ? i : -1;
  }

  private double @Nullable [] goodData(int i) {
    Row row = requireNonNull(rows.get(i));
    return row.problem() == null ? row.data() : null;
  }

  /** What the rows before one gave; null if none succeeded. */
  private @Nullable Simulations kept(int last) {
    ImmutableDoubleArray.Builder ofParameters = ImmutableDoubleArray.builder();
    ImmutableDoubleArray.Builder ofData = ImmutableDoubleArray.builder();
    ImmutableList.Builder<Failure> failures = ImmutableList.builder();
    int good = 0;
    for (int i = 0; i < last; i++) {
      double @Nullable [] data = goodData(i);
      if (data == null) {
        String problem = requireNonNull(requireNonNull(rows.get(i)).problem());
        failures.add(new Failure(ImmutableDoubleArray.copyOf(parameters(i)), problem));
      } else {
        ofParameters.addAll(parameters(i));
        ofData.addAll(data);
        good++;
      }
    }
    return good == 0
        ? null
        : new Simulations(
            good, ofParameters.build().toArray(), ofData.build().toArray(), failures.build());
  }
}
