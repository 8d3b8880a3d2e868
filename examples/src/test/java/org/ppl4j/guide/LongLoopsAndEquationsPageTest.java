package org.ppl4j.guide;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.approximation.LaplaceApproximation;
import org.ppl4j.infer.approximation.LaplacePosterior;
import org.ppl4j.infer.mcmc.McmcRun;
import org.ppl4j.infer.mcmc.Nuts;
import org.ppl4j.tensor.Recording;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;

/** Series are recorded. */
class LongLoopsAndEquationsPageTest {

  @Test
  void aSeriesIsRecorded() {
    RunConfig config = RunConfig.defaults().withRecording(Recording.REQUIRED);
    try (McmcRun<NDArray> run =
        Nuts.of(LongLoopsAndEquationsPage.STATES)
            .config(config)
            .chains(1)
            .warmup(200)
            .draws(100)
            .progress(Progress.silent())
            .run(Tensors.vector(0.3, 0.9, 1.2, 1.1, 0.8, 0.9, 1.3))) {
      assertThat(run.samples().summary().get("x[3]").mean()).isBetween(0.5, 1.5);
    }
  }

  /** The equation of Verhulst (1838) has a formula. */
  @Test
  void aGrowthIsFitted() {
    double[] y =
        Arrays.stream(LongLoopsAndEquationsPage.HOURS)
            .map(t -> 50 / (1 + 49 * Math.exp(-0.9 * t)))
            .toArray();
    Arrays.setAll(y, i -> y[i] * (i % 2 == 0 ? 1.02 : 0.98));

    try (LaplacePosterior<double[]> found =
        LaplaceApproximation.of(LongLoopsAndEquationsPage.GROWTH).run(y)) {
      Summary summary = found.summary(y, 1000);
      assertThat(summary.get("rate").q50()).isBetween(0.8, 1.0);
      assertThat(summary.get("most").q50()).isBetween(40.0, 60.0);
    }
  }

  @Test
  void aDecayIsFitted() {
    double[] y =
        Arrays.stream(LongLoopsAndEquationsPage.HOURS).map(t -> 10 * Math.exp(-0.3 * t)).toArray();
    Arrays.setAll(y, i -> y[i] + (i % 2 == 0 ? 0.1 : -0.1));

    assertThat(LongLoopsAndEquationsPage.decay(y).get("rate").mean()).isBetween(0.28, 0.32);
  }
}
