package org.ppl4j.infer.density;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.hipparchus.analysis.integration.IterativeLegendreGaussIntegrator;
import org.hipparchus.distribution.multivariate.MultivariateNormalDistribution;
import org.hipparchus.stat.regression.OLSMultipleLinearRegression;
import org.junit.jupiter.api.Test;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.file.TensorFile;

/** Mixtures of normal distributions against Hipparchus, and against what each answers itself. */
class NormalMixtureTest {

  private static final double[] WEIGHTS = {0.3, 0.5, 0.2};

  /** Means and covariances of two contexts and one or two numbers. */
  private static final double[][] MEANS = {
    {0.2, -0.5, 1, 0.4}, {-1, 0.7, -2, 0.1}, {1.5, 0, 0.5, -1}
  };

  private static final double[][] COVARIANCE = {
    {1, 0.3, 0.5, 0.1}, {0.3, 0.8, -0.2, 0.2}, {0.5, -0.2, 1.2, 0.4}, {0.1, 0.2, 0.4, 0.9}
  };

  private static double[][] part(double[][] matrix, int size) {
    return Arrays.stream(matrix)
        .limit(size)
        .map(row -> Arrays.copyOf(row, size))
        .toArray(double[][]::new);
  }

  private static double[][] covariance(int component, int size) {
    double[][] part = part(COVARIANCE, size);
    for (double[] row : part) {
      Arrays.setAll(row, j -> row[j] * (1 + component));
    }
    return part;
  }

  /** Of so many contexts, and so many numbers in all. */
  private static NormalMixture mixture(int contexts, int size) {
    List<JointNormal> components =
        IntStream.range(0, WEIGHTS.length)
            .mapToObj(
                k ->
                    requireNonNull(
                        JointNormal.of(
                            Arrays.copyOf(MEANS[k], size),
                            Arrays.stream(covariance(k, size))
                                .flatMapToDouble(Arrays::stream)
                                .toArray())))
            .toList();
    return new NormalMixture(contexts, WEIGHTS, components);
  }

  private static double density(int size, double[] row) {
    double sum = 0;
    for (int k = 0; k < WEIGHTS.length; k++) {
      double[] mean = Arrays.copyOf(MEANS[k], size);
      sum +=
          WEIGHTS[k]
              * new MultivariateNormalDistribution(mean, covariance(k, size))
                  .density(Arrays.copyOf(row, size));
    }
    return sum;
  }

  private static Table table(int columns, double... values) {
    return new Table("rows", columns, values);
  }

  /** So many rows about a mixture, more than are worked on at a time. */
  private static double[] rows(int count, int columns) {
    Rng rng = Rng.of(7, Rng.Purpose.MODEL, 0, "rows");
    return IntStream.range(0, count * columns).mapToDouble(i -> 2 * rng.nextNormal()).toArray();
  }

  @Test
  void logDensityIsThatOfHipparchus() {
    int count = 300;
    double[] rows = rows(count, 4);

    double[] logs = mixture(0, 4).logProb(new Tables(table(4, rows), null));

    for (int i = 0; i < count; i++) {
      double wanted = Math.log(density(4, Arrays.copyOfRange(rows, 4 * i, 4 * i + 4)));
      assertThat(logs[i]).isCloseTo(wanted, within(1e-10));
    }
  }

  @Test
  void givenContextsItIsTheJointDensityBesideThatOfContexts() {
    int count = 300;
    double[] rows = rows(count, 4);
    double[] y = new double[2 * count];
    double[] x = new double[2 * count];
    for (int i = 0; i < count; i++) {
      System.arraycopy(rows, 4 * i, x, 2 * i, 2);
      System.arraycopy(rows, 4 * i + 2, y, 2 * i, 2);
    }

    double[] logs = mixture(2, 4).logProb(new Tables(table(2, y), table(2, x)));

    for (int i = 0; i < count; i++) {
      double[] row = Arrays.copyOfRange(rows, 4 * i, 4 * i + 4);
      assertThat(logs[i])
          .isCloseTo(Math.log(density(4, row)) - Math.log(density(2, row)), within(1e-9));
    }
  }

  @Test
  void oneComponentIsTheLinearRegression() {
    int count = 60;
    double[] x = rows(count, 2);
    Rng rng = Rng.of(8, Rng.Purpose.MODEL, 0, "noise");
    double[] y = new double[count];
    double[][] known = new double[count][];
    for (int i = 0; i < count; i++) {
      y[i] = 1 + 2 * x[2 * i] - 0.5 * x[2 * i + 1] + 0.7 * rng.nextNormal();
      known[i] = new double[] {x[2 * i], x[2 * i + 1]};
    }
    OLSMultipleLinearRegression squares = new OLSMultipleLinearRegression();
    squares.newSampleData(y, known);
    double variance = squares.calculateResidualSumOfSquares() / count;
    double[] errors = squares.estimateResiduals();
    Tables tables = new Tables(table(1, y), table(2, x));
    double[][] columns = NormalMixture.columns(tables, 0, count);
    Moments moments = Moments.of(columns, null, new double[3]);

    double[] logs =
        new NormalMixture(
                2,
                new double[] {1},
                List.of(requireNonNull(JointNormal.of(moments.mean(), moments.covariance()))))
            .logProb(tables);

    for (int i = 0; i < count; i++) {
      double square = errors[i] * errors[i] / variance;
      assertThat(logs[i])
          .isCloseTo(-0.5 * (square + Math.log(2 * Math.PI * variance)), within(1e-9));
    }
  }

  @Test
  void cdfIsTheIntegralOfTheDensity() {
    NormalMixture mixture = mixture(2, 3);
    double[] context = {0.4, -0.3};
    for (double to : new double[] {-3, 0.1, 2.5}) {
      double integral =
          new IterativeLegendreGaussIntegrator(20, 1e-12, 1e-12)
              .integrate(
                  100_000,
                  y -> Math.exp(mixture.logProb(new Tables(table(1, y), table(2, context)))[0]),
                  -20,
                  to);
      double cdf = mixture.cdf(new Tables(table(1, to), table(2, context)))[0];
      assertThat(cdf).isCloseTo(integral, within(1e-9));
    }
  }

  @Test
  void quantilesAreTheWayBackFromProbabilities() {
    NormalMixture mixture = mixture(2, 3);
    double[] levels = {1e-12, 1e-3, 0.2, 0.5, 0.77, 0.999};
    Table context = table(2, 1.1, -0.4).repeated(levels.length);

    double[] numbers = mixture.quantile(new Tables(table(1, levels), context));
    double[] found = mixture.cdf(new Tables(table(1, numbers), context));

    for (int i = 0; i < levels.length; i++) {
      assertThat(found[i] / levels[i]).isCloseTo(1, within(1e-9));
    }
    Tables ends = new Tables(table(1, 0, 1, Double.NaN), context.range(0, 3));
    assertThat(mixture.quantile(ends))
        .containsExactly(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, Double.NaN);
  }

  @Test
  void drawsHaveItsDistribution() {
    int count = 20_000;
    NormalMixture mixture = mixture(2, 3);
    Table context = table(2, 0.4, -0.3).repeated(count);
    Table drawn = mixture.sample(count, context, 3);

    double[] sorted = mixture.cdf(new Tables(drawn, context));
    Arrays.sort(sorted);

    double farthest = 0;
    for (int i = 0; i < count; i++) {
      farthest = Math.max(farthest, Math.abs(sorted[i] - (i + 0.5) / count));
    }
    assertThat(farthest).isLessThan(1.95 / Math.sqrt(count)); // Kolmogorov, p = 0.001
    assertThat(mixture.sample(count, context, 3).values()).isEqualTo(drawn.values());
    assertThat(mixture.sample(count, context, 4).values()).isNotEqualTo(drawn.values());
    assertThat(mixture.sample(10, context.range(0, 10), 3).values())
        .isEqualTo(Arrays.copyOf(drawn.values(), 10));
  }

  @Test
  void drawsOfSeveralColumnsHangTogetherAsTheyShould() {
    int count = 20_000;
    Table drawn = mixture(0, 2).sample(count, null, 5);
    Moments found =
        Moments.of(new double[][] {drawn.numbers(0), drawn.numbers(1)}, null, new double[2]);
    double[] mean = new double[2];
    double[][] wanted = new double[2][2];
    for (int k = 0; k < WEIGHTS.length; k++) {
      for (int i = 0; i < 2; i++) {
        mean[i] += WEIGHTS[k] * MEANS[k][i];
        for (int j = 0; j < 2; j++) {
          wanted[i][j] += WEIGHTS[k] * (covariance(k, 2)[i][j] + MEANS[k][i] * MEANS[k][j]);
        }
      }
    }
    for (int i = 0; i < 2; i++) {
      assertThat(found.mean()[i]).isCloseTo(mean[i], within(0.05));
      for (int j = 0; j < 2; j++) {
        assertThat(found.covariance()[2 * i + j])
            .isCloseTo(wanted[i][j] - mean[i] * mean[j], within(0.1));
      }
    }
  }

  @Test
  void whatIsReadHasTheBitsOfWhatWasWritten() {
    NormalMixture mixture = mixture(2, 4);
    TensorFile.Builder builder = TensorFile.builder();
    mixture.write(builder);
    TensorFile file = builder.build("fit.ppl");

    NormalMixture read = NormalMixture.read(file, 2, 2);

    Tables tables = new Tables(table(2, rows(50, 2)), table(2, rows(50, 2)));
    assertThat(read.logProb(tables)).isEqualTo(mixture.logProb(tables));
    assertThat(read.sample(50, tables.x(), 1).values())
        .isEqualTo(mixture.sample(50, tables.x(), 1).values());
    assertThatThrownBy(() -> NormalMixture.read(file, 2, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "file 'fit.ppl' has no 'normals.means' of 15 numbers; pass a file that a density's"
                + " save wrote");
  }

  @Test
  void saysWhatItIs() {
    assertThat(mixture(0, 4)).hasToString("mixture of 3 normal distributions");
    assertThat(mixture(2, 4)).hasToString("mixture of 3 linear regressions");
  }
}
