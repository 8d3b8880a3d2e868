package org.ppl4j.examples;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.examples.WineTable.Hole;
import org.ppl4j.testing.AcceptancePoint;

/** What is imputed has the exact posterior of the holes given what was learned of the table. */
@Tag("acceptance")
class MissingAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("distributions.5");
  private static final long[] SEEDS = {0, 1, 2};
  private static final int DRAWS = 1000;
  private static final double MOST = 3;

  @Test
  @Tag("distributions.5")
  void imputedValuesHaveTheirExactPosterior() {
    WineTable wines = WineTable.read();
    for (long seed : SEEDS) {
      ExampleResult result = new Missing().run(ExampleOptions.defaults().withSeed(seed).quietly(), DRAWS);
      double means = 0;
      double sds = 0;
      for (Hole hole : wines.holes()) {
        String name = hole.name();
        double offset = result.reference().offset(name, result.parameters().get(name).mean());
        means = Math.max(means, Math.abs(offset) * Math.sqrt(DRAWS));
        if (isAlone(wines, hole)) {
          double ratio = result.parameters().get(name).sd() / result.reference().get(name).sd();
          sds = Math.max(sds, Math.abs(ratio - 1) * Math.sqrt(2.0 * DRAWS));
        }
      }

      POINT.below(
          "means of 15 holes, seed " + seed + ", largest offset in standard errors", means, MOST);
      POINT.below("their sds, one hole a row, seed " + seed + ", in standard errors", sds, MOST);
    }
  }

  private static boolean isAlone(WineTable wines, Hole hole) {
    return wines.holes().stream().filter(other -> other.row() == hole.row()).count() == 1;
  }
}
