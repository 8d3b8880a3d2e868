package org.ppl4j.examples.regression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.primitives.ImmutableDoubleArray;
import org.hipparchus.stat.regression.OLSMultipleLinearRegression;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.examples.regression.Regression.Bushes;
import org.ppl4j.infer.Progress;
import org.ppl4j.params.ParamStore;
import org.ppl4j.testing.LeakCheck;

/** The closed form that the regression is judged by. */
@ExtendWith(LeakCheck.class)
final class ConjugatePosteriorTest {

  private static final int D = Regression.COLUMNS.size();

  /** The prior of w is D more rows (e_j, 0) of an ordinary regression; by Hipparchus. */
  @Test
  void isLeastSquaresWithARowForEachPrior() {
    try (NDManager manager = NDManager.newBaseManager()) {
      Bushes data = Regression.bushes(manager);
      int n = (int) data.y().size();
      double[][] x = new double[n + D][D];
      double[] y = new double[n + D];
      double[] flat = data.x().toDoubleArray();
      System.arraycopy(data.y().toDoubleArray(), 0, y, 0, n);
      for (int i = 0; i < n; i++) {
        System.arraycopy(flat, i * D, x[i], 0, D);
      }
      for (int j = 0; j < D; j++) {
        x[n + j][j] = 1;
      }
      OLSMultipleLinearRegression squares = new OLSMultipleLinearRegression();
      squares.setNoIntercept(true);
      squares.newSampleData(y, x);
      double[][] scale = squares.estimateRegressionParametersVariance();

      ConjugatePosterior exact = ConjugatePosterior.of(data);

      assertThat(exact.mean().toArray())
          .containsExactly(squares.estimateRegressionParameters(), within(1e-12));
      assertThat(exact.shape()).isEqualTo(2 + 23.0);
      assertThat(exact.rate())
          .isCloseTo(1 + squares.calculateResidualSumOfSquares() / 2, within(1e-11));
      for (int i = 0; i < D; i++) {
        for (int j = 0; j < D; j++) {
          assertThat(exact.covariance(i, j))
              .isCloseTo(scale[i][j] * exact.rate() / 24, within(1e-12));
        }
      }
      assertThat(exact.reference().get("tau").mean()).isEqualTo(25 / exact.rate());
      assertThat(exact.errorOfMean(exact)).isZero();
      assertThat(exact.errorOfCovariance(exact)).isZero();
    }
  }

  @Test
  void errorsAreTheLargestOfAllEntries() {
    ConjugatePosterior one = of(0, 1);
    ConjugatePosterior other = of(0.5, 1.1);

    // A mean off by 0.5 of sd 1, a variance of 1.1 for 1: rate / (shape − 1) is 1.
    assertThat(other.errorOfMean(one)).isCloseTo(0.5, within(1e-15));
    assertThat(other.errorOfCovariance(one)).isCloseTo(0.1, within(1e-15));
  }

  private static ConjugatePosterior of(double last, double variance) {
    double[] mean = new double[D];
    mean[D - 1] = last;
    double[] scale = new double[D * D];
    for (int j = 0; j < D; j++) {
      scale[j * D + j] = j == 2 ? variance : 1;
    }
    return new ConjugatePosterior(
        3, 2, ImmutableDoubleArray.copyOf(mean), ImmutableDoubleArray.copyOf(scale));
  }

  @Test
  void whatIsLearnedIsReadFromTheGuidesParameters() {
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager)) {
      Bushes data = Regression.bushes(manager);
      assertThat(data.x().getShape()).isEqualTo(new Shape(46, D));
      Regression.fit(params, 1).progress(Progress.silent()).build().run(data, 1);

      ConjugatePosterior learned = ConjugatePosterior.learned(params);

      // After a step of rate 0.05 from shape 10, rate 10, loc 0 and factor 0.2 I.
      assertThat(learned.shape()).isBetween(9.4, 10.6);
      assertThat(learned.rate()).isBetween(9.4, 10.6);
      assertThat(learned.mean().toArray()).hasSize(D);
      assertThat(learned.scale().get(0)).isCloseTo(0.04, within(0.005));
    }
  }
}
