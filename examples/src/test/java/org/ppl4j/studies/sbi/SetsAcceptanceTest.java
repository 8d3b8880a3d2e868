package org.ppl4j.studies.sbi;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.distributions.Normal;
import org.ppl4j.flows.Flows;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.sbi.NeuralPosterior;
import org.ppl4j.infer.sbi.Npe;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.AcceptancePoint;

/**
 * Posteriors of a normal mean, whose prior is standard normal, given sets of one to a hundred
 * observations with deviation 1, by one network: of n with sum s the mean is s / (n + 1), the
 * variance 1 / (n + 1).
 */
@Tag("acceptance")
@Tag("tables.6")
class SetsAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("tables.6");

  private static final int MOST = 100;
  private static final int SIMULATIONS = 30_000;
  private static final int[] SIZES = {1, 2, 3, 5, 10, 30, 60, 100};
  private static final int SETS_OF_A_SIZE = 8;

  /** Their mean is known to 0.016 of their deviation. */
  private static final int DRAWS = 4000;

  private static final double MOST_OFF = 0.1;

  @Test
  void posteriorsOfSetsOfAllSizesAreTheClosedForm() {
    Npe npe =
        Npe.of(
                Normal.of(0, 1),
                (theta, rng) -> new double[] {theta[0] + rng.nextNormal()},
                Flows::regression)
            .sets(MOST)
            .ensemble(4)
            .config(RunConfig.defaults().withFloatType(FloatType.FLOAT32))
            .progress(Progress.silent());
    try (NDManager manager = NDManager.newBaseManager();
        NeuralPosterior posterior = npe.fit(npe.simulate(SIMULATIONS))) {
      for (int size : SIZES) {
        double ofMeans = 0;
        double ofDeviations = 0;
        for (int number = 0; number < SETS_OF_A_SIZE; number++) {
          double[] set = set(size, number);
          double sd = 1 / Math.sqrt(size + 1.0);
          double mean = Arrays.stream(set).sum() / (size + 1);
          try (Samples draws =
              posterior.posterior(manager.create(set, new Shape(size, 1)), DRAWS)) {
            Summary.Row theta = draws.summary().get("theta");
            ofMeans = Math.max(ofMeans, Math.abs(theta.mean() - mean) / sd);
            ofDeviations = Math.max(ofDeviations, Math.abs(theta.sd() - sd) / sd);
          }
        }
        POINT.atMost("means off in sds, the farthest, sets of " + size, ofMeans, MOST_OFF);
        POINT.atMost("sds off in sds, the farthest, sets of " + size, ofDeviations, MOST_OFF);
      }
    }
  }

  private static double[] set(int size, int number) {
    Rng rng = Rng.of(size, Rng.Purpose.MODEL, number, "set");
    double theta = rng.nextNormal();
    double[] set = new double[size];
    Arrays.setAll(set, i -> theta + rng.nextNormal());
    return set;
  }
}
