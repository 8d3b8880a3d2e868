package org.ppl4j;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.distributions.Bernoulli;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.Sandbox;

@ExtendWith(LeakCheck.class)
class ParameterRangeTest {

  @Test
  void aProbabilityAboveOneIsFoundThoughItsDensityIsFinite() {
    try (Sandbox sandbox = Sandbox.open()) {
      assertThatThrownBy(
              () ->
                  sandbox.record(
                      (p, data) -> {
                        double[] probs = {0.5, 1.5};
                        p.observe(
                            "flip",
                            Bernoulli.probs(p.run().create(probs, new Shape(2))).toEvent(1),
                            p.run().create(new double[] {1, 1}, new Shape(2)));
                      }))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith(
              "observed site 'flip': parameter 'probs' of Bernoulli must be in the unit interval, but its"
                  + " entry 1 is 1.5");
    }
  }
}
