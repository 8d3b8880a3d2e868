package org.ppl4j.infer.svi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.Program;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.autoguide.AutoDelta;
import org.ppl4j.infer.latent.Initializer;
import org.ppl4j.infer.optim.Adam;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.WithStore;

@ExtendWith(LeakCheck.class)
class RestartsTest extends WithStore {

  /** Two peaks: a low one at −3 that most starts fall into, a high one at 3. */
  private static final Program<Void> MODEL =
      (p, none) -> {
        NDArray x = p.sample("x", Normal.of(0, 10));
        NDArray low = x.add(3).square().mul(-0.5);
        NDArray high = x.sub(3).square().mul(-8).add(5);
        p.factor("peaks", low.exp().add(high.exp()).add(1e-30).log());
      };

  private Svi.Builder<Void> fit(long seed) {
    return Svi.builder(MODEL, AutoDelta.of(MODEL).initializer(Initializer.uniform(4)))
        .params(params)
        .config(RunConfig.defaults().withSeed(seed))
        .optimizer(Adam.withRate(0.05))
        .progress(Progress.silent());
  }

  @Test
  void theBestOfSeveralStartsGoesOn() {
    int alone = 0;
    for (long seed = 0; seed < 6; seed++) {
      try (ParamStore own = new ParamStore(manager)) {
        params = own;
        fit(100 * seed).build().run(null, 300);
        alone += own.value("auto.x")[0] > 0 ? 1 : 0;
      }
      try (ParamStore own = new ParamStore(manager)) {
        params = own;
        FitReport report = fit(100 * seed).restarts(12, 60).build().run(null, 300);
        assertThat(own.value("auto.x")[0]).as("seed %s", seed).isCloseTo(3, within(0.02));
        assertThat(report.starts()).hasSize(12);
        assertThat(report.steps()).isEqualTo(300);
      }
    }
    assertThat(alone).as("starts that find the high peak by themselves").isLessThan(6);
  }

  @Test
  void itGoesOnFromTheParametersOfTheBest() {
    FitReport report = fit(1).restarts(5, 200).build().run(null, 1);

    double min = Collections.min(report.starts());
    assertThat(report.losses().get(0)).isCloseTo(min, within(0.05 + 0.01 * Math.abs(min)));
    int best = report.starts().indexOf(min);
    assertThat(params.config().orElseThrow().seed()).isEqualTo(1 + best);
  }

  @Test
  void theSameSeedGivesTheSameBits() {
    double[] ends = new double[2];
    for (int i = 0; i < 2; i++) {
      try (ParamStore own = new ParamStore(manager)) {
        params = own;
        fit(7).restarts(3, 20).build().run(null, 20);
        ends[i] = own.value("auto.x")[0];
      }
    }
    assertThat(ends[0]).isEqualTo(ends[1]);
  }

  @Test
  void onlyTheFirstRunRestarts() {
    Svi<Void> svi = fit(3).restarts(2, 10).build();
    svi.run(null, 10);

    assertThat(svi.run(null, 10).starts()).isEmpty();
    assertThat(svi.steps()).isEqualTo(20);
  }

  @Test
  void mistakes() {
    assertThatThrownBy(() -> fit(1).restarts(0, 10))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("svi is to start 0 times, but needs at least 1");
    assertThatThrownBy(() -> fit(1).restarts(2, 0))
        .hasMessage("svi is to make 0 steps a start, but needs at least 1");
    fit(1).build().step(null);
    assertThatThrownBy(() -> fit(1).restarts(2, 10).build().run(null, 10))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "svi is to start from several seeds, but the store has parameters already: [auto.x];"
                + " use an empty store, or do without restarts");
  }
}
