package org.ppl4j.infer.sbi;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Simulations that ended before all were made: too many failed, or the thread was interrupted. What
 * was made is not lost: {@link #simulations()} can be saved, learned from, and {@linkplain
 * Npe#simulate(int, Simulations) gone on with}.
 */
public final class SimulationException extends IllegalStateException {

  private static final long serialVersionUID = 1;

  private final transient @Nullable Simulations simulations;

  /**
   * With a message.
   *
   * @param simulations what was made; null if there is nothing
   */
  SimulationException(
      String message, @Nullable Throwable cause, @Nullable Simulations simulations) {
    super(message, cause);
    this.simulations = simulations;
  }

  /** What was made before; empty if no simulation succeeded. */
  public Optional<Simulations> simulations() {
    return Optional.ofNullable(simulations);
  }
}
