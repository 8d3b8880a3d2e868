package org.ppl4j.studies.tables;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableMap;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.infer.density.ConditionalDensityEstimator;
import org.ppl4j.infer.density.DensityScores;
import org.ppl4j.studies.tables.RegressionStudy.Split;
import org.ppl4j.testing.AcceptancePoint;

/** Regression tables with all that is standard: what intervals cover, and how likely rows are. */
@Tag("acceptance")
class RegressionTablesAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("tables.1");

  private static final int ROWS = 1000;

  /** One in a thousand coverages of a table is outside of its band. */
  private static final double CHANCE = 0.001;

  /**
   * The mean log-density, over the same splits, of a flow that was trained alone on all of the rows
   * with a decay of 0.01, as all were before simpler distributions, rows for calibration and other
   * decays came beside it.
   */
  private static final ImmutableMap<String, Double> FLOWS =
      ImmutableMap.of(
          "Friedman 1", -2.0936,
          "Friedman 2", -6.2035,
          "Friedman 3", 0.6611,
          "wine, alcohol", -0.6256,
          "wine, volatile acidity", 0.7062,
          "radon", -1.0950);

  private static double mean(List<Split> splits, ToDoubleFunction<Split> figure) {
    return splits.stream().mapToDouble(figure).average().orElseThrow();
  }

  @Test
  @Tag("tables.1")
  void intervalsCoverAndRowsAreLikely() {
    List<RegressionTable> tables = RegressionStudy.tables(ROWS);
    List<Split> all = RegressionStudy.run(tables, 1);
    int judged = 0;
    double least = 1;
    for (RegressionTable table : tables) {
      List<Split> splits = all.stream().filter(one -> one.table().equals(table)).toList();
      for (double level : DensityScores.LEVELS.toArray()) {
        CoverageLaw pooled = CoverageLaw.none();
        int held = 0;
        for (Split split : splits) {
          CoverageLaw law = split.law(level);
          pooled = pooled.and(law);
          held += split.held(level);
          least = Math.min(least, law.twoSided(split.held(level)));
          judged++;
        }
        double rows = table.rows();
        POINT.between(
            "coverage at %s of %s".formatted(level, table.name()),
            held / rows,
            pooled.end(CHANCE, true) / rows,
            pooled.end(CHANCE, false) / rows);
        least = Math.min(least, pooled.twoSided(held));
        judged++;
      }
      POINT.shown("log score of " + table.name(), mean(splits, Split::logProb));
      POINT.shown("that of a flow alone", FLOWS.get(table.name()));
      POINT.shown("that of least squares", mean(splits, Split::leastSquares));
    }
    POINT.above("least p of coverages in splits and pooled", least, 0.01 / judged);
    assertThat(judged).isEqualTo(144);
    double logProb = mean(all, Split::logProb);
    double flows = FLOWS.values().stream().mapToDouble(x -> x).average().orElseThrow();
    POINT.atLeast("mean log score beside flows alone", logProb, flows);
    POINT.above("mean log score beside least squares", logProb, mean(all, Split::leastSquares));
  }

  /** Between the seeds of members. */
  private static final long SEEDS = 0x9E3779B97F4A7C15L;

  private static final int MEMBERS = 3;

  @Test
  @Tag("tables.1")
  void ensemblesAreLikelierThanTheirMembers() {
    for (RegressionTable table : RegressionStudy.tables(ROWS).subList(1, 3)) {
      ConditionalDensityEstimator together =
          RegressionStudy.estimator(0).calibration(0).ensemble(MEMBERS);
      double members = 0;
      for (int k = 0; k < MEMBERS; k++) {
        ConditionalDensityEstimator one = RegressionStudy.estimator(k * SEEDS).calibration(0);
        members += RegressionStudy.run(table, 0, one).logProb() / MEMBERS;
      }
      POINT.atLeast(
          "log score of an ensemble on " + table.name(),
          RegressionStudy.run(table, 0, together).logProb(),
          members);
    }
  }
}
