package org.ppl4j.infer.density;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.ppl4j.tensor.Rng;

/** Weights by what rows say. */
class StackingTest {

  private static double normal(double y, double mean, double deviation) {
    double score = (y - mean) / deviation;
    return -0.5 * score * score - Math.log(deviation) - 0.5 * Math.log(2 * Math.PI);
  }

  @Test
  void theWeightsOfAMixtureAreFound() {
    int count = 4000;
    Rng rng = Rng.of(1, Rng.Purpose.MODEL, 0, "mixture");
    double[][] logs = new double[2][count];
    for (int i = 0; i < count; i++) {
      double y = rng.nextUniform() < 0.3 ? rng.nextNormal() : 3 + rng.nextNormal();
      logs[0][i] = normal(y, 0, 1);
      logs[1][i] = normal(y, 3, 1);
    }

    double[] weights = Stacking.weights(logs, count);

    assertThat(weights[0]).isCloseTo(0.3, within(4 * Math.sqrt(0.21 / count) * 1.2));
    assertThat(weights[0] + weights[1]).isCloseTo(1, within(1e-12));
  }

  /** Of 200 tables of 50 rows, how many let one in whose rows are by so much more likely. */
  private static int let(double better) {
    Rng rng = Rng.of(2, Rng.Purpose.MODEL, 0, "noise");
    int let = 0;
    for (int table = 0; table < 200; table++) {
      double[][] logs = new double[2][50];
      for (int i = 0; i < 50; i++) {
        logs[1][i] = better - 0.5 * 0.3 * 0.3 + 0.3 * rng.nextNormal();
      }
      let += Stacking.weights(logs, 50)[1] > 0 ? 1 : 0;
    }
    return let;
  }

  @Test
  void fewRowsDoNotLetOneInByChance() {
    assertThat(let(-0.05)).isLessThan(10);
    assertThat(let(0.3)).isGreaterThan(190);
  }

  @Test
  void rowsThatCannotBeAreNoMistake() {
    double never = Double.NEGATIVE_INFINITY;

    assertThat(Stacking.weights(new double[][] {{never, -1, -1}, {-2, -1, -1}}, 3)[1])
        .isGreaterThan(0.02);
    assertThat(Stacking.weights(new double[][] {{-1, -1, never}, {-1, -1, never}}, 3))
        .containsExactly(1, 0);
    assertThat(Stacking.weights(new double[][] {{-1, -1, -1}, {-1, -1, never}}, 3))
        .containsExactly(1, 0);
  }

  @Test
  void rowsThatAreThereSeveralTimesCountOnce() {
    Rng rng = Rng.of(3, Rng.Purpose.MODEL, 0, "several");
    double[][] once = new double[2][20];
    double[][] often = new double[2][200];
    for (int i = 0; i < 20; i++) {
      once[1][i] = 0.05 + 0.3 * rng.nextNormal();
    }
    for (int i = 0; i < 200; i++) {
      often[1][i] = once[1][i % 20];
    }

    assertThat(Stacking.weights(often, 20)).isEqualTo(Stacking.weights(once, 20));
    assertThat(Stacking.weights(once, 20)[1]).isZero();
    assertThat(Stacking.weights(often, 200)[1]).isPositive();
  }

  /** Of one row of odds r the mean of w is ∫ w (1 − w + w r) / ∫ (1 − w + w r). */
  @Test
  void averagesAreOverAllWeights() {
    assertThat(Stacking.average(new double[3][40]))
        .containsExactly(new double[] {1 / 3.0, 1 / 3.0, 1 / 3.0}, within(1e-12));
    for (double odds : new double[] {0.1, 1, 7}) {
      double[] weights = Stacking.average(new double[][] {{0}, {Math.log(odds)}});
      assertThat(weights[1]).isCloseTo((1 / 6.0 + odds / 3) / (0.5 + odds / 2), within(0.02));
    }
    double[][] logs = new double[2][500];
    Arrays.fill(logs[1], 0.1);
    assertThat(Stacking.average(logs)[1]).isGreaterThan(0.95);
  }
}
