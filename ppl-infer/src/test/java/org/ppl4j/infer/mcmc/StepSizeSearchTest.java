package org.ppl4j.infer.mcmc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** First step sizes. */
class StepSizeSearchTest {

  private static double found(Target target, double from) {
    Leapfrog leapfrog = Targets.leapfrog(target, 1);
    leapfrog.stepSize(from);
    ChainState state = new ChainState(1);
    leapfrog.target().place(new double[1], state);
    new StepSizeSearch(leapfrog).run(state, Targets.noise(1));
    return leapfrog.stepSize();
  }

  /**
   * Steps on an oscillator are stable up to twice its scale; by a power of two from where it is.
   */
  @Test
  void isOfTheTargetsScale() {
    for (double scale : new double[] {1e-3, 1, 1e4}) {
      for (double from : new double[] {1e-3, 1, 100}) {
        double found = found(Targets.normal(1, scale), from);

        assertThat(found).isBetween(0.2 * scale, 10 * scale);
        double doublings = Math.log(found / from) / Math.log(2);
        assertThat(Math.abs(doublings - Math.rint(doublings))).isLessThan(1e-9);
      }
    }
  }

  @Test
  void whatIsFlatIsRefused() {
    assertThatThrownBy(() -> found((u, gradient) -> 0, 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "steps of any length up to 1.0E7 are accepted, so the log density is flat; give all"
                + " latent sites proper priors");
  }

  @Test
  void whatIsNotContinuousIsRefused() {
    Target point = (u, gradient) -> u[0] == 0 ? 0 : Double.NEGATIVE_INFINITY;

    assertThatThrownBy(() -> found(point, 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "no step is accepted, however short, so the log density is not continuous; look at"
                + " sites and factors that jump");
  }
}
