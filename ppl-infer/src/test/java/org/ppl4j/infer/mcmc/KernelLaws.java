package org.ppl4j.infer.mcmc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.function.Function;
import org.hipparchus.special.Gamma;
import org.ppl4j.tensor.Rng;

/** What holds of every kernel. */
final class KernelLaws {

  private static final int CHAINS = 20_000;
  private static final double SHAPE = 3;

  private KernelLaws() {}

  /**
   * Leaves its target as it is: of exact draws it makes draws with the same moments, within four
   * standard errors. The target is the logarithm x of Gamma(3, 1), which is skew; a draw of it is
   * that of three uniform numbers' product.
   */
  static void leavesItsTarget(double stepSize, Function<Leapfrog, TransitionKernel> kernel) {
    Leapfrog leapfrog = Targets.leapfrog(Targets.logGamma(SHAPE), 1);
    leapfrog.stepSize(stepSize);
    TransitionKernel moves = kernel.apply(leapfrog);
    Rng rng = Targets.noise(4);
    ChainState state = new ChainState(1);
    double sum = 0;
    double exponentials = 0;
    double squares = 0;
    double moved = 0;
    for (int i = 0; i < CHAINS; i++) {
      double start = Math.log(-Math.log(rng.nextUniform() * rng.nextUniform() * rng.nextUniform()));
      leapfrog.target().place(new double[] {start}, state);
      for (int move = 0; move < 2; move++) {
        Transition transition = moves.move(state, rng);
        assertThat(transition.acceptance()).isBetween(0.0, 1.0);
      }
      double x = state.position[0];
      sum += x;
      exponentials += Math.exp(x);
      squares += Math.exp(2 * x);
      moved += Math.abs(x - start);
    }

    double variance = Gamma.trigamma(SHAPE);
    assertThat(sum / CHAINS).isCloseTo(Gamma.digamma(SHAPE), within(error(variance)));
    assertThat(exponentials / CHAINS).isCloseTo(SHAPE, within(error(SHAPE)));
    // E e^2x = 12, E e^4x = 360
    assertThat(squares / CHAINS).isCloseTo(12, within(error(360 - 144)));
    assertThat(moved / CHAINS).isGreaterThan(0.1);
  }

  private static double error(double variance) {
    return 4 * Math.sqrt(variance / CHAINS);
  }
}
