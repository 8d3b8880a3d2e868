package org.ppl4j.infer.density;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.Rng;

/**
 * A distribution of which rows that had no part in learning have said how far it can be trusted.
 *
 * @param rows the distribution, {@linkplain Recalibration recalibrated} if it is of one column that
 *     has an order
 * @param ranks of those rows in it
 * @param note how often its quantiles, as it was learned, held them
 */
record Calibrated(RowDistribution rows, ConformalRanks ranks, String note) {

  private static final int STEPS = 3;

  /** Of the interval that is spoken of, the probability of less. */
  private static final double LEFT = 0.05;

  /**
   * A distribution by rows.
   *
   * @param calibration which had no part in making it
   * @param seed breaks ties
   */
  static Calibrated of(RowDistribution distribution, Tables calibration, long seed) {
    if (distribution.dim() > 1) {
      ConformalRanks ranks = ConformalRanks.of(distribution, calibration, rng(seed));
      return new Calibrated(distribution, ranks, note(ranks));
    }
    Tables there = calibration.whereGiven(0);
    Rng noise = Rng.of(seed, Rng.Purpose.PLATE, 0, "density.calibration noise");
    Tables looked = distribution.noisy(there, noise);
    double[] places = ConformalRanks.places(distribution, looked, rng(seed));
    RowDistribution rows = recalibrated(distribution, places, looked, there.each(), seed);
    return new Calibrated(
        rows, ConformalRanks.of(rows, there, rng(seed)), note(ConformalRanks.ofPlaces(places)));
  }

  private static String note(ConformalRanks ranks) {
    double[] places =
        IntStream.range(0, ranks.columns())
            .boxed()
            .flatMapToDouble(j -> Arrays.stream(ranks.column(j)))
            .toArray();
    long held = Arrays.stream(places).filter(u -> u >= LEFT && u <= 1 - LEFT).count();
    return String.format(
        Locale.ROOT,
        "%,d rows for calibration: intervals of %.0f%% as they were learned held %.1f%% of their"
            + " numbers",
        ranks.rows(0),
        100 - 200 * LEFT,
        100.0 * held / places.length);
  }

  private static Rng rng(long seed) {
    return Rng.of(seed, Rng.Purpose.PLATE, 0, "density.calibration");
  }

  /**
   * By the map whose scores have the moments that {@link Recalibration#of} wants. That of a mixture
   * is of its components, so that it takes a few steps to find.
   */
  private static RowDistribution recalibrated(
      RowDistribution distribution,
      double[] places,
      Tables calibration,
      double @Nullable [] weights,
      long seed) {
    Recalibration wanted = Recalibration.of(places, weights);
    Recalibration.Moments goal = Recalibration.Moments.of(places, weights).mapped(wanted);
    Recalibration map = wanted;
    for (int step = 0; step < STEPS && !wanted.isNone(); step++) {
      double[] now = ConformalRanks.places(distribution.recalibrated(map), calibration, rng(seed));
      map = map.then(Recalibration.Moments.of(now, weights).to(goal));
    }
    return distribution.recalibrated(map);
  }
}
