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
 * @param baselines whether simple distributions stand beside each: see {@link Baselines}
 * @param members how many flows are trained alike, whose densities are averaged
 * @param calibration the share of rows that nothing learns from; negative for what {@link
 *     ConformalRanks#count(int)} says
 */
record Recipe(
    Fitted.Flows flows,
    Columns columns,
    Training training,
    boolean baselines,
    int members,
    double calibration) {

  /** Intervals of rows of more columns are not calibrated unless asked for. */
  private static final int MOST_COLUMNS = 20;

  Recipe {
    requireNonNull(flows, "flows");
    requireNonNull(training, "training");
    checkArgument(
        members >= 1, "estimator has an ensemble of %s members, but needs at least 1", members);
  }

  /** Training, members and what stands beside them. */
  @Override
  public String toString() {
    return (members == 1 ? "" : members + " flows, ")
        + training
        + (baselines ? "" : ", without baselines");
  }

  /** With all that is standard. */
  static Recipe of(Fitted.Flows flows) {
    return new Recipe(flows, Columns.STANDARD, Training.standard(), true, 1, 0);
  }

  /** Of flows from other noise. */
  Recipe from(BaseDistribution base) {
    requireNonNull(base, "base");
    Fitted.Flows own = (dim, contextDim) -> flows.of(dim, contextDim).from(base);
    return new Recipe(own, columns, training, baselines, members, calibration);
  }

  Recipe columns(UnaryOperator<Columns> change) {
    return new Recipe(flows, change.apply(columns), training, baselines, members, calibration);
  }

  Recipe training(Training other) {
    return new Recipe(flows, columns, other, baselines, members, calibration);
  }

  /** Of flows alone. */
  Recipe withoutBaselines() {
    return new Recipe(flows, columns, training, false, members, calibration);
  }

  Recipe members(int count) {
    return new Recipe(flows, columns, training, baselines, count, calibration);
  }

  Recipe calibration(double share) {
    checkArgument(
        share >= 0 && share < 1,
        "estimator has share %s of rows for calibration, but it must be in [0, 1)",
        share);
    return new Recipe(flows, columns, training, baselines, members, share);
  }

  /** With rows for calibration as {@link ConformalRanks#count(int)} says. */
  Recipe calibrated() {
    return new Recipe(flows, columns, training, baselines, members, -1);
  }

  /** How many rows of a table are set aside. */
  int calibrationRows(Table y) {
    if (y.columns() == 1 && y.levels(0).areTexts()) {
      return 0;
    }
    if (calibration >= 0) {
      return ConformalRanks.count(y.rows(), calibration);
    }
    return y.columns() > MOST_COLUMNS ? 0 : ConformalRanks.count(y.rows());
  }

  /** For one member: the same but for its seed. */
  Recipe member(int number) {
    long seed = training.config().seed() + number * SEEDS;
    return training(training.config(training.config().withSeed(seed))).members(1);
  }

  /** Between the seeds of members: odd, and far from small numbers. */
  private static final long SEEDS = 0x9E3779B97F4A7C15L;
}
