package org.ppl4j.infer.density;

import org.ppl4j.Ppl;
import org.ppl4j.infer.optim.Optimizer;

/**
 * What a stage of a training makes large, and how well a flow does at it: {@link Objective#of}
 * makes an objective of one. Those of {@link Objective} are goals themselves.
 *
 * <p>A goal is immutable, since ensembles are trained on several threads. What it learns besides
 * the flow it takes from the execution, by {@code p.param} or {@code p.module}. Its {@code
 * toString} is what reports and errors call it.
 */
@FunctionalInterface
public interface Goal {

  /**
   * The program of a step: its log-joint is what becomes large, by {@code p.factor} of a number.
   * For batches of all sizes to say the same, a factor is a mean over rows.
   */
  void run(Ppl p, FlowBatch batch);

  /** How good a flow is, the more the better; its mean log-density unless overridden. */
  default double worth(FlowLook look) {
    return look.logProb();
  }

  /**
   * Whether {@link #worth} has the log-density in it; yes unless overridden. Where it has not,
   * simple distributions are no rivals of the flow.
   */
  default boolean isOfDensity() {
    return true;
  }

  /** What makes it large, of those of a training; that of flows unless overridden. */
  default Optimizer optimizer(Optimizers standard) {
    return standard.ofFlow();
  }

  /**
   * Whether it learns the noise of a {@linkplain Dequantisation#variational variational
   * dequantisation}, as {@link FlowBatch#logProb()} does; no unless overridden, and such noise is
   * refused.
   */
  default boolean learnsNoise() {
    return false;
  }

  /**
   * The fewest steps between two looks, in a training of so many; 1 unless overridden, more where a
   * look costs much beside a step.
   */
  default int stepsALook(int ofAll) {
    return 1;
  }

  /**
   * Whether it is for flows along a velocity alone; no unless overridden. Then columns keep their
   * shape but for the tails.
   */
  default boolean isOfVelocity() {
    return false;
  }

  /**
   * The same with what it takes from rows, such as a length by which they are far from each other;
   * this one unless overridden.
   *
   * @param rows at most 1,000 of those trained on, in standard units
   */
  default Goal fitted(Table rows) {
    return this;
  }

  /**
   * The same and the mean log-density times a weight.
   *
   * @param weight positive and finite
   * @throws IllegalStateException unless overridden
   */
  default Goal plusLikelihood(double weight) {
    throw new IllegalStateException(
        "objective '%s' compares no draws, and has no likelihood beside it; train by one, then by"
                .formatted(this)
            + " the other");
  }
}
