package org.ppl4j.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.ppl4j.infer.Summary;

/** Eight schools, beside the reference draws of posteriordb. */
class FromNumpyroPageTest {

  @Test
  void theSchoolsAreThoseOfTheReference() {
    Summary.Row first = FromNumpyroPage.schools().get("theta[1]");

    // Means and deviations of 10,000 draws of Stan's; five standard errors of 1,000 draws.
    assertThat(first.mean()).isCloseTo(6.15, within(5 * 5.62 / Math.sqrt(1000)));
    assertThat(first.sd()).isCloseTo(5.62, within(1.0));
  }
}
