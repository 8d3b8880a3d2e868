package org.ppl4j.infer.mcmc;

import org.ppl4j.tensor.Rng;

/** What a chain learns of the target by its {@link WarmupSchedule}: step size and mass matrix. */
final class Warmup {

  private final WarmupSchedule schedule;
  private final Leapfrog leapfrog;
  private final StepSizeSearch search;
  private final DualAveraging averaging;
  private final Welford estimate;

  Warmup(
      WarmupSchedule schedule,
      Leapfrog leapfrog,
      int size,
      double targetAcceptance,
      Metric metric) {
    this.schedule = schedule;
    this.leapfrog = leapfrog;
    this.search = new StepSizeSearch(leapfrog, size);
    this.averaging = new DualAveraging(targetAcceptance);
    this.estimate = Welford.of(metric, size);
  }

  /** Before the first iteration. */
  void begin(PhasePoint state, Rng rng) {
    search.run(state, rng);
    averaging.restart(leapfrog.stepSize());
  }

  /** After an iteration of the warm-up, counted from 0. */
  void learn(int iteration, PhasePoint state, double acceptance, Rng rng) {
    leapfrog.stepSize(averaging.next(acceptance));
    if (schedule.isInWindow(iteration)) {
      estimate.add(state.position);
    }
    if (schedule.endsWindow(iteration)) {
      leapfrog.mass(estimate.mass());
      estimate.restart();
      begin(state, rng);
    }
    if (iteration == schedule.iterations() - 1) {
      leapfrog.stepSize(averaging.average());
    }
  }
}
