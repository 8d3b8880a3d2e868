package org.ppl4j.infer.density;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.ppl4j.infer.density.Regressions.Order.FIRST_TO_LAST;
import static org.ppl4j.infer.density.Regressions.Order.LAST_TO_FIRST;
import static org.ppl4j.infer.density.RegressionsLaw.mean;
import static org.ppl4j.infer.density.RegressionsLaw.tables;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.ArrayRealVector;
import org.hipparchus.linear.CholeskyDecomposer;
import org.hipparchus.linear.RealMatrix;
import org.hipparchus.linear.RealVector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ppl4j.infer.density.PolynomialRegressions.Kernel;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.file.TensorFile;

/**
 * Polynomial regressions against kernel regressions by Hipparchus, and against what they answer.
 */
class PolynomialRegressionsTest {

  private static final double LOG_TWO_PI_E = Math.log(2 * Math.PI * Math.E);

  /** The deviation of y given the first context. */
  private static double deviation(double x) {
    return 0.2 * Math.exp(0.5 * x);
  }

  /** Contexts a and b, then y = a b and noise of a's deviation, then z = y − y³ / 9 and noise. */
  private static double[][] columns(int rows, String name) {
    Rng rng = Rng.of(12, Rng.Purpose.MODEL, 0, name);
    double[][] columns = new double[4][rows];
    for (int i = 0; i < rows; i++) {
      double a = 2 * rng.nextUniform() - 1;
      double b = rng.nextNormal();
      double y = a * b + deviation(a) * rng.nextNormal();
      columns[0][i] = a;
      columns[1][i] = b;
      columns[2][i] = y;
      columns[3][i] = y - y * y * y / 9 + 0.1 * rng.nextNormal();
    }
    return columns;
  }

  private static double[][] one(int rows, String name) {
    return Arrays.copyOf(columns(rows, name), 3);
  }

  @Test
  void productsAndDeviationsAreLearned() {
    double[][] rows = columns(500, "rows");
    Tables fresh = tables(columns(4000, "fresh"), 2);

    double found = mean(PolynomialFit.of(2, FIRST_TO_LAST, rows).logProb(fresh));

    // E log deviation(a) = log 0.2
    double truth = -LOG_TWO_PI_E - Math.log(0.2) - Math.log(0.1);
    assertThat(found).isBetween(truth - 0.12, truth + 0.05);
    assertThat(found).isGreaterThan(mean(AdditiveFit.of(2, rows).logProb(fresh)) + 0.5);
  }

  private static RealMatrix kernel(double[][] columns, Kernel of) {
    double[] weights = of.weights();
    int rows = columns[0].length;
    RealMatrix kernel = new Array2DRowRealMatrix(rows, rows);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < rows; j++) {
        double g = 0;
        for (int k = 0; k < 3; k++) {
          g += of.shares()[k] * columns[k][i] * columns[k][j] / 3;
        }
        kernel.setEntry(i, j, 100 + weights[0] * g + weights[1] * g * g + weights[2] * g * g * g);
      }
    }
    return kernel;
  }

  /** In the rows themselves the mean is that of the kernel, its variance that of rows left out. */
  @Test
  void meansAreThoseOfTheKernel() {
    double[][] columns = columns(60, "few");
    PolynomialRegressions found = PolynomialFit.of(2, FIRST_TO_LAST, columns);
    assertThat(found.kernel(1).shares()).doesNotHaveDuplicates();
    RealMatrix kernel = kernel(columns, found.kernel(1));
    RealVector fitted = kernel.operate(weighed(kernel, columns[3], -1));
    double most = Arrays.stream(columns[3]).max().orElseThrow();
    double least = Arrays.stream(columns[3]).min().orElseThrow();
    double sum = 0;
    for (int i = 0; i < 60; i++) {
      double[] row = {columns[0][i], columns[1][i], columns[2][i]};
      double wanted = Math.max(least, Math.min(most, fitted.getEntry(i)));
      assertThat(found.mean(row, 1)).isCloseTo(wanted, within(1e-7));
      double error =
          columns[3][i] - kernel.getRowVector(i).dotProduct(weighed(kernel, columns[3], i));
      sum += error * error / 60;
    }
    TensorFile.Builder builder = TensorFile.builder();
    found.write(builder);
    double[] scales = Standardisation.vector(builder.build("fit.ppl"), "polynomial.scales", 14);
    assertThat(Math.exp(scales[6])).isCloseTo(sum, within(1e-6 * sum));
  }

  /** As the root mean squares of slopes, by differences. */
  @Test
  void sharesFollowSlopes() {
    double[][] columns = columns(60, "few");
    Kernel kernel = new Kernel(new double[] {3, 2, 1}, new double[] {0.5, 1.5, 1});
    PolynomialRegressions like =
        new PolynomialRegressions(
            2,
            FIRST_TO_LAST,
            List.of(one(2, Kernel.equal(2, kernel.weights())), one(3, kernel)),
            new double[4],
            new double[4]);
    double[] coefficients = coefficients(PolynomialFit.like(like, columns), 3);
    double[] roots = new double[3];
    for (int j = 0; j < 3; j++) {
      double sum = 0;
      for (int i = 0; i < 60; i++) {
        double[] row = {columns[0][i], columns[1][i], columns[2][i]};
        row[j] += 1e-4;
        double above = PolynomialRegressions.sum(row, coefficients);
        row[j] -= 2e-4;
        sum += Math.pow((above - PolynomialRegressions.sum(row, coefficients)) / 2e-4, 2);
      }
      roots[j] = Math.sqrt(sum);
    }

    double[] shares = PolynomialFit.shares(columns, 3, kernel);

    double mean = mean(roots);
    for (int j = 0; j < 3; j++) {
      assertThat(shares[j]).isCloseTo(0.1 + 0.9 * roots[j] / mean, within(1e-6));
    }
  }

  private static PolynomialRegressions.One one(int numbers, Kernel kernel) {
    double[] coefficients = new double[PolynomialRegressions.size(numbers)];
    return new PolynomialRegressions.One(coefficients, new double[2 + 2 * numbers], kernel);
  }

  /** Of the last regression, which is given so many numbers. */
  private static double[] coefficients(PolynomialRegressions found, int numbers) {
    TensorFile.Builder builder = TensorFile.builder();
    found.write(builder);
    int size = PolynomialRegressions.size(numbers);
    int all = PolynomialRegressions.size(numbers - 1) + size;
    double[] both =
        Standardisation.vector(builder.build("fit.ppl"), "polynomial.coefficients", all);
    return Arrays.copyOfRange(both, all - size, all);
  }

  @Test
  void numbersThatSayNothingCostLittle() {
    double[][] rows = beside(one(500, "rows"), "noise");
    double[][] fresh = beside(one(4000, "fresh"), "fresh noise");
    PolynomialRegressions found = PolynomialFit.of(10, FIRST_TO_LAST, rows);

    double[] shares = found.kernel(0).shares();
    assertThat(mean(shares)).isCloseTo(1, within(1e-9));
    assertThat(Math.min(shares[0], shares[1])).isGreaterThan(2);
    assertThat(Arrays.stream(shares, 2, 10).max().orElseThrow()).isLessThan(1);
    double truth = -LOG_TWO_PI_E / 2 - Math.log(0.2);
    assertThat(mean(found.logProb(tables(fresh, 10)))).isGreaterThan(truth - 0.25);
  }

  /** Eight contexts of noise after two that matter. */
  private static double[][] beside(double[][] one, String name) {
    Rng rng = Rng.of(13, Rng.Purpose.MODEL, 0, name);
    double[][] columns = new double[11][one[0].length];
    columns[0] = one[0];
    columns[1] = one[1];
    columns[10] = one[2];
    for (int j = 2; j < 10; j++) {
      Arrays.setAll(columns[j], i -> rng.nextNormal());
    }
    return columns;
  }

  /** (K + I)⁻¹ y, of all rows but one, which weighs nothing. */
  private static RealVector weighed(RealMatrix kernel, double[] y, int without) {
    int[] used = IntStream.range(0, y.length).filter(i -> i != without).toArray();
    RealMatrix noisy = kernel.getSubMatrix(used, used);
    for (int i = 0; i < used.length; i++) {
      noisy.addToEntry(i, i, 1);
    }
    RealVector some =
        new CholeskyDecomposer(1e-12, 1e-12)
            .decompose(noisy)
            .solve(new ArrayRealVector(Arrays.stream(used).mapToDouble(i -> y[i]).toArray()));
    RealVector all = new ArrayRealVector(y.length);
    for (int i = 0; i < used.length; i++) {
      all.setEntry(used[i], some.getEntry(i));
    }
    return all;
  }

  @Test
  void cdfIsTheIntegralOfTheDensityAndQuantilesItsInverse() {
    PolynomialRegressions found = PolynomialFit.of(2, FIRST_TO_LAST, one(100, "rows"));
    RegressionsLaw.cdfIsTheIntegral(found, -4, -0.2, 0.4, 0.3, -0.8);
  }

  @Test
  void drawsAreAsLikelyAsRows() {
    PolynomialRegressions found = PolynomialFit.of(2, FIRST_TO_LAST, columns(300, "rows"));
    RegressionsLaw.drawsAreAsLikelyAsRows(found, tables(columns(5000, "fresh"), 2));
  }

  @Test
  void beyondTheRowsItIsAsAtTheirEdge() {
    double[][] columns = one(100, "rows");
    PolynomialRegressions found = PolynomialFit.of(2, FIRST_TO_LAST, columns);
    double a = Arrays.stream(columns[0]).max().orElseThrow();
    double b = Arrays.stream(columns[1]).min().orElseThrow();

    assertThat(found.mean(new double[] {50, -1e9}, 0)).isEqualTo(found.mean(y(a, b), 0));
    assertThat(found.deviation(new double[] {50, -1e9}, 0)).isEqualTo(found.deviation(y(a, b), 0));
    assertThat(found.mean(y(a, Double.NaN), 0)).isNaN();
    assertThat(found.deviation(y(a, Double.NaN), 0)).isNaN();
  }

  private static double[] y(double first, double second) {
    return new double[] {first, second};
  }

  /** The first of two numbers has nothing before it, and a constant is learned, too. */
  @Test
  void noContextsAreNeeded() {
    double[][] columns = {columns(200, "rows")[1], columns(200, "rows")[3], new double[200]};
    PolynomialRegressions found = PolynomialFit.of(0, FIRST_TO_LAST, columns);

    double wanted = mean(columns[0]) * 100 * 200 / (100 * 200 + 1);
    assertThat(found.mean(new double[3], 0)).isCloseTo(wanted, within(1e-9));
    assertThat(found.mean(new double[3], 2)).isZero();
    assertThat(found.deviation(new double[3], 2)).isCloseTo(1e-6, within(1e-9));
  }

  /** From the last number on they are what those of rows the other way round are. */
  @Test
  void anyOrderIsThatOfColumnsInOrder() {
    double[][] rows = columns(60, "rows");
    double[][] fresh = columns(50, "fresh");
    PolynomialRegressions found = PolynomialFit.of(2, LAST_TO_FIRST, rows);
    PolynomialRegressions turned = PolynomialFit.of(2, FIRST_TO_LAST, turned(rows));
    Tables tables = tables(fresh, 2);

    double[] logs = found.logProb(tables);
    assertThat(logs).isEqualTo(turned.logProb(tables(turned(fresh), 2)));
    assertThat(logs).isNotEqualTo(PolynomialFit.of(2, FIRST_TO_LAST, rows).logProb(tables));
    assertThat(PolynomialFit.like(found, rows).logProb(tables)).isEqualTo(logs);
    Table drawn = found.sample(50, tables.x(), 3);
    Table other = turned.sample(50, tables.x(), 3);
    for (int i = 0; i < 50; i++) {
      assertThat(drawn.number(i, 0)).isEqualTo(other.number(i, 1));
      assertThat(drawn.number(i, 1)).isEqualTo(other.number(i, 0));
    }
    assertThat(found).hasToString("polynomial regressions from the last");
  }

  private static double[][] turned(double[][] columns) {
    return new double[][] {columns[0], columns[1], columns[3], columns[2]};
  }

  @ParameterizedTest
  @EnumSource
  void whatIsReadHasTheBitsOfWhatWasWritten(Regressions.Order order) {
    PolynomialRegressions found = PolynomialFit.of(2, order, columns(60, "rows"));
    TensorFile.Builder builder = TensorFile.builder();
    found.write(builder);
    TensorFile file = builder.build("fit.ppl");

    PolynomialRegressions read = PolynomialRegressions.read(file, 2, 2);

    Tables fresh = tables(columns(50, "fresh"), 2);
    assertThat(read.logProb(fresh)).isEqualTo(found.logProb(fresh));
    assertThatThrownBy(() -> PolynomialRegressions.read(file, 2, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "file 'fit.ppl' has no 'polynomial.coefficients' of 65 numbers; pass a file that a"
                + " density's save wrote");
    assertThat(read).hasToString(found.toString());
  }

  @Test
  void otherRowsMayHaveTheSameWeights() {
    PolynomialRegressions found = PolynomialFit.of(2, FIRST_TO_LAST, columns(100, "rows"));
    PolynomialRegressions again = PolynomialFit.like(found, columns(100, "rows"));
    PolynomialRegressions other = PolynomialFit.like(found, columns(100, "others"));

    Tables fresh = tables(columns(50, "fresh"), 2);
    assertThat(again.logProb(fresh)).isEqualTo(found.logProb(fresh));
    assertThat(other.kernel(1)).isSameAs(found.kernel(1));
    assertThat(other.logProb(fresh)).isNotEqualTo(found.logProb(fresh));
  }
}
