package org.ppl4j.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import com.google.common.primitives.Doubles;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.infer.Summary;
import org.ppl4j.tensor.Rng;

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

  @Test
  void anEpidemicIsSimulated() {
    double[] ill = SimulatorsPage.EPIDEMIC.simulate(new double[] {0.4, 0.1}, Rng.of(1));

    assertThat(ill).hasSize(6);
    assertThat(Doubles.asList(ill)).allMatch(each -> each > 10 && each < 1000);
    assertThat(SimulatorsPage.EPIDEMIC.simulate(new double[] {0.4, 0.1}, Rng.of(1))).isEqualTo(ill);
  }

  @Test
  @Tag("acceptance") // a minute
  @Tag("seen.3")
  void anEpidemicIsInferred() {
    Summary found = SimulatorsPage.ofAnEpidemic(1000);

    assertThat(found.get("theta[infects]").mean()).isBetween(0.35, 0.45);
    assertThat(found.get("theta[recovers]").mean()).isBetween(0.08, 0.12);
  }
}
