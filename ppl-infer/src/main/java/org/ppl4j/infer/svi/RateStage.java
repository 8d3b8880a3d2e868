package org.ppl4j.infer.svi;

/**
 * A stretch of a fit at one rate.
 *
 * @param begin how many steps of the run came before it
 * @param factor what the optimizer's rate was multiplied by
 * @param gain by how much the bound at its end was above the one at the end of the stage before, of
 *     the same draws; NaN if that is not known, or it is the first or not at its end
 */
public record RateStage(int begin, double factor, double gain) {

  /** The first of a run. */
  static RateStage first() {
    return new RateStage(0, 1, Double.NaN);
  }

  RateStage endedWith(double known) {
    return new RateStage(begin, factor, known);
  }
}
