package org.ppl4j.infer.mcmc;

import org.ppl4j.tensor.Rng;

/**
 * Elliptical slice sampling of π = T L: of an ellipse through where the chain is and a draw of the
 * reference density T, a point at which L is above a random share of what it is here. A bracket of
 * angles, at first all, shrinks towards the chain at each point that is not.
 *
 * <p>Source: Murray, Adams and MacKay, "Elliptical slice sampling" (2010), figure 2.
 */
final class EllipticalSliceKernel implements Kernel {

  /**
   * After so many points, each of which takes a third of the bracket or so, angles cannot be told
   * from 0.
   */
  private static final int MOST_POINTS = 200;

  private final Leapfrog leapfrog;
  private final Ellipses ellipses;
  private final PhasePoint next;
  private final double[] deviation;
  private final double[] point;

  /**
   * Of a chain.
   *
   * @param leapfrog evaluates π
   * @param ellipses of T
   */
  EllipticalSliceKernel(Leapfrog leapfrog, int size, Ellipses ellipses) {
    this.leapfrog = leapfrog;
    this.ellipses = ellipses;
    this.next = new PhasePoint(size);
    this.deviation = new double[size];
    this.point = new double[size];
  }

  @Override
  public Transition move(PhasePoint state, Rng rng) {
    ellipses.draw(state.position, rng, deviation);
    double floor = logLikelihood(state) + Math.log(rng.nextUniform());
    double angle = 2 * Math.PI * rng.nextUniform();
    double low = angle - 2 * Math.PI;
    double high = angle;
    for (int tried = 1; tried <= MOST_POINTS; tried++) {
      ellipses.turn(state.position, deviation, angle, point);
      leapfrog.place(point, next);
      if (Double.isFinite(next.logDensity) && logLikelihood(next) > floor) {
        state.copyPlace(next);
        state.energy = Double.NaN; // nothing moves by its energy
        return new Transition(1.0 / tried, 0, tried, false, false);
      }
      if (angle < 0) {
        low = angle;
      } else {
        high = angle;
      }
      angle = low + (high - low) * rng.nextUniform();
    }
    state.energy = Double.NaN;
    return new Transition(0, 0, MOST_POINTS, false, false); // no other point by rounding
  }

  /** log L. */
  private double logLikelihood(PhasePoint at) {
    return at.logDensity - ellipses.logDensity(at.position);
  }
}
