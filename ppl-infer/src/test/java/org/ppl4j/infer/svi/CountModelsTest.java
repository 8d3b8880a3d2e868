package org.ppl4j.infer.svi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Gamma;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.Poisson;
import org.ppl4j.distributions.RelaxedBernoulliStraightThrough;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.optim.Adam;
import org.ppl4j.params.ParamStore;

/** Fits of models of counts and of latent bits, one by one and with particles. */
class CountModelsTest {

  private static final long[] COUNTS = {3, 0, 5, 2, 4, 1};

  /** rate ~ Gamma(2, 1), counts ~ Poisson(rate): the posterior is Gamma(2 + Σ counts, 1 + n). */
  private static final Program<NDArray> RATES =
      (p, counts) -> {
        NDArray rate = p.sample("rate", Gamma.of(2, 1));
        try (Plate rows = p.plate("rows", counts.size(0))) {
          p.observe("counts", Poisson.of(rate), rows.take(counts));
        }
      };

  private static final Program<NDArray> GAMMA =
      (p, counts) -> {
        NDArray concentration = p.param("a", () -> p.scalar(5), Constraint.POSITIVE);
        NDArray rate = p.param("b", () -> p.scalar(5), Constraint.POSITIVE);
        p.sample("rate", Gamma.of(concentration, rate));
      };

  /** A bit that says from which of two normals a number came. */
  private static final Program<NDArray> BIT =
      (p, x) -> {
        NDArray bit = p.sample("bit", RelaxedBernoulliStraightThrough.probs(0.5, 0.5));
        p.observe("x", Normal.of(bit.mul(2).sub(1), 0.7), x);
      };

  private static final Program<NDArray> GUESS =
      (p, x) -> {
        NDArray logits = p.param("logits", () -> p.scalar(0));
        p.sample("bit", RelaxedBernoulliStraightThrough.logits(0.5, logits));
      };

  @ParameterizedTest
  @ValueSource(ints = {1, 5})
  void aRateOfCountsHasItsPosterior(int particles) {
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager)) {
      fit(RATES, GAMMA, params, particles, manager.create(COUNTS), 900);

      assertThat(params.value("a")[0] / params.value("b")[0]).isCloseTo(17.0 / 7, within(0.1));
      assertThat(params.value("b")[0]).isCloseTo(7, within(0.8));
    }
  }

  /**
   * The bound is 2 / 0.7² · σ(l) less l coth(l / 2) − 2, the divergence of two relaxed bits, and
   * greatest at 1.75; the gradient of soft bits is biased towards 0.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 5})
  void aHardBitIsFoundByTheGradientOfASoftOne(int particles) {
    for (double x : new double[] {1, -1}) {
      try (NDManager manager = NDManager.newBaseManager();
          ParamStore params = new ParamStore(manager)) {
        fit(BIT, GUESS, params, particles, manager.create(x), 200);

        assertThat(params.value("logits")[0] * x).isBetween(0.8, 2.5);
      }
    }
  }

  private static void fit(
      Program<NDArray> model,
      Program<NDArray> guide,
      ParamStore params,
      int particles,
      NDArray data,
      int steps) {
    try (Svi<NDArray> svi =
        Svi.builder(model, guide)
            .params(params)
            .particles(particles)
            .optimizer(Adam.withRate(0.05))
            .stopping(StoppingRule.never())
            .averaging(Averaging.polynomial(8))
            .progress(Progress.silent())
            .build()) {
      FitReport report = svi.run(data, steps);
      assertThat(report.steps()).isEqualTo(steps);
    }
  }
}
