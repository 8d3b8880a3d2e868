package org.ppl4j.examples.missing;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.examples.launcher.ExampleOptions;
import org.ppl4j.examples.launcher.ExampleResult;
import org.ppl4j.examples.missing.WineTable.MissingCell;
import org.ppl4j.testing.AcceptancePoint;

/**
 * What is imputed has the exact posterior of the missing values given what was learned of the
 * table.
 */
@Tag("acceptance")
class MissingValuesAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("distributions.5");
  private static final long[] SEEDS = {0, 1, 2};
  private static final int DRAWS = 1000;
  private static final double MOST = 3;

  @Test
  @Tag("distributions.5")
  void imputedValuesHaveTheirExactPosterior() {
    WineTable wines = WineTable.read();
    for (long seed : SEEDS) {
      ExampleResult result =
          new MissingValues().run(ExampleOptions.defaults().withSeed(seed).quietly(), DRAWS);
      double means = 0;
      double sds = 0;
      for (MissingCell cell : wines.missingCells()) {
        String name = cell.name();
        double offset = result.reference().offset(name, result.parameters().get(name).mean());
        means = Math.max(means, Math.abs(offset) * Math.sqrt(DRAWS));
        if (isAlone(wines, cell)) {
          double ratio = result.parameters().get(name).sd() / result.reference().get(name).sd();
          sds = Math.max(sds, Math.abs(ratio - 1) * Math.sqrt(2.0 * DRAWS));
        }
      }

      POINT.below(
          "means of 15 missing, seed " + seed + ", largest offset in standard errors", means, MOST);
      POINT.below("their sds, one hole a row, seed " + seed + ", in standard errors", sds, MOST);
    }
  }

  private static boolean isAlone(WineTable wines, MissingCell cell) {
    return wines.missingCells().stream().filter(other -> other.row() == cell.row()).count() == 1;
  }
}
