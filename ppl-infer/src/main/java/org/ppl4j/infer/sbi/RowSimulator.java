package org.ppl4j.infer.sbi;

import com.google.errorprone.annotations.MustBeClosed;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.ppl4j.infer.InterruptionException;
import org.ppl4j.tensor.Rng;

/**
 * Simulates rows, each with noise that is keyed by its number, here or in another JVM: it travels
 * if its simulator does.
 */
public final class RowSimulator implements Serializable {

  private static final long serialVersionUID = 1;

  private final Simulator simulator;
  private final long seed;
  private final @Nullable Duration timeout;

  /**
   * Of these.
   *
   * @param timeout the longest that a row may take; null if any
   */
  RowSimulator(Simulator simulator, long seed, @Nullable Duration timeout) {
    this.simulator = simulator;
    this.seed = seed;
    this.timeout = timeout;
  }

  /**
   * Simulates a block. A row that fails is one that says so.
   *
   * @param isStopped is asked before each row
   * @throws InterruptionException if it is stopped
   */
  public SimulatedRows run(SimulationRows rows, BooleanSupplier isStopped) {
    List<SimulatedRow> made = new ArrayList<>();
    try (OneByOne oneByOne = new OneByOne()) {
      for (int i = 0; i < rows.count(); i++) {
        if (isStopped.getAsBoolean()) {
          throw new InterruptionException(
              "simulations, %s, were stopped after %s; run them again".formatted(rows, i), null);
        }
        made.add(oneByOne.row(rows.parameters(i), rows.number(i)));
      }
    }
    return SimulatedRows.of(made);
  }

  /** For rows one after the other. */
  @MustBeClosed
  OneByOne oneByOne() {
    return new OneByOne();
  }

  private SimulatedRow row(double[] parameters, long number) {
    try {
      Rng rng = Rng.of(seed, Rng.Purpose.MODEL, number, "sbi.simulation");
      return SimulatedRow.of(simulator.simulate(parameters, rng));
    } catch (RuntimeException | Error e) {
      return SimulatedRow.failed(e);
    }
  }

  /** Rows one after the other, none longer than it may take. */
  final class OneByOne implements AutoCloseable {

    private final @Nullable TimeLimit limit = timeout == null ? null : new TimeLimit(timeout);

    @MustBeClosed
    private OneByOne() {}

    SimulatedRow row(double[] parameters, long number) {
      if (limit == null) {
        return RowSimulator.this.row(parameters, number);
      }
      try {
        return limit.call(() -> RowSimulator.this.row(parameters, number));
      } catch (TimeoutException e) {
        String problem =
            "took longer than %s seconds; mend it for such parameters, or allow more: see timeout(duration)"
                .formatted(limit.seconds());
        return new SimulatedRow(null, problem, null);
      }
    }

    @Override
    public void close() {
      if (limit != null) {
        limit.close();
      }
    }
  }
}
