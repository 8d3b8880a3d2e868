package org.ppl4j.infer.approximation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.math.Stats;
import org.hipparchus.distribution.continuous.GammaDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Bernoulli;
import org.ppl4j.distributions.Beta;
import org.ppl4j.distributions.Gamma;
import org.ppl4j.distributions.ImproperUniform;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.importance.ImportanceSamples;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Special;
import org.ppl4j.testing.LeakCheck;

/** Posteriors in closed form: normal ones exactly, others at their mode. */
@ExtendWith(LeakCheck.class)
class LaplaceApproximationTest {

  private static final int DRAWS = 20_000;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void isExactWhereThePosteriorIsNormal(long seed) {
    ConjugateRegression regression = new ConjugateRegression(seed);
    try (NDManager manager = NDManager.newBaseManager()) {
      ConjugateRegression.Rows data = regression.data(manager);
      try (LaplacePosterior<ConjugateRegression.Rows> posterior =
          LaplaceApproximation.of(ConjugateRegression.MODEL).run(data)) {
        NormalApproximation normal = posterior.normal();
        double[] covariance = normal.covariance();
        double[] variances = normal.variances();
        for (int i = 0; i < ConjugateRegression.SIZE; i++) {
          double sd = Math.sqrt(regression.covariance.getEntry(i, i));
          assertThat(normal.location()[i]).isCloseTo(regression.mean[i], within(1e-8 * sd));
          assertThat(variances[i]).isCloseTo(sd * sd, within(1e-8 * sd * sd));
          for (int j = 0; j < ConjugateRegression.SIZE; j++) {
            double unit = sd * Math.sqrt(regression.covariance.getEntry(j, j));
            assertThat(covariance[i * ConjugateRegression.SIZE + j])
                .isCloseTo(regression.covariance.getEntry(i, j), within(1e-8 * unit));
          }
        }
        assertThat(posterior.warnings()).isEmpty();
        try (ImportanceSamples weighted = posterior.importance(data, 1000)) {
          assertThat(weighted.logEvidence()).isCloseTo(regression.logEvidence(), within(1e-7));
          assertThat(weighted.samples().names()).containsExactly("intercept", "slopes", "twice");
        }
      }
    }
  }

  @Test
  void drawsAreOfThatNormal() {
    ConjugateRegression regression = new ConjugateRegression(4);
    try (NDManager manager = NDManager.newBaseManager()) {
      ConjugateRegression.Rows data = regression.data(manager);
      try (LaplacePosterior<ConjugateRegression.Rows> posterior =
              LaplaceApproximation.of(ConjugateRegression.MODEL).run(data);
          Samples draws = posterior.posterior(data, DRAWS);
          Samples again = posterior.posterior(data, DRAWS)) {
        double sd = Math.sqrt(regression.covariance.getEntry(0, 0));
        Stats stats = Stats.of(draws.values("intercept"));
        assertThat(stats.mean()).isCloseTo(regression.mean[0], within(4 * sd / Math.sqrt(DRAWS)));
        assertThat(stats.sampleStandardDeviation())
            .isCloseTo(sd, within(4 * sd / Math.sqrt(2 * DRAWS)));
        assertThat(draws.values("twice")[7]).isEqualTo(2 * draws.values("intercept")[7]);
        assertThat(again.values("slopes")).isEqualTo(draws.values("slopes"));
      }
    }
  }

  /** Gamma(a, b) of x has its mode in log x at log(a / b), with second derivative −a. */
  @Test
  void weightsMendWhatIsNotNormal() {
    Program<Void> model = (p, none) -> p.sample("x", Gamma.of(4, 2));
    GammaDistribution exact = new GammaDistribution(4, 0.5);
    double sd = Math.sqrt(exact.getNumericalVariance());
    try (LaplacePosterior<Void> posterior = LaplaceApproximation.of(model).run(null);
        ImportanceSamples weighted = posterior.importance(null, DRAWS)) {
      assertThat(posterior.normal().location()[0]).isCloseTo(Math.log(2), within(1e-9));
      assertThat(posterior.hessian()[0]).isCloseTo(4, within(1e-9));
      assertThat(posterior.normal().variances()[0]).isCloseTo(0.25, within(1e-9));
      assertThat(posterior.khat().isWarning()).isFalse();
      assertThat(posterior.warnings())
          .anyMatch(warning -> warning.startsWith("by the weights the mean of 'x' is "))
          .anyMatch(
              warning -> warning.startsWith("by the weights the standard deviation of 'x' is "));
      assertThat(posterior.toString())
          .startsWith("laplace: mode at log density ")
          .contains("where 16 of 16 starts ended")
          .contains("warning: by the weights the mean of 'x' is ");
      assertThat(weighted.samples().mean("x")[0])
          .isCloseTo(exact.getNumericalMean(), within(5 * sd / Math.sqrt(DRAWS)));
      assertThat(weighted.logEvidence()).isCloseTo(0, within(5 / Math.sqrt(DRAWS)));
    }
  }

  /** Heads and tails: with a Beta prior the mode of the log odds is that of the counts. */
  @Test
  void itsModeIsThatOfTheUnconstrainedVector() {
    Program<NDArray> model =
        (p, flips) -> {
          NDArray fairness = p.sample("fairness", Beta.of(10, 10));
          try (Plate plate = p.plate("flips", flips.size(0))) {
            p.observe("obs", Bernoulli.probs(fairness), plate.take(flips));
          }
        };
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray flips = manager.create(new double[] {1, 1, 1, 1, 1, 1, 0, 0, 0, 0});
      try (LaplacePosterior<NDArray> posterior = LaplaceApproximation.of(model).run(flips)) {
        assertThat(posterior.normal().location()[0]).isCloseTo(Math.log(16.0 / 14), within(1e-9));
        assertThat(posterior.hessian()[0]).isCloseTo(16.0 * 14 / 30, within(1e-8));
      }
    }
  }

  /** ½ N(−1.5, 0.4²) + ½ N(1.5, 0.2²), whose modes differ by a factor of 2. */
  @Test
  void saysThatThereAreOtherModes() {
    Program<Void> model =
        (p, none) -> {
          NDArray x = p.sample("x", ImproperUniform.of(Constraint.REAL));
          p.factor(
              "modes",
              Special.logAddExp(Normal.of(-1.5, 0.4).logProb(x), Normal.of(1.5, 0.2).logProb(x)));
        };
    try (LaplacePosterior<Void> posterior = LaplaceApproximation.of(model).starts(12).run(null)) {
      assertThat(posterior.normal().location()[0]).isCloseTo(1.5, within(1e-6));
      assertThat(posterior.warnings().get(0))
          .matches(
              "\\d+ of 12 starts ended at another mode, whose log density is 0.69\\d lower at"
                  + " least: the posterior has several modes, and this describes one");
    }
  }

  @Test
  void saysWhereThereIsNoMode() {
    Program<Void> ridge =
        (p, none) -> {
          NDArray a = p.sample("a", ImproperUniform.of(Constraint.REAL));
          NDArray b = p.sample("b", ImproperUniform.of(Constraint.REAL));
          p.factor("sum", Normal.of(1, 1).logProb(a.add(b)));
        };
    assertThatThrownBy(() -> run(ridge))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageMatching(
            "laplace found no mode from 16 starts: where the highest search ended, at a log density"
                + " of -0.918939, it does not fall along '[ab]' \\(\\S+\\) and '[ab]' \\(\\S+\\),"
                + " the unconstrained values there: of 1 along an axis its curvature is \\S+;"
                + " give each site a proper prior, or, if each has one, write the model in other"
                + " variables or take Pathfinder.of\\(model\\), which needs no mode");
  }

  @Test
  void saysWhereSearchesAreCutShort() {
    Program<Void> funnel =
        (p, none) -> {
          NDArray scale = p.sample("scale", Normal.of(0, 3));
          p.sample("x", Normal.of(0, scale.exp()).expand(9).toEvent(1));
        };
    LaplaceApproximation<Void> cut =
        LaplaceApproximation.of(funnel).asWritten().optimizer(Lbfgs.patient().withMaxIterations(3));
    assertThatThrownBy(() -> cut.run(null).close())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageEndingWith(
            "; all searches were cut short, as where numbers are of very different scales: write"
                + " the model in other units, or take Nuts.of(model), which learns them");
  }

  private static void run(Program<Void> model) {
    try (LaplacePosterior<Void> posterior = LaplaceApproximation.of(model).run(null)) {
      assertThat(posterior).isNull();
    }
  }

  @Test
  void refusesWhatItCannotUse() {
    Program<Void> model = (p, none) -> p.sample("x", Normal.of(0, 1));
    assertThatThrownBy(() -> LaplaceApproximation.of(model).starts(0))
        .hasMessage("laplace has 0 starts, but needs at least 1");
    try (LaplacePosterior<Void> closed =
        LaplaceApproximation.of(model).config(RunConfig.defaults()).run(null)) {
      assertThatThrownBy(() -> closed.posterior(null, 0))
          .hasMessage("posterior is asked for 0 draws, but needs at least 1");
      closed.close();
      assertThatThrownBy(() -> closed.posterior(null, 1))
          .hasMessage("LaplacePosterior is used after it was closed; close it after its last use");
    }
  }
}
