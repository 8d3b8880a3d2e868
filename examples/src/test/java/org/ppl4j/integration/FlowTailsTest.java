package org.ppl4j.integration;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.infer.density.Training;
import org.ppl4j.testing.TailLaw;

/** Recommended flows keep to the tails from the first steps on. */
@Tag("trust.8")
class FlowTailsTest {

  static Iterable<TailLaw> laws() {
    return TailLaw.all();
  }

  @ParameterizedTest
  @MethodSource("laws")
  void drawsKeepToTheTails(TailLaw law) {
    FlowTails.check(law, Training.standard().steps(10).batch(500));
  }
}
