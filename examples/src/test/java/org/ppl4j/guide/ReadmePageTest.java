package org.ppl4j.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.ppl4j.infer.Summary;

/** The first model reaches the exact posterior. */
class ReadmePageTest {

  @Test
  void theFirstModelFits() {
    Summary.Row fairness = ReadmePage.fit().get("fairness");

    // Beta(10 + 6, 10 + 4)
    assertThat(fairness.mean()).isCloseTo(16.0 / 30, within(0.02));
    assertThat(fairness.sd()).isCloseTo(0.0896, within(0.02));
  }
}
