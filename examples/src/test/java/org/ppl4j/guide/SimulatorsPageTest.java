package org.ppl4j.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.infer.Summary;

/** A simulator of known posterior. */
class SimulatorsPageTest {

  @Test
  @Tag("acceptance") // half a minute
  @Tag("seen.3")
  void posteriorOfASimulatorIsLearned() {
    try (NDManager manager = NDManager.newBaseManager()) {
      Summary.Row theta =
          SimulatorsPage.bySimulation(
                  (row, rng) -> new double[] {row[0] + 0.5 * rng.nextNormal()},
                  manager.create(new double[] {1}))
              .get("theta");

      // The exact posterior is N(1, 0.5), hardly cut off by the prior.
      assertThat(theta.mean()).isCloseTo(1, within(0.15));
      assertThat(theta.sd()).isCloseTo(0.5, within(0.1));
    }
  }
}
