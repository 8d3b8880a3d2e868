package org.ppl4j.infer.autoguide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.RealMatrix;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.approximation.Laplace;
import org.ppl4j.infer.approximation.LaplacePosterior;
import org.ppl4j.infer.approximation.NormalApproximation;
import org.ppl4j.infer.optim.Sgd;
import org.ppl4j.infer.svi.FitReport;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Tensors;

/** Guides that start at a normal posterior in raw units are it from the first step on. */
class StartAtNormalTest {

  private final NDManager manager = NDManager.newBaseManager();

  private final NDArray y = manager.create(new double[] {300, 330, 310, 340, 360});

  /** A line of a year, with known noise: level and slope hang together by −0.9999. */
  private static final Program<NDArray> LINE =
      (p, y) -> {
        NDArray line = p.sample("line", Normal.of(0, 1000).expand(new Shape(2)).toEvent(1));
        NDArray years =
            Tensors.matrix(new double[][] {{1, 2000}, {1, 2001}, {1, 2002}, {1, 2003}, {1, 2004}});
        try (Plate plate = p.plate("years", 5)) {
          p.observe("y", Normal.of(p.matVec(plate.take(years), line), 8), plate.take(y));
        }
      };

  @AfterEach
  void close() {
    manager.close();
  }

  private NormalApproximation normal() {
    try (LaplacePosterior<NDArray> posterior = Laplace.of(LINE).run(y)) {
      return posterior.normal();
    }
  }

  /** One step that changes nothing. */
  private FitReport begin(Program<NDArray> guide, ParamStore params) {
    try (Svi<NDArray> svi =
        Svi.builder(LINE, guide)
            .params(params)
            .optimizer(Sgd.withRate(1e-300))
            .progress(Progress.silent())
            .build()) {
      return svi.run(y, 1);
    }
  }

  @Test
  void independentOnesHaveItsMeanAndDeviations() {
    NormalApproximation normal = normal();
    try (ParamStore params = new ParamStore(manager)) {
      FitReport unused = begin(AutoNormal.of(LINE).start(normal), params);
      assertThat(params.value("auto.loc")).containsExactly(normal.location());
      for (int i = 0; i < 2; i++) {
        double sd = Math.sqrt(normal.variances()[i]);
        assertThat(params.value("auto.scale")[i]).isCloseTo(sd, within(1e-12 * sd));
      }
    }
  }

  /** So its bound is the evidence, without noise; to what rounding leaves of the correlation. */
  @Test
  void aFullOneIsThePosterior() {
    NormalApproximation normal = normal();
    try (ParamStore params = new ParamStore(manager)) {
      FitReport report = begin(AutoMultivariateNormal.of(LINE).start(normal), params);

      RealMatrix l = new Array2DRowRealMatrix(rows(params.value("auto.scaleTril")));
      RealMatrix covariance = l.multiplyTransposed(l);
      double[] expected = normal.covariance();
      for (int k = 0; k < 4; k++) {
        assertThat(covariance.getEntry(k / 2, k % 2))
            .isCloseTo(expected[k], within(1e-10 * Math.abs(expected[k])));
      }
      assertThat(expected[1] / Math.sqrt(expected[0] * expected[3])).isLessThan(-0.999);
      assertThat(report.assessment().standardError()).isLessThan(1e-6);
      assertThat(report.assessment().effectiveSize()).isGreaterThan(999);
    }
  }

  private static double[][] rows(double[] flat) {
    return new double[][] {{flat[0], flat[1]}, {flat[2], flat[3]}};
  }

  @Test
  void oneOfLowRankHasHalfOfItsVariancesOnTheDiagonal() {
    NormalApproximation normal = normal();
    try (ParamStore params = new ParamStore(manager)) {
      FitReport unused = begin(AutoLowRankMultivariateNormal.of(LINE, 1).start(normal), params);
      assertThat(params.value("auto.loc")).containsExactly(normal.location());
      double[] variances = normal.variances();
      double[] diagonal = params.value("auto.diagonal");
      double[] factor = params.value("auto.factor");
      for (int i = 0; i < 2; i++) {
        assertThat(diagonal[i]).isCloseTo(variances[i] / 2, within(1e-12 * variances[i]));
        assertThat(Math.abs(factor[i])).isLessThan(4 * Math.sqrt(variances[i]));
        assertThat(Math.abs(factor[i])).isGreaterThan(1e-3 * Math.sqrt(variances[i]));
      }
    }
  }

  @Test
  void thatOfAnotherModelIsRefused() {
    Program<NDArray> other = (p, y) -> p.sample("x", Normal.of(0, 1));
    try (LaplacePosterior<NDArray> posterior = Laplace.of(other).run(y);
        ParamStore params = new ParamStore(manager)) {
      NormalApproximation normal = posterior.normal();
      assertThatThrownBy(() -> begin(AutoNormal.of(LINE).start(normal), params))
          .hasMessageContaining(
              "guide 'AutoNormal' is to start at a normal distribution of 1 numbers, but draws 2"
                  + " for sites [line]; find it for the same model, and without sites of which a"
                  + " step sees some rows");
    }
  }
}
