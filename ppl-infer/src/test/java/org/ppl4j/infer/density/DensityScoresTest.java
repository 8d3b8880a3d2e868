package org.ppl4j.infer.density;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.hipparchus.distribution.continuous.NormalDistribution;
import org.hipparchus.stat.regression.OLSMultipleLinearRegression;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ppl4j.infer.report.CalibrationPicture;
import org.ppl4j.tensor.Rng;

/** How good distributions are on rows that they have not seen. */
class DensityScoresTest {

  private static final int ROWS = 1000;

  @TempDir private Path folder;

  /** y = 2 x + normal noise, of these contexts. */
  private static Tables rows(int rows) {
    double[] x = KnownLaw.normal(1, 1).draws(rows, null, 3).values();
    Table contexts = new Table("x", 1, x);
    Table drawn = KnownLaw.normal(0, 0.5).slope(2).draws(rows, contexts, 4);
    return new Tables(new Table("y", 1, drawn.values()), contexts);
  }

  private static DensityScores of(double deviation) {
    return DensityScores.of(
        KnownLaw.normal(0, deviation).slope(2), null, rows(ROWS), KnownRows.NONE, 1);
  }

  @Test
  void aRightOneIsAsGoodAsCanBe() {
    DensityScores scores = of(0.5);
    DensityScores.Score density = scores.scores().get(0);
    assertThat(scores.rows()).isEqualTo(ROWS);
    assertThat(scores.names()).containsExactly("y");
    assertThat(scores.warnings()).isEmpty();
    // The mean score of a normal of deviation s: s / √π, and its entropy.
    assertThat(density.crps().get(0)).isEqualTo(0.5 / Math.sqrt(Math.PI), within(0.02));
    double entropy = 0.5 + Math.log(0.5) + 0.5 * Math.log(2 * Math.PI);
    assertThat(density.logProb()).isEqualTo(-entropy, within(3 * density.logProbError()));
    assertThat(density.logProbError()).isEqualTo(Math.sqrt(0.5 / ROWS), within(0.005));
    for (double level : new double[] {0.1, 0.5, 0.95}) {
      assertThat(scores.band("y", level, 0.999).contains(scores.coverage("y", level))).isTrue();
    }
    assertThat(scores.counts("y", 4).stream()).hasSize(4).allMatch(n -> n > 200 && n < 300);
  }

  /** Probabilities are not held against the densities of numbers: here 0 nats against many. */
  @Test
  void categoriesHaveNoRegression() {
    double[] x = KnownLaw.normal(1, 1).draws(ROWS, null, 3).values();
    double[] sure = Arrays.stream(x).map(at -> at > 0 ? 1 : 0).toArray();
    Tables rows = new Tables(new Table("y", 1, sure), new Table("x", 1, x));
    assertThat(ScoredRows.ofRegression(rows)).isNotNull();
    try (NDManager manager = NDManager.newBaseManager()) {
      Table levels =
          Table.of(manager.create(sure, new Shape(ROWS, 1)), "y").as("y", ColumnType.CATEGORY);
      assertThat(ScoredRows.ofRegression(new Tables(levels, rows.x()))).isNull();
    }
  }

  /** Against the normal law's own CRPS: Gneiting, Raftery 2007, (21). */
  @Test
  void crpsIsThatOfTheLaw() {
    Tables rows = rows(ROWS);
    NormalDistribution normal = new NormalDistribution(0, 1);
    double wanted = 0;
    for (int i = 0; i < ROWS; i++) {
      double z = (rows.y().number(i, 0) - 2 * rows.x().number(i, 0)) / 0.8;
      wanted +=
          0.8
              * (z * (2 * normal.cumulativeProbability(z) - 1)
                  + 2 * normal.density(z)
                  - 1 / Math.sqrt(Math.PI))
              / ROWS;
    }
    assertThat(of(0.8).scores().get(0).crps().get(0)).isEqualTo(wanted, within(0.005));
  }

  @Test
  void oneThatIsTooSureIsSaid() {
    DensityScores scores = of(0.35);
    assertThat(scores.coverage("y", 0.9)).isLessThan(0.8);
    assertThat(scores.warnings())
        .hasSize(2)
        .anySatisfy(
            warning ->
                assertThat(warning)
                    .matches(
                        "intervals of 95% hold 'y' in 8\\d\\.\\d% of the rows: the density is surer"
                            + " than it may be; learn from more rows, with some for calibration"))
        .anySatisfy(
            warning ->
                assertThat(warning)
                    .matches(
                        "rows are likelier by 0\\.\\d+ nats under a linear regression with normal"
                            + " errors; learn from more rows, or by a simpler flow"));
  }

  @Test
  void intervalsByCalibrationRowsCoverWhateverTheDensity() {
    KnownLaw sure = KnownLaw.normal(0, 0.2).slope(2);
    Tables all = rows(2 * ROWS - 1);
    Rng rng = Rng.of(1, Rng.Purpose.PLATE, 0, "ties");
    ConformalRanks ranks = ConformalRanks.of(sure, all.range(0, ROWS - 1), rng);
    DensityScores scores =
        DensityScores.of(sure, ranks, all.range(ROWS - 1, 2 * ROWS - 1), KnownRows.NONE, 1);
    for (double level : DensityScores.LEVELS.toArray()) {
      assertThat(scores.band("y", level, 0.999).contains(scores.coverage("y", level))).isTrue();
    }
    assertThat(scores.band("y", 0.9, 0.99).lowerEndpoint())
        .isLessThan(of(0.5).band("y", 0.9, 0.99).lowerEndpoint());
  }

  /** Against regressions that are fitted anew without each row. */
  @Test
  void regressionsLeaveTheirRowOut() {
    int n = 12;
    double[] x = KnownLaw.normal(0, 1).draws(2 * n, null, 1).values();
    double[] y = KnownLaw.normal(3, 2).draws(n, null, 2).values();
    LeftOutRegression regression = LeftOutRegression.of(y, new Table("x", 2, x));
    for (int out = 0; out < n; out++) {
      int left = out;
      double[][] others = new double[n - 1][];
      double[] targets = new double[n - 1];
      for (int i = 0, k = 0; i < n; i++) {
        if (i != left) {
          others[k] = new double[] {x[2 * i], x[2 * i + 1]};
          targets[k++] = y[i];
        }
      }
      OLSMultipleLinearRegression fit = new OLSMultipleLinearRegression();
      fit.newSampleData(targets, others);
      double[] beta = fit.estimateRegressionParameters();
      double[] at = {1, x[2 * left], x[2 * left + 1]};
      double mean = 0;
      double spread = 1;
      double[][] covariance = fit.estimateRegressionParametersVariance();
      for (int i = 0; i < 3; i++) {
        mean += beta[i] * at[i];
        for (int j = 0; j < 3; j++) {
          spread += at[i] * covariance[i][j] * at[j];
        }
      }
      double deviation = Math.sqrt(fit.estimateErrorVariance() * spread);
      NormalDistribution law = new NormalDistribution(mean, deviation);
      assertThat(regression.logProb(left)).isEqualTo(law.logDensity(y[left]), within(1e-6));
      assertThat(regression.place(left))
          .isEqualTo(law.cumulativeProbability(y[left]), within(1e-6));
    }
    assertThat(LeftOutRegression.of(new double[3], null)).isNull();
  }

  @Test
  void severalColumnsHaveTheirOwnFigures() {
    KnownColumns law = KnownColumns.of(KnownLaw.normal(0, 1), KnownLaw.normal(5, 10));
    double[] numbers = law.draws(ROWS, null, 12).values();
    numbers[1] = Double.NaN;
    DensityScores scores;
    try (NDManager manager = NDManager.newBaseManager()) {
      Table named = Table.of(manager.create(numbers, new Shape(ROWS, 2)), "a", "b");
      scores = DensityScores.of(law, null, new Tables(named, null), KnownRows.NONE, 1);
    }
    assertThat(scores.names()).containsExactly("a", "b");
    assertThat(scores.scores()).hasSize(1);
    assertThat(scores.places("b").get(0)).isNaN();
    assertThat(scores.scores().get(0).crps().get(0)).isEqualTo(0.564, within(0.04));
    assertThat(scores.scores().get(0).crps().get(1)).isEqualTo(5.64, within(0.4));
    assertThat(scores.coverage("b", 0.8)).isEqualTo(0.8, within(0.05));
    assertThatThrownBy(() -> scores.coverage("c", 0.8))
        .hasMessage("scores have no column 'c', only [a, b]; ask for one of these");
    assertThatThrownBy(() -> scores.coverage("a", 1))
        .hasMessage("level is 1.0, but must be between 0 and 1");
  }

  @Test
  void aReaderSeesATable() {
    assertThat(of(0.5).toString().lines())
        .hasSize(8)
        .first()
        .asString()
        .startsWith("scores on 1,000 rows");
    assertThat(of(0.5).toString())
        .contains(
            "y held by intervals of", "90%", "linear regression", "if right, 99 times of 100");
  }

  @Test
  void picturesAreSaved() throws Exception {
    DensityScores scores = of(0.35);
    Path coverage = folder.resolve("coverage.png");
    CalibrationPicture.coverage("too sure", scores, "y").save(coverage);
    Path histogram = folder.resolve("histogram.png");
    CalibrationPicture.histogram("too sure", scores, "y").save(histogram);
    assertThat(Files.size(coverage)).isPositive();
    assertThat(Files.size(histogram)).isPositive();
    assertThat(Arrays.stream(new int[] {0, 19}))
        .allMatch(bin -> scores.counts("y", 20).get(bin) > 80);
  }
}
