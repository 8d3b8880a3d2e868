package org.ppl4j.infer.mcmc;

import org.ppl4j.tensor.Rng;

/**
 * Elliptical slice sampling of π = T L: of an ellipse through where the chain is and a draw of the
 * reference density T, a point at which L is above a random share of what it is here. A bracket of
 * angles, at first all, shrinks towards the chain at each point that is not.
 *
 * <p>Source: Murray, Adams and MacKay, "Elliptical slice sampling" (2010), figure 2.
 */
final class EllipticalSliceKernel implements TransitionKernel {

  /**
   * After so many points, each of which takes a third of the bracket or so, angles cannot be told
   * from 0.
   */
  private static final int MOST_POINTS = 200;

  private final ChainTarget target;
  private final Ellipses ellipses;
  private final ChainState next;
  private final double[] deviation;

  /**
   * Of a chain.
   *
   * @param target π
   * @param ellipses of T
   */
  EllipticalSliceKernel(ChainTarget target, Ellipses ellipses) {
    this.target = target;
    this.ellipses = ellipses;
    this.next = new ChainState(target.size());
    this.deviation = new double[target.size()];
  }

  @Override
  public Transition move(ChainState state, Rng rng) {
    ellipses.draw(state.position, rng, deviation);
    double floor = logLikelihood(state) + Math.log(rng.nextUniform());
    double angle = 2 * Math.PI * rng.nextUniform();
    double low = angle - 2 * Math.PI;
    double high = angle;
    for (int tried = 1; tried <= MOST_POINTS; tried++) {
      ellipses.turn(state.position, deviation, angle, next.position);
      target.evaluate(next);
      if (Double.isFinite(next.logDensity) && logLikelihood(next) > floor) {
        state.copyPlace(next);
        return Transition.of(1.0 / tried, tried);
      }
      if (angle < 0) {
        low = angle;
      } else {
        high = angle;
      }
      angle = low + (high - low) * rng.nextUniform();
    }
    return Transition.of(0, MOST_POINTS); // no other point by rounding
  }

  /** log L. */
  private double logLikelihood(ChainState at) {
    return at.logDensity - ellipses.logDensity(at.position);
  }
}
