package org.ppl4j.infer.density;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.hipparchus.distribution.multivariate.MultivariateNormalDistribution;
import org.junit.jupiter.api.Test;
import org.ppl4j.tensor.Rng;

/** Mixtures and shrunk covariances that are learned. */
class NormalMixtureFitTest {

  private static Rng rng(String name) {
    return Rng.of(11, Rng.Purpose.MODEL, 0, name);
  }

  /** By columns: heaps at the corners of a triangle. */
  private static double[][] heaps(int count) {
    Rng rng = rng("heaps");
    double[][] columns = new double[2][count];
    for (int i = 0; i < count; i++) {
      columns[0][i] = (i % 3 == 1 ? 4 : 0) + 0.5 * rng.nextNormal();
      columns[1][i] = (i % 3 == 2 ? 4 : 0) + 0.5 * rng.nextNormal();
    }
    return columns;
  }

  private static Tables tables(double[][] columns) {
    double[] values =
        IntStream.range(0, columns.length * columns[0].length)
            .mapToDouble(i -> columns[i % columns.length][i / columns.length])
            .toArray();
    return new Tables(new Table("rows", columns.length, values), null);
  }

  @Test
  void heapsAreFound() {
    int count = 600;
    NormalMixture found = new NormalMixtureFit(0, heaps(count)).of(3, rng("fit"));

    double[][] means =
        found.components().stream()
            .map(JointNormal::mean)
            .sorted((a, b) -> Double.compare(a[0] - a[1], b[0] - b[1]))
            .toArray(double[][]::new);
    double[][] wanted = {{0, 4}, {0, 0}, {4, 0}};
    double error = 0.5 / Math.sqrt(count / 3.0);
    for (int k = 0; k < 3; k++) {
      assertThat(found.weights()[k]).isCloseTo(1 / 3.0, within(0.01));
      for (int j = 0; j < 2; j++) {
        assertThat(means[k][j]).isCloseTo(wanted[k][j], within(4 * error));
      }
      double[] factor = found.components().get(k).factor();
      assertThat(factor[0] * factor[3]).isCloseTo(0.25, within(0.05));
    }
  }

  @Test
  void otherUnitsChangeNothing() {
    double[][] columns = heaps(200);
    double[][] others = new double[2][200];
    for (int i = 0; i < 200; i++) {
      others[0][i] = 30 * columns[0][i] + 1;
      others[1][i] = 1e-4 * columns[1][i] - 2;
    }

    double[] logs = new NormalMixtureFit(0, columns).of(4, rng("fit")).logProb(tables(columns));
    double[] found = new NormalMixtureFit(0, others).of(4, rng("fit")).logProb(tables(others));

    for (int i = 0; i < logs.length; i++) {
      assertThat(found[i] + Math.log(3e-3)).isCloseTo(logs[i], within(1e-6));
    }
  }

  @Test
  void fewRowsOfManyColumnsHaveADensity() {
    Rng rng = rng("few");
    double[][] columns = new double[12][15];
    for (double[] column : columns) {
      Arrays.setAll(column, i -> rng.nextNormal());
    }

    NormalMixture found = new NormalMixtureFit(0, columns).of(5, rng("fit"));

    double[] fresh = IntStream.range(0, 1200).mapToDouble(i -> rng.nextNormal()).toArray();
    double[] logs = found.logProb(new Tables(new Table("rows", 12, fresh), null));
    double truth = -0.5 * 12 * (1 + Math.log(2 * Math.PI));
    assertThat(Arrays.stream(logs).average().orElseThrow()).isBetween(truth - 20, truth + 1);
  }

  @Test
  void rowsLeftOutAreJudgedByAllOthers() {
    int count = 9;
    Rng rng = rng("left");
    double[][] columns = new double[3][count];
    for (int i = 0; i < count; i++) {
      columns[0][i] = rng.nextNormal();
      columns[1][i] = columns[0][i] + rng.nextNormal();
      columns[2][i] = columns[1][i] - columns[0][i] + 0.5 * rng.nextNormal();
    }
    Moments all = Moments.of(columns, null, new double[3]);
    for (double share : new double[] {0, 0.2, 1}) {
      double wanted = 0;
      for (int i = 0; i < count; i++) {
        double[] row = {columns[0][i], columns[1][i], columns[2][i]};
        double[] weights = new double[count];
        Arrays.fill(weights, 1);
        weights[i] = 0;
        Moments others = Moments.of(columns, weights, new double[3]);
        double[][] covariance = new double[3][3];
        for (int j = 0; j < 3; j++) {
          for (int k = 0; k < 3; k++) {
            covariance[j][k] =
                (1 - share) * others.covariance()[3 * j + k]
                    + (j == k ? share * all.covariance()[3 * j + k] : 0);
          }
        }
        wanted +=
            Math.log(
                new MultivariateNormalDistribution(others.mean(), covariance).density(row)
                    / new MultivariateNormalDistribution(
                            new double[] {others.mean()[0]}, new double[][] {{covariance[0][0]}})
                        .density(new double[] {row[0]}));
      }

      double found = ShrunkNormal.left(1, columns, all, share);

      assertThat(found - Math.log(2 * Math.PI)).isCloseTo(wanted / count, within(1e-9));
    }
  }

  private static ShrunkNormal shrunk(double[][] columns) {
    return ShrunkNormal.of(0, columns, Moments.of(columns, null, new double[columns.length]));
  }

  @Test
  void covariancesStayWhereTheySaySomething() {
    Rng rng = rng("near");
    double[][] columns = new double[3][40];
    for (int i = 0; i < 40; i++) {
      columns[0][i] = rng.nextNormal();
      columns[1][i] = columns[0][i] + 1e-3 * rng.nextNormal();
      columns[2][i] = rng.nextNormal();
    }
    double[][] alone = {columns[0].clone(), new double[40], columns[2].clone()};
    Arrays.setAll(alone[1], i -> rng.nextNormal());

    assertThat(shrunk(columns).share()).isLessThan(1e-4);
    assertThat(shrunk(alone).share()).isGreaterThan(0.2);
  }

  @Test
  void aConstantContextSaysNothing() {
    Rng rng = rng("constant");
    double[][] columns = new double[3][100];
    for (int i = 0; i < 100; i++) {
      columns[1][i] = rng.nextNormal();
      columns[2][i] = columns[1][i] + 0.1 * rng.nextNormal();
    }

    NormalMixture found = new NormalMixtureFit(2, columns).of(1, rng("fit"));

    Table x = new Table("x", 2, new double[] {0, 1});
    assertThat(found.logProb(new Tables(new Table("y", 1, new double[] {1}), x))[0])
        .isCloseTo(Math.log(1 / Math.sqrt(2 * Math.PI) / 0.1), within(0.3));
  }

  @Test
  void pointsHaveNoComponentOfTheirOwn() {
    double[][] flips = new double[1][100];
    Arrays.setAll(flips[0], i -> i % 3 == 0 ? 1 : 0);

    NormalMixture found = new NormalMixtureFit(0, flips).of(2, rng("fit"));

    assertThat(found).hasToString("normal distribution");
  }
}
