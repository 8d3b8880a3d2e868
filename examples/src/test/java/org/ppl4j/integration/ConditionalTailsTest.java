package org.ppl4j.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.ppl4j.flows.Flows;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.density.ConditionalDensity;
import org.ppl4j.infer.density.ConditionalDensityEstimator;
import org.ppl4j.infer.density.Training;

/** The tails of a conditional density stay near what was learned from, and so do its means. */
class ConditionalTailsTest {

  private static final int ROWS = 1000;

  private static final Training TRAINING =
      Training.standard().steps(400).progress(Progress.silent());

  /** y = sin 2x + exp(x − 1) ε: where x is low, a range 50 times as narrow as where it is high. */
  @Test
  void meansAndTailsOfARegressionWhoseNoiseGrows() {
    Random random = new Random(1);
    double[] x = new double[ROWS];
    double[] y = new double[ROWS];
    for (int i = 0; i < ROWS; i++) {
      x[i] = 4 * random.nextDouble() - 2;
      y[i] = Math.sin(2 * x[i]) + Math.exp(x[i] - 1) * random.nextGaussian();
    }
    double greatest = Arrays.stream(y).map(Math::abs).max().orElseThrow();
    double[] at = {-2, -1, 0, 1, 2};
    try (NDManager manager = NDManager.newBaseManager();
        ConditionalDensity density =
            ConditionalDensityEstimator.of(Flows::conditional)
                .training(TRAINING)
                .fit(manager.create(y), manager.create(x))) {
      NDArray contexts = manager.create(at);
      double[] means = density.mean(contexts).toDoubleArray();
      double[] low =
          density.quantile(manager.create(new double[] {1e-3}), contexts).toDoubleArray();
      double[] high =
          density.quantile(manager.create(new double[] {1 - 1e-3}), contexts).toDoubleArray();
      for (int i = 0; i < at.length; i++) {
        // Half of the noise there, and of that in the middle where there is hardly any.
        double noise = Math.max(Math.exp(at[i] - 1), Math.exp(-1));
        assertThat(means[i])
            .as("mean at %s", at[i])
            .isCloseTo(Math.sin(2 * at[i]), within(noise / 2));
        assertThat(low[i]).as("quantile at %s", at[i]).isGreaterThan(-3 * greatest);
        assertThat(high[i]).as("quantile at %s", at[i]).isLessThan(3 * greatest);
      }
      double[] draws = density.sample(2000, contexts).toDoubleArray();
      double farthest = Arrays.stream(draws).map(Math::abs).max().orElseThrow();
      assertThat(farthest).isLessThan(10 * greatest);
    }
  }
}
