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

  private static final int STEPS = 3;

  /**
   * A distribution by rows.
   *
   * @param calibration which had no part in making it
   * @param seed breaks ties
   */
  static Calibrated of(RowDistribution distribution, Tables calibration, long seed) {
    if (distribution.dim() > 1) {
      return new Calibrated(distribution, ConformalRanks.of(distribution, calibration, rng(seed)));
    }
    Tables there = calibration.whereGiven(0);
    RowDistribution rows = recalibrated(distribution, there, seed);
    return new Calibrated(rows, ConformalRanks.of(rows, there, rng(seed)));
  }

  private static Rng rng(long seed) {
    return Rng.of(seed, Rng.Purpose.PLATE, 0, "density.calibration");
  }

  /**
   * By the map whose scores have the moments that {@link Recalibration#of} wants. That of a mixture
   * is of its components, so that it takes a few steps to find.
   */
  private static RowDistribution recalibrated(
      RowDistribution distribution, Tables calibration, long seed) {
    double[] places = ConformalRanks.places(distribution, calibration, rng(seed));
    Recalibration wanted = Recalibration.of(places);
    Recalibration.Moments goal = Recalibration.Moments.of(places).mapped(wanted);
    Recalibration map = wanted;
    for (int step = 0; step < STEPS && !wanted.isNone(); step++) {
      double[] now = ConformalRanks.places(distribution.recalibrated(map), calibration, rng(seed));
      map = map.then(Recalibration.Moments.of(now).to(goal));
    }
    return distribution.recalibrated(map);
  }
}
