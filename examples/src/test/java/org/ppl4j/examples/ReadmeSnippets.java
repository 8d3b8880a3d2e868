package org.ppl4j.examples;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.ppl4j.ParamStore;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Bernoulli;
import org.ppl4j.distributions.Beta;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.Svi;
import org.ppl4j.infer.optim.Adam;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.RunConfig;

/** The Java of the README, region by region; {@link ReadmeTest} compares the texts and runs it. */
final class ReadmeSnippets {

  private ReadmeSnippets() {}

  // region
  static final Program<NDArray> MODEL =
      (p, flips) -> {
        NDArray fairness = p.sample("fairness", Beta.of(10, 10));
        try (Plate plate = p.plate("flips", flips.size(0))) {
          p.observe("obs", Bernoulli.probs(fairness), plate.take(flips));
        }
      };

  static final Program<NDArray> GUIDE =
      (p, flips) -> {
        NDArray alpha = p.param("alpha", () -> p.scalar(15), Constraint.POSITIVE);
        NDArray beta = p.param("beta", () -> p.scalar(15), Constraint.POSITIVE);
        p.sample("fairness", Beta.of(alpha, beta));
      };

  static Summary fit() {
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager)) {
      NDArray flips = manager.create(new float[] {1, 1, 1, 1, 1, 1, 0, 0, 0, 0});
      Svi<NDArray> svi =
          Svi.builder(MODEL, GUIDE).params(params).optimizer(Adam.withRate(0.01)).build();
      svi.run(flips, 2000);
      try (Samples posterior = svi.posterior(flips, 1000)) {
        return posterior.summary(); // mean, standard deviation and quantiles of each site
      }
    }
  }

  // endregion

  static RunConfig gpu() {
    // region
    RunConfig config =
        RunConfig.defaults().withDevice(Device.gpu()).withFloatType(FloatType.FLOAT32);
    // endregion
    return config;
  }
}
