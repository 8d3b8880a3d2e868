package org.ppl4j.infer.svi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.math.Stats;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Bernoulli;
import org.ppl4j.distributions.Cauchy;
import org.ppl4j.distributions.Gamma;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.autoguide.AutoNormal;
import org.ppl4j.infer.optim.Adam;
import org.ppl4j.infer.optim.Sgd;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.LeakCheck;

@ExtendWith(LeakCheck.class)
class MeanFieldElboTest {

  /** Two levels, local latents in a plate, an observation each. */
  private static final Program<NDArray> MODEL =
      (p, x) -> {
        NDArray tau = p.sample("tau", Gamma.of(3, 2));
        NDArray mu = p.sample("mu", Normal.of(0, 2));
        try (Plate rows = p.plate("rows", 8, 4)) {
          NDArray z = p.sample("z", Normal.of(mu, tau));
          p.observe("x", Normal.of(z, 0.7), rows.take(x));
        }
      };

  private static final Program<NDArray> GUIDE =
      (p, x) -> {
        NDArray a = p.param("a", () -> p.scalar(5), Constraint.POSITIVE);
        p.sample("tau", Gamma.of(a, 4));
        NDArray mu = p.sample("mu", Normal.of(p.param("m", () -> p.scalar(0.5)), 0.3));
        try (Plate rows = p.plate("rows", 8, 4)) {
          p.sample("z", Normal.of(mu.mul(0.5), 0.4));
        }
      };

  private NDManager manager;
  private NDArray data;

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager();
    data = manager.create(new double[] {0.3, -1, 2, 0.4, 1.1, 0.9, -0.2, 0.5});
  }

  @AfterEach
  void close() {
    manager.close();
  }

  /** The losses of steps that change nothing. */
  private double[] losses(
      Program<NDArray> model, Program<NDArray> guide, Elbo elbo, int particles, int steps) {
    try (ParamStore params = new ParamStore(manager);
        Svi<NDArray> svi =
            Svi.builder(model, guide)
                .params(params)
                .config(RunConfig.defaults().withSeed(3))
                .optimizer(Sgd.withRate(1e-12))
                .estimator(elbo)
                .particles(particles)
                .progress(Progress.silent())
                .build()) {
      return DoubleStream.generate(() -> svi.step(data)).limit(steps).toArray();
    }
  }

  /** Step by step the draws are the same, so that the differences spread less than the losses. */
  private void agree(Program<NDArray> model, Program<NDArray> guide, int particles, int steps) {
    double[] trace = losses(model, guide, Elbo.trace(), particles, steps);
    double[] meanField = losses(model, guide, Elbo.meanField(), particles, steps);

    Stats apart =
        Stats.of(IntStream.range(0, steps).mapToDouble(i -> meanField[i] - trace[i]).toArray());
    double error = apart.sampleStandardDeviation() / Math.sqrt(steps);
    assertThat(apart.mean()).isCloseTo(0, within(5 * error));
  }

  @Test
  void hasTheMeanOfTheTraceEstimator() {
    agree(MODEL, GUIDE, 1, 400);
  }

  @Test
  void averagesOverParticles() {
    agree(MODEL, GUIDE, 7, 100);
    Program<NDArray> scalar = (p, x) -> p.sample("mu", Normal.of(0, 2));
    Program<NDArray> guide =
        (p, x) -> p.sample("mu", Normal.of(p.param("m", () -> p.scalar(1)), 1));

    for (double loss : losses(scalar, guide, Elbo.meanField(), 7, 3)) {
      assertThat(loss).isCloseTo(Math.log(2) + 2.0 / 8 - 0.5, within(1e-12));
    }
  }

  @Test
  void hasNoNoiseWhereEverythingIsClosed() {
    Program<NDArray> model =
        (p, x) -> {
          p.sample("tau", Gamma.of(3, 2));
          try (Plate rows = p.plate("rows", 8, 4)) {
            p.sample("z", Normal.of(0, 1));
          }
        };
    Program<NDArray> guide =
        (p, x) -> {
          p.sample("tau", Gamma.of(p.param("a", () -> p.scalar(3)), 2));
          try (Plate rows = p.plate("rows", 8, 4)) {
            p.sample("z", Normal.of(1, 1));
          }
        };

    for (int particles : new int[] {1, 5}) {
      for (double loss : losses(model, guide, Elbo.meanField(), particles, 5)) {
        assertThat(loss).as("scaled by the plate").isCloseTo(8 * 0.5, within(1e-10));
      }
    }
  }

  /** The model draws z first and the guide last, where its distribution depends on w. */
  @Test
  void aSiteOutOfOrderIsNotIntegratedOut() {
    Program<NDArray> model =
        (p, x) -> {
          NDArray z = p.sample("z", Normal.of(0, 1));
          p.sample("w", Normal.of(z, 1));
        };
    Program<NDArray> guide =
        (p, x) -> {
          NDArray w = p.sample("w", Normal.of(p.param("m", () -> p.scalar(0.7)), 1));
          p.sample("z", Normal.of(w.mul(0.5), 0.5));
        };
    agree(model, guide, 1, 800);
  }

  @Test
  void pairsWithoutAFormulaAreSampled() {
    Program<NDArray> model = (p, x) -> p.sample("mu", Cauchy.of(0, 1));
    Program<NDArray> guide =
        (p, x) -> p.sample("mu", Normal.of(p.param("m", () -> p.scalar(1)), 1));

    double trace = losses(model, guide, Elbo.trace(), 1, 1)[0];

    assertThat(losses(model, guide, Elbo.meanField(), 1, 1)[0]).isCloseTo(trace, within(1e-12));
  }

  @Test
  void anAutoguideHasTheTraceEstimator() {
    Program<NDArray> model =
        (p, x) -> {
          NDArray mu = p.sample("mu", Normal.of(0, 2));
          try (Plate rows = p.plate("rows", 8)) {
            p.observe("x", Normal.of(mu, 1), rows.take(x));
          }
        };
    AutoNormal<NDArray> guide = AutoNormal.of(model);

    double trace = losses(model, guide, Elbo.trace(), 1, 1)[0];

    assertThat(losses(model, guide, Elbo.meanField(), 1, 1)[0]).isCloseTo(trace, within(1e-10));
  }

  /** mu ~ N(0, 2), x ~ N(mu, 1), whose posterior the fit must find. */
  @Test
  void reachesAConjugatePosterior() {
    Program<NDArray> model =
        (p, x) -> {
          NDArray mu = p.sample("mu", Normal.of(0, 2));
          try (Plate rows = p.plate("rows", 8)) {
            p.observe("x", Normal.of(mu, 1), rows.take(x));
          }
        };
    Program<NDArray> guide =
        (p, x) -> {
          NDArray scale = p.param("scale", () -> p.scalar(1), Constraint.POSITIVE);
          p.sample("mu", Normal.of(p.param("loc", () -> p.scalar(0)), scale));
        };
    try (ParamStore params = new ParamStore(manager);
        Svi<NDArray> svi =
            Svi.builder(model, guide)
                .params(params)
                .optimizer(Adam.withRate(0.05))
                .averaging(Averaging.polynomial(3))
                .estimator(Elbo.meanField())
                .particles(20)
                .progress(Progress.silent())
                .build()) {
      FitReport report = svi.run(data, 5000);

      double precision = 0.25 + 8;
      double sd = 1 / Math.sqrt(precision);
      assertThat(report.stop()).isEqualTo(FitReport.Stop.CONVERGED);
      assertThat(params.value("loc")[0]).isCloseTo(4.0 / precision, within(0.02 * sd));
      assertThat(params.value("scale")[0]).isCloseTo(sd, within(0.02 * sd));
    }
  }

  @Test
  void drawsNeedADerivative() {
    Program<NDArray> program = (p, x) -> p.sample("b", Bernoulli.probs(0.3));

    assertThatThrownBy(() -> losses(program, program, Elbo.meanField(), 1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "sample site 'b' of the guide draws from Bernoulli, which has no derivative along its"
                + " draws, but the mean-field estimator needs one; take one of the estimators"
                + " [score function, reweighted wake-sleep, forward kl], or leave the site out of"
                + " the guide, so that it is summed out of the model");
  }
}
