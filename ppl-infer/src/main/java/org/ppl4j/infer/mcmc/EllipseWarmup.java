package org.ppl4j.infer.mcmc;

import org.ppl4j.tensor.Rng;

/** Learns where the target is, and its scales, by a {@link WarmupSchedule}. */
final class EllipseWarmup implements Warmup {

  private final WarmupSchedule schedule;
  private final Ellipses ellipses;
  private final Welford estimate;

  EllipseWarmup(WarmupSchedule schedule, Ellipses ellipses, int size, Metric metric) {
    this.schedule = schedule;
    this.ellipses = ellipses;
    this.estimate = Welford.of(metric, size);
  }

  @Override
  public void begin(PhasePoint state, Rng rng) {
    ellipses.set(state.position, DiagonalMass.unit(state.position.length));
  }

  @Override
  public boolean learn(int iteration, PhasePoint state, double acceptance, Rng rng) {
    if (schedule.isInWindow(iteration)) {
      estimate.add(state.position);
    }
    if (schedule.endsWindow(iteration)) {
      ellipses.set(estimate.mean(), estimate.mass().inverted());
      estimate.restart();
    }
    return false;
  }
}
