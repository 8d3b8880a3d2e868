package org.ppl4j.infer.density;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.ppl4j.infer.density.RegressionsLaw.mean;
import static org.ppl4j.infer.density.RegressionsLaw.tables;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.hipparchus.stat.regression.OLSMultipleLinearRegression;
import org.junit.jupiter.api.Test;
import org.ppl4j.infer.density.AdditiveRegressions.Bends;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.file.TensorFile;

/** Additive regressions against least squares by Hipparchus, and against what each answers. */
class AdditiveRegressionsTest {

  private static final double NOISE = 0.2;

  /** A context, then y = sin 2x and noise, then z = y² and noise. */
  private static double[][] columns(int rows, String name) {
    Rng rng = Rng.of(11, Rng.Purpose.MODEL, 0, name);
    double[][] columns = new double[3][rows];
    for (int i = 0; i < rows; i++) {
      columns[0][i] = rng.nextNormal();
      columns[1][i] = Math.sin(2 * columns[0][i]) + NOISE * rng.nextNormal();
      columns[2][i] = columns[1][i] * columns[1][i] + NOISE * rng.nextNormal();
    }
    return columns;
  }

  @Test
  void curvesAreLearned() {
    AdditiveRegressions found = AdditiveFit.of(1, columns(500, "rows"));

    double truth = 2 * (-0.5 * Math.log(2 * Math.PI * Math.E) - Math.log(NOISE));
    double[] logs = found.logProb(tables(columns(2000, "fresh"), 1));
    assertThat(mean(logs)).isBetween(truth - 0.35, truth + 0.05);
  }

  /**
   * Ridges are further rows, of which each is a function alone; errors are by fits without rows.
   */
  @Test
  void leastErrorsOfRowsThatAreLeftOutChooseTheRidge() {
    int rows = 40;
    double[][] columns = Arrays.copyOf(columns(rows, "few"), 2);
    double[][] functions = Bends.of(columns).of(columns, rows);
    double best = Double.POSITIVE_INFINITY;
    double wanted = Double.NaN;
    for (double ridge : new double[] {0.03, 0.3, 3, 30}) {
      double sum = 0;
      for (int left = 0; left < rows; left++) {
        double error = columns[1][left] - fitted(functions, columns[1], ridge, left, left);
        sum += error * error;
      }
      if (sum < best) {
        best = sum;
        wanted = fitted(functions, columns[1], ridge, -1, 7);
      }
    }

    AdditiveRegressions found = AdditiveFit.of(1, columns);

    Table x = new Table("x", 1, new double[] {columns[0][7], columns[0][7]});
    Table levels = new Table("p", 1, new double[] {0.5, 0.8413447460685429});
    double[] quantiles = found.quantile(new Tables(levels, x));
    assertThat(quantiles[0]).isCloseTo(wanted, within(1e-6));
    assertThat(quantiles[1] - quantiles[0]).isCloseTo(Math.sqrt(best / rows), within(1e-6));
  }

  /** What least squares say of a row, without another. */
  private static double fitted(
      double[][] functions, double[] numbers, double ridge, int without, int of) {
    int size = functions.length;
    int[] used = IntStream.range(0, numbers.length).filter(i -> i != without).toArray();
    double[][] design = new double[used.length + size][size];
    double[] y = new double[design.length];
    for (int i = 0; i < used.length; i++) {
      for (int f = 0; f < size; f++) {
        design[i][f] = functions[f][used[i]];
      }
      y[i] = numbers[used[i]];
    }
    for (int f = 0; f < size; f++) {
      double own = f == 0 ? 1e-9 : f == 1 ? 1e-3 * ridge : ridge;
      design[used.length + f][f] = Math.sqrt(own);
    }
    OLSMultipleLinearRegression squares = new OLSMultipleLinearRegression();
    squares.setNoIntercept(true);
    squares.newSampleData(y, design);
    double[] found = squares.estimateRegressionParameters();
    return IntStream.range(0, size).mapToDouble(f -> found[f] * functions[f][of]).sum();
  }

  @Test
  void cdfIsTheIntegralOfTheDensityAndQuantilesItsInverse() {
    AdditiveRegressions found = AdditiveFit.of(1, Arrays.copyOf(columns(100, "rows"), 2));
    RegressionsLaw.cdfIsTheIntegral(found, -5, 0.5, 0.9, 0.3);
  }

  @Test
  void drawsAreAsLikelyAsRows() {
    AdditiveRegressions found = AdditiveFit.of(1, columns(300, "rows"));
    RegressionsLaw.drawsAreAsLikelyAsRows(found, tables(columns(5000, "fresh"), 1));
  }

  @Test
  void whatIsReadHasTheBitsOfWhatWasWritten() {
    AdditiveRegressions found = AdditiveFit.of(1, columns(60, "rows"));
    TensorFile.Builder builder = TensorFile.builder();
    found.write(builder);
    TensorFile file = builder.build("fit.ppl");

    AdditiveRegressions read = AdditiveRegressions.read(file, 1, 2);

    Tables fresh = tables(columns(50, "fresh"), 1);
    assertThat(read.logProb(fresh)).isEqualTo(found.logProb(fresh));
    assertThatThrownBy(() -> AdditiveRegressions.read(file, 1, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "file 'fit.ppl' has no 'additive.bends' of 24 numbers; pass a file that a density's"
                + " save wrote");
    assertThat(found).hasToString("additive regressions");
  }
}
