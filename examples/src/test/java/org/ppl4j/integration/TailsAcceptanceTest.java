package org.ppl4j.integration;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.infer.density.Training;
import org.ppl4j.testing.TailLaw;

/** Draws of what recommended flows have learned lie where the law has something. */
@Tag("acceptance")
@Tag("trust.8")
class TailsAcceptanceTest {

  static Iterable<TailLaw> laws() {
    return TailLaw.all();
  }

  @ParameterizedTest
  @MethodSource("laws")
  void drawsKeepToTheTails(TailLaw law) {
    FlowTails.check(law, Training.standard());
  }
}
