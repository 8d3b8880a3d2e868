package org.ppl4j.infer.density;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import java.util.function.UnaryOperator;

/**
 * What an estimator was told.
 *
 * @param flows what is trained
 * @param columns of rows
 * @param training of each flow
 * @param members how many flows are trained alike, whose densities are averaged
 */
record Recipe(Fitted.Flows flows, Columns columns, Training training, int members) {

  Recipe {
    requireNonNull(flows, "flows");
    requireNonNull(training, "training");
    checkArgument(
        members >= 1, "estimator has an ensemble of %s members, but needs at least 1", members);
  }

  /** With all that is standard. */
  static Recipe of(Fitted.Flows flows) {
    return new Recipe(flows, Columns.STANDARD, Training.standard(), 1);
  }

  Recipe columns(UnaryOperator<Columns> change) {
    return new Recipe(flows, change.apply(columns), training, members);
  }

  Recipe training(Training other) {
    return new Recipe(flows, columns, other, members);
  }

  Recipe members(int count) {
    return new Recipe(flows, columns, training, count);
  }

  /** For one member: the same but for its seed. */
  Recipe member(int number) {
    long seed = training.config().seed() + number * SEEDS;
    return training(training.config(training.config().withSeed(seed))).members(1);
  }

  /** Between the seeds of members: odd, and far from small numbers. */
  private static final long SEEDS = 0x9E3779B97F4A7C15L;
}
