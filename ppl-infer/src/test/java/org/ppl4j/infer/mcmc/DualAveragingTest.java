package org.ppl4j.infer.mcmc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.ppl4j.tensor.Rng;

/** Step sizes against the sums of Hoffman and Gelman (2014), section 3.2.1. */
class DualAveragingTest {

  private static final double WANTED = 0.8;
  private static final double FIRST = 0.3;

  @Test
  void stepSizesAreThoseOfThePaper() {
    DualAveraging averaging = new DualAveraging(WANTED);
    double forgotten = averaging.next(0.1);
    assertThat(forgotten).isFinite();
    averaging.restart(FIRST);
    Rng rng = Targets.noise(3);
    double shortfalls = 0;
    double[] logs = new double[200];
    for (int m = 1; m <= logs.length; m++) {
      double acceptance = rng.nextUniform();
      shortfalls += WANTED - acceptance;
      logs[m - 1] = Math.log(10 * FIRST) - Math.sqrt(m) / 0.05 * shortfalls / (m + 10);

      double found = averaging.next(acceptance);

      assertThat(Math.log(found)).isCloseTo(logs[m - 1], within(1e-10));
      assertThat(Math.log(averaging.average())).isCloseTo(average(logs, m), within(1e-10));
    }
  }

  /** The weight of step i is i^−κ times the product of 1 − j^−κ over the later steps j. */
  private static double average(double[] logs, int count) {
    double sum = 0;
    double later = 1;
    for (int i = count; i >= 1; i--) {
      double weight = Math.pow(i, -0.75);
      sum += later * weight * logs[i - 1];
      later *= 1 - weight;
    }
    return sum;
  }

  /** Of steps that are accepted with probability exp(−ε) it finds the one wanted. */
  @Test
  void findsTheStepSizeThatIsWanted() {
    DualAveraging averaging = new DualAveraging(WANTED);
    averaging.restart(1);
    double stepSize = 1;
    for (int i = 0; i < 1000; i++) {
      stepSize = averaging.next(Math.exp(-stepSize));
    }

    assertThat(averaging.average()).isCloseTo(-Math.log(WANTED), within(0.01));
  }
}
