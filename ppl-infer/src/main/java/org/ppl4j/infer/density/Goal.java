package org.ppl4j.infer.density;

import org.ppl4j.Program;
import org.ppl4j.infer.optim.Optimizer;

/** What a stage of a training makes large, and how well a flow does at it. */
interface Goal {

  /** The program of a batch of a table with so many rows, whose log-joint is to be large. */
  Program<Rows> program(FlowModel model, long rows);

  /** What makes it large, of those of a training. */
  default Optimizer optimizer(Optimizers standard) {
    return standard.ofFlow();
  }

  /**
   * How good a flow is, the more the better.
   *
   * @param rows for validation, in standard units
   * @param logProb their mean log-density, in their own units
   */
  default double worth(FlowModel model, Tables rows, double logProb) {
    return logProb;
  }

  /** Whether a log-density has a part in that. */
  default boolean isOfDensity() {
    return true;
  }

  /** What it judges by, in words. */
  default String measure() {
    return "log-density";
  }

  /** Whether the noise of a {@link CellNoise} is learned by it. */
  default boolean learnsNoise() {
    return false;
  }

  /** The fewest steps between two looks, in a training of so many. */
  default int stepsALook(int ofAll) {
    return 1;
  }

  /** Whether it is of flows along a velocity alone. */
  default boolean isOfVelocity() {
    return false;
  }

  /** The same with what it takes from rows in standard units. */
  default Goal fitted(Table rows) {
    return this;
  }

  /**
   * The same and the mean log-density times a weight.
   *
   * @throws IllegalStateException if it cannot be added
   */
  default Goal plusLikelihood(double weight) {
    throw new IllegalStateException(
        "objective '%s' compares no draws, and has no likelihood beside it; train by one, then by"
                .formatted(this)
            + " the other");
  }
}
