package org.ppl4j.examples;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the command line tells {@code sbi-benchmark} to run; what is empty is left to the example.
 *
 * @param task its only task
 * @param setting its only flow and training
 * @param simulations how many of each task
 * @param observation the only one that figures are of
 * @param seeds how many, from the seed of the run on
 */
record SbiChoice(
    Optional<SbiTask> task,
    Optional<SbiFit.Setting> setting,
    OptionalInt simulations,
    OptionalInt observation,
    OptionalInt seeds) {

  /** Nothing. */
  static final SbiChoice NONE =
      new SbiChoice(
          Optional.empty(),
          Optional.empty(),
          OptionalInt.empty(),
          OptionalInt.empty(),
          OptionalInt.empty());
}
