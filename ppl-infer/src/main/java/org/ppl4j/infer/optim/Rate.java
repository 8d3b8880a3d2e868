package org.ppl4j.infer.optim;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import ai.djl.training.tracker.Tracker;

/** A learning rate: a number, or a tracker's value of the step. */
final class Rate {

  private final double fixed;
  private final Tracker tracker;

  private Rate(double fixed, Tracker tracker) {
    this.fixed = fixed;
    this.tracker = tracker;
  }

  static Rate of(String optimizer, double rate) {
    checkArgument(
        rate > 0 && Double.isFinite(rate),
        "optimizer '%s' has rate %s, but it must be positive and finite",
        optimizer,
        rate);
    return new Rate(rate, Tracker.fixed((float) rate));
  }

  static Rate of(Tracker tracker) {
    return new Rate(Double.NaN, requireNonNull(tracker, "tracker"));
  }

  /** The rate of step 1, 2, …; a tracker counts from 0. */
  double at(int step) {
    return Double.isNaN(fixed) ? tracker.getNewValue(step - 1) : fixed;
  }

  @Override
  public String toString() {
    return Double.isNaN(fixed) ? tracker.getClass().getSimpleName() : Double.toString(fixed);
  }
}
