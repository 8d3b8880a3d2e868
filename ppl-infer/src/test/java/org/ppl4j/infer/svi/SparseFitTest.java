package org.ppl4j.infer.svi;

import static org.ppl4j.tensor.Tensors.number;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.tracker.Tracker;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.Program;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Gamma;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.optim.Adam;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.LeakCheck;

/** A guide finds the concentration of a prior whose draws are below every float. */
@ExtendWith(LeakCheck.class)
class SparseFitTest {

  private static final AcceptancePoint TRUST_SPARSE = new AcceptancePoint("trust.2");

  @Test
  void aGuideFindsTheConcentrationOfAVagueGamma() {
    judge(0.02, 1);
  }

  @Test
  @Tag("acceptance")
  @Tag("trust.2")
  void guidesFindTheConcentrationsOfVagueGammas() {
    for (double concentration : new double[] {0.02, 0.05}) {
      for (int seed = 1; seed <= 3; seed++) {
        judge(concentration, seed);
      }
    }
  }

  private static void judge(double concentration, int seed) {
    double fitted = fitted(concentration, seed);
    TRUST_SPARSE.between(
        "concentration fitted to " + concentration + ", seed " + seed,
        fitted,
        0.98 * concentration,
        1.02 * concentration);
  }

  private static double fitted(double concentration, int seed) {
    Program<@Nullable Void> model =
        (p, none) -> p.sample("x", Gamma.of(number(concentration), number(1)));
    Program<@Nullable Void> guide =
        (p, none) -> {
          NDArray c = p.param("c", () -> p.scalar(0.3), Constraint.POSITIVE);
          p.sample("x", Gamma.of(c, 1));
        };
    int steps = 800;
    Tracker falling =
        Tracker.cosine().setBaseValue(0.1f).optFinalValue(1e-4f).setMaxUpdates(steps).build();
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager);
        Svi<@Nullable Void> svi =
            Svi.builder(model, guide)
                .params(params)
                .config(RunConfig.defaults().withSeed(seed))
                .optimizer(Adam.withRate(falling))
                .particles(100)
                .progress(Progress.silent())
                .build()) {
      svi.run(null, steps);
      return params.value("c")[0];
    }
  }
}
