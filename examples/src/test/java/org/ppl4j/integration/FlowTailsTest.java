package org.ppl4j.integration;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.infer.density.Training;
import org.ppl4j.testing.TailLaw;

/** Recommended flows keep to heavy tails from the first steps on; acceptance has all laws. */
@Tag("trust.8")
class FlowTailsTest {

  @Test
  void drawsKeepToTheTails() {
    FlowTails.check(TailLaw.all().get(0), Training.standard().steps(10).batch(500));
  }
}
