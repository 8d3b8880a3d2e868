package org.ppl4j.infer.density;

import org.ppl4j.tensor.Rng;

/**
 * A distribution of which rows that had no part in learning have said how far it can be trusted.
 *
 * @param rows the distribution, {@linkplain Recalibration recalibrated} if it is of one column that
 *     has an order
 * @param ranks of those rows in it
 */
record Calibrated(RowDistribution rows, ConformalRanks ranks) {

  /**
   * A distribution by rows.
   *
   * @param calibration which had no part in making it
   * @param seed breaks ties
   */
  static Calibrated of(RowDistribution distribution, Tables calibration, long seed) {
    Rng rng = Rng.of(seed, Rng.Purpose.PLATE, 0, "density.calibration");
    ConformalRanks ranks = ConformalRanks.of(distribution, calibration, rng);
    Recalibration map =
        distribution.dim() == 1 ? Recalibration.of(ranks.column(0)) : Recalibration.NONE;
    return map.isNone()
        ? new Calibrated(distribution, ranks)
        : new Calibrated(new RecalibratedDistribution(distribution, map), ranks.mapped(map::of));
  }
}
