package org.ppl4j.infer.autoguide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.hipparchus.distribution.continuous.NormalDistribution;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.approximation.LaplaceApproximation;
import org.ppl4j.infer.approximation.LaplacePosterior;
import org.ppl4j.infer.approximation.NormalApproximation;
import org.ppl4j.infer.optim.Sgd;
import org.ppl4j.infer.svi.FitReport;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.transforms.Bijections;

/** Guides that start at a normal posterior in raw units, and learn in its own. */
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
    try (LaplacePosterior<NDArray> posterior = LaplaceApproximation.of(LINE).run(y)) {
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

  /** Those of each element given the other: what independent elements are nearest with. */
  @Test
  void independentOnesHaveItsMeanAndConditionalDeviations() {
    NormalApproximation normal = normal();
    RealMatrix precision = MatrixUtils.inverse(new Array2DRowRealMatrix(rows(normal.covariance())));
    double one = new NormalDistribution(0, 1).cumulativeProbability(1);
    AutoNormal<NDArray> guide = AutoNormal.of(LINE).start(normal);
    try (ParamStore params = new ParamStore(manager)) {
      FitReport unused = begin(guide, params);
      double[] median = guide.median(params).get("line");
      double[] above = guide.quantiles(params, one).get("line");
      assertThat(params.value("auto.loc")).containsExactly(new double[2], within(1e-299));
      assertThat(params.value("auto.scale")).containsExactly(new double[] {1, 1}, within(1e-15));
      assertThat(median).containsExactly(normal.location());
      for (int i = 0; i < 2; i++) {
        double sd = 1 / Math.sqrt(precision.getEntry(i, i));
        assertThat(normal.variances()[i]).isGreaterThan(1e3 * sd * sd);
        // Of differences of numbers near 10⁴, and an inverse of condition 10⁷.
        assertThat(above[i] - median[i]).isCloseTo(sd, within(1e-5 * sd));
      }
    }
  }

  private static double[][] rows(double[] flat) {
    return new double[][] {{flat[0], flat[1]}, {flat[2], flat[3]}};
  }

  /** So its draws need no weights, and no step moves it. */
  @Test
  void aFullOneIsThePosteriorAndStaysSo() {
    NormalApproximation normal = normal();
    AutoMultivariateNormal<NDArray> guide = AutoMultivariateNormal.of(LINE).start(normal);
    try (ParamStore params = new ParamStore(manager)) {
      FitReport report = begin(guide, params);
      assertThat(report.assessment().standardError()).isLessThan(1e-6);
      assertThat(report.assessment().effectiveSize()).isGreaterThan(999);
    }
    try (Svi<NDArray> svi = Svi.builder(LINE, guide).progress(Progress.silent()).build()) {
      FitReport report = svi.run(y, 2000);
      assertThat(report.assessment().effectiveSize()).isGreaterThan(900);
      double[] median = guide.median(svi.params()).get("line");
      for (int i = 0; i < 2; i++) {
        double sd = Math.sqrt(normal.variances()[i]);
        assertThat(median[i]).isCloseTo(normal.location()[i], within(0.1 * sd));
      }
    }
  }

  @Test
  void othersHaveItsLocationAndUnits() {
    NormalApproximation normal = normal();
    AutoLowRankMultivariateNormal<NDArray> low =
        AutoLowRankMultivariateNormal.of(LINE, 1).start(normal);
    try (ParamStore params = new ParamStore(manager)) {
      FitReport unused = begin(low, params);
      assertThat(low.median(params).get("line")).containsExactly(normal.location());
      assertThat(params.value("auto.diagonal"))
          .containsExactly(new double[] {0.5, 0.5}, within(1e-15));
    }
    AutoFlow<NDArray> flow = AutoFlow.of(LINE, dim -> Bijections.identity());
    AutoFlow<NDArray> started = flow.start(normal);
    try (ParamStore params = new ParamStore(manager);
        Run run = Run.open(RunConfig.defaults(), 0)) {
      FitReport unused = begin(started, params);
      NDArray base = run.create(new double[] {0, 1, 0, 0}, new Shape(2, 2));
      double[] image = Tensors.values(started.image(run, params, base).sites().get("line").value());
      double[] median = started.median(params).get("line");
      for (int i = 0; i < 2; i++) {
        double sd = Math.sqrt(normal.variances()[i]);
        assertThat(image[2 + i]).isCloseTo(normal.location()[i], within(1e-12 * sd));
        assertThat(median[i]).isCloseTo(normal.location()[i], within(0.05 * sd)); // 10,001 draws
      }
      // The last column of the Cholesky factor of the covariance.
      assertThat(image[0]).isEqualTo(image[2]);
      assertThat(image[1] - image[3])
          .isCloseTo(Math.sqrt(normal.conditionalVariances()[1]), within(1e-9));
    }
  }

  @Test
  void thatOfAnotherModelIsRefused() {
    Program<NDArray> other = (p, y) -> p.sample("x", Normal.of(0, 1));
    try (LaplacePosterior<NDArray> posterior = LaplaceApproximation.of(other).run(y);
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
