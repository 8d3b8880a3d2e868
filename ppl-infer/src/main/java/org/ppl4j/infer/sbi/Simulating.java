package org.ppl4j.infer.sbi;

import static com.google.common.base.Preconditions.checkState;
import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableDoubleArray;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.internal.Workers;
import org.ppl4j.infer.sbi.Simulations.Failure;
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
   * How a run is made.
   *
   * @param seed of all noise
   * @param threads how many simulate
   * @param maxFailures the share of rows that may fail
   * @param timeout the longest that a row may take; null if any
   * @param progress where it shows how far it is
   * @param place where rows are simulated; null on threads here
   */
  record Settings(
      long seed,
      int threads,
      double maxFailures,
      @Nullable Duration timeout,
      Progress progress,
      @Nullable SimulationPlace place) {}

  /**
   * Rows of the same simulations that were made before, which count for the share that fails.
   *
   * @param tried how many
   * @param failed how many of them failed
   */
  record Before(int tried, int failed) {

    static final Before NOTHING = new Before(0, 0);
  }

  private final RowSimulator simulator;
  private final double[] parameters;
  private final int columns;
  private final long first;
  private final Before before;
  private final Settings settings;
  private final int count;
  private final AtomicReferenceArray<@Nullable SimulatedRow> rows;
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
    this.simulator = new RowSimulator(simulator, settings.seed(), settings.timeout());
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
    SimulationPlace place = settings.place();
    if (place == null) {
      awaitThreads();
    } else {
      awaitElsewhere(place);
    }
  }

  private void awaitElsewhere(SimulationPlace place) {
    Progress.Line line = settings.progress().start("simulations", count);
    ImmutableList<SimulationRows> blocks = SimulationRows.blocks(first, columns, parameters);
    List<SimulatedRows> made = place.run(simulator, blocks);
    checkState(
        made.size() == blocks.size(),
        "place simulated %s blocks, but was given %s; let it return what came of each",
        made.size(),
        blocks.size());
    for (SimulatedRows block : made) {
      for (int i = 0; i < block.count(); i++) {
        set(done.get(), block.row(i));
      }
    }
    line.end(done.get());
  }

  private void awaitThreads() {
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
    try (RowSimulator.OneByOne oneByOne = simulator.oneByOne()) {
      return work(isStopped, i -> oneByOne.row(parameters(i), first + i));
    }
  }

  private int work(BooleanSupplier isStopped, IntFunction<SimulatedRow> make) {
    int made = 0;
    while (!isStopped.getAsBoolean()) {
      int i = next.getAndIncrement();
      if (i >= end.get()) {
        break;
      }
      SimulatedRow row = make.apply(i);
      if (row.problem() != null && Thread.currentThread().isInterrupted()) {
        break; // as far as anybody can know it failed because of that
      }
      set(i, row);
      made++;
    }
    return made;
  }

  private void set(int i, SimulatedRow row) {
    rows.set(i, row);
    if (row.problem() != null) {
      fail(i);
    }
    done.incrementAndGet();
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
    SimulatedRow first = requireNonNull(rows.get(row));
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
    SimulatedRow row = requireNonNull(rows.get(i));
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
