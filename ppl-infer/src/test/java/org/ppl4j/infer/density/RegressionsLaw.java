package org.ppl4j.infer.density;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.hipparchus.analysis.integration.IterativeLegendreGaussIntegrator;

/** What all regressions answer, whatever their means and deviations are. */
final class RegressionsLaw {

  private RegressionsLaw() {}

  /** Rows by columns, the first of which are a context. */
  static Tables tables(double[][] columns, int contexts) {
    int rows = columns[0].length;
    int dim = columns.length - contexts;
    double[] y = new double[rows * dim];
    double[] x = new double[rows * contexts];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns.length; j++) {
        if (j < contexts) {
          x[i * contexts + j] = columns[j][i];
        } else {
          y[i * dim + j - contexts] = columns[j][i];
        }
      }
    }
    return new Tables(new Table("y", dim, y), contexts == 0 ? null : new Table("x", contexts, x));
  }

  static double mean(double[] numbers) {
    return Arrays.stream(numbers).average().orElseThrow();
  }

  /** That of one number given a context, and quantiles are its inverse. */
  static void cdfIsTheIntegral(
      Regressions found, double least, double first, double second, double... context) {
    Table x = new Table("x", context.length, context);
    for (double to : new double[] {first, second}) {
      double integral =
          new IterativeLegendreGaussIntegrator(20, 1e-12, 1e-12)
              .integrate(
                  100_000, y -> Math.exp(found.logProb(new Tables(one(y), x))[0]), least, to);
      double cdf = found.cdf(new Tables(one(to), x))[0];
      assertThat(cdf).isCloseTo(integral, within(1e-9));
      assertThat(found.quantile(new Tables(one(cdf), x))[0]).isCloseTo(to, within(1e-9));
    }
  }

  private static Table one(double number) {
    return new Table("y", 1, new double[] {number});
  }

  /**
   * The mean log-density of draws is that of normal laws of their deviations, and streams are kept.
   *
   * @param fresh whose contexts they are given
   */
  static void drawsAreAsLikelyAsRows(Regressions found, Tables fresh) {
    Table x = fresh.x();
    int rows = fresh.rows();

    Table drawn = found.sample(rows, x, 3);

    int contexts = fresh.contextDim();
    double logs = 0;
    for (int i = 0; i < rows; i++) {
      double[] row = new double[contexts + found.dim()];
      for (int j = 0; j < row.length; j++) {
        row[j] = j < contexts ? x.number(i, j) : drawn.number(i, j - contexts);
      }
      for (int j = 0; j < found.dim(); j++) {
        logs += Math.log(found.deviation(row, j)) / rows;
      }
    }
    double wanted = -0.5 * found.dim() * Math.log(2 * Math.PI * Math.E) - logs;
    assertThat(mean(found.logProb(new Tables(drawn, x))))
        .isCloseTo(wanted, within(4 / Math.sqrt(rows)));
    assertThat(found.sample(rows, x, 3).values()).isEqualTo(drawn.values());
    assertThat(found.sample(rows, x, 4).values()).isNotEqualTo(drawn.values());
  }
}
