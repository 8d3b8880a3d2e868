package org.ppl4j.infer.mcmc;

import java.util.function.BiConsumer;
import org.ppl4j.tensor.Rng;

/** Learns step size and mass matrix by a {@link WarmupSchedule}. */
final class StepWarmup implements Warmup {

  private final WarmupSchedule schedule;
  private final Leapfrog leapfrog;
  private final BiConsumer<ChainState, Rng> firstStep;
  private final DualAveraging averaging;
  private final MassEstimate estimate;

  /**
   * Of a chain.
   *
   * @param firstStep leaves a step size to begin with in the integrator, where a chain is
   */
  StepWarmup(
      WarmupSchedule schedule,
      Leapfrog leapfrog,
      BiConsumer<ChainState, Rng> firstStep,
      double targetAcceptance,
      Metric metric) {
    this.schedule = schedule;
    this.leapfrog = leapfrog;
    this.firstStep = firstStep;
    this.averaging = new DualAveraging(targetAcceptance);
    this.estimate = metric.estimate(leapfrog.size());
  }

  @Override
  public void begin(ChainState state, Rng rng) {
    firstStep.accept(state, rng);
    averaging.restart(leapfrog.stepSize());
  }

  @Override
  public boolean learn(int iteration, ChainState state, double acceptance, Rng rng) {
    leapfrog.stepSize(averaging.next(acceptance));
    if (schedule.isInWindow(iteration)) {
      estimate.add(state.position, state.gradient);
    }
    if (schedule.endsWindow(iteration)) {
      leapfrog.mass(estimate.mass());
      estimate.restart();
      begin(state, rng);
    }
    if (iteration == schedule.iterations() - 1) {
      leapfrog.stepSize(averaging.average());
    }
    return false;
  }

  @Override
  public double stepSize() {
    return leapfrog.stepSize();
  }

  @Override
  public double[] memory() {
    return leapfrog.memory();
  }

  @Override
  public void recall(double[] memory) {
    leapfrog.recall(memory);
  }
}
