package org.ppl4j.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** Classes are told apart. */
class DiscreteChoicesPageTest {

  @Test
  void classesAreToldApart() {
    double[] y = {-3, -2.8, -3.2, 3, 2.9, 3.1, -3.1, 3.2};

    double[] probabilities = DiscreteChoicesPage.classes(y);

    // Which of the classes is the first is not known: what the first and the last row have in all.
    assertThat(probabilities).hasSize(2 * y.length);
    for (int i = 0; i < y.length; i++) {
      double sum = probabilities[2 * i] + probabilities[2 * i + 1];
      assertThat(sum).isCloseTo(1, within(1e-9));
      int like = y[i] < 0 ? 0 : 3;
      assertThat(probabilities[2 * i]).isCloseTo(probabilities[2 * like], within(0.05));
    }
  }
}
