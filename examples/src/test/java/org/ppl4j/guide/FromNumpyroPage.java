package org.ppl4j.guide;

import ai.djl.ndarray.NDArray;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.HalfCauchy;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.mcmc.McmcRun;
import org.ppl4j.infer.mcmc.Nuts;

/** The blocks of the page from-numpyro.md. */
@SuppressWarnings("ArrayRecordComponent") // data may hold plain arrays
final class FromNumpyroPage {

  private FromNumpyroPage() {}

  // region
  record Schools(double[] y, double[] sigma) {}

  static final Program<Schools> EIGHT_SCHOOLS =
      (p, schools) -> {
        NDArray mu = p.sample("mu", Normal.of(0, 5));
        NDArray tau = p.sample("tau", HalfCauchy.of(5));
        try (Plate rows = p.plate("J", schools.y().length)) {
          NDArray theta = p.sample("theta", Normal.of(mu, tau));
          p.observe("obs", Normal.of(theta, rows.take(schools.sigma())), rows.take(schools.y()));
        }
      };

  static Summary schools() {
    double[] y = {28, 8, -3, 7, -1, 1, 18, 12};
    double[] sigma = {15, 10, 16, 11, 9, 11, 10, 18};
    try (McmcRun<Schools> run = Nuts.of(EIGHT_SCHOOLS).run(new Schools(y, sigma))) {
      return run.summary();
    }
  }
  // endregion
}
