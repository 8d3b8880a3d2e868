package org.ppl4j.infer.mcmc;

import java.util.Arrays;
import org.ppl4j.tensor.Rng;

/** Learns where the target is, and its scales, by a {@link WarmupSchedule}. */
final class EllipseWarmup implements Warmup {

  private final WarmupSchedule schedule;
  private final Ellipses ellipses;
  private final MassEstimate estimate;
  private final double[] mean;
  private final double[] noSlope;
  private int count;

  EllipseWarmup(WarmupSchedule schedule, Ellipses ellipses, int size, Metric metric) {
    this.schedule = schedule;
    this.ellipses = ellipses;
    this.estimate = metric.estimate(size);
    this.mean = new double[size];
    this.noSlope = new double[size];
  }

  @Override
  public void begin(ChainState state, Rng rng) {
    ellipses.set(state.position, DiagonalMass.unit(state.position.length));
  }

  @Override
  public boolean learn(int iteration, ChainState state, double acceptance, Rng rng) {
    if (schedule.isInWindow(iteration)) {
      count++;
      for (int i = 0; i < mean.length; i++) {
        mean[i] += (state.position[i] - mean[i]) / count;
      }
      estimate.add(state.position, noSlope);
    }
    if (schedule.endsWindow(iteration)) {
      ellipses.set(mean, estimate.mass().inverted());
      estimate.restart();
      Arrays.fill(mean, 0);
      count = 0;
    }
    return false;
  }

  @Override
  public double[] memory() {
    return ellipses.memory();
  }

  @Override
  public void recall(double[] memory) {
    ellipses.recall(memory);
  }
}
