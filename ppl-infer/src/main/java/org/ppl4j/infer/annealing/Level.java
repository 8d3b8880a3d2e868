package org.ppl4j.infer.annealing;

/**
 * A density on the way, and how chains move there.
 *
 * @param beta which density, in (0, 1]
 * @param stepSize ε of the leapfrog integrator, in units of the scales
 * @param scales of the coordinates (D), positive
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Level(double beta, double stepSize, double[] scales) {

  /**
   * The level between two others: linear in β, and in the logarithms of step size and scales.
   *
   * @param share of the way to the other, in [0, 1]
   */
  Level towards(Level other, double share) {
    double[] between = new double[scales.length];
    for (int d = 0; d < between.length; d++) {
      between[d] = geometric(scales[d], other.scales[d], share);
    }
    return new Level(
        beta + share * (other.beta - beta), geometric(stepSize, other.stepSize, share), between);
  }

  private static double geometric(double from, double to, double share) {
    return from * Math.pow(to / from, share);
  }

  /** The same steps at another density. */
  Level at(double other) {
    return new Level(other, stepSize, scales);
  }
}
