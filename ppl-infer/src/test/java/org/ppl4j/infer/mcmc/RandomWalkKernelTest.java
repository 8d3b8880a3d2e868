package org.ppl4j.infer.mcmc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Steps that know no slope. */
class RandomWalkKernelTest {

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 2})
  void leavesItsTarget(double stepSize) {
    KernelLaws.leavesItsTarget(stepSize, leapfrog -> new RandomWalkKernel(leapfrog));
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY})
  void whereThereIsNoDensityItDoesNotGo(double none) {
    Leapfrog leapfrog = Targets.leapfrog((u, gradient) -> u[0] == 0 ? 0 : none, 1);
    ChainState state = new ChainState(1);
    leapfrog.target().place(new double[1], state);

    Transition transition = new RandomWalkKernel(leapfrog).move(state, Targets.noise(1));

    assertThat(transition).isEqualTo(Transition.of(0, 1));
    assertThat(state.position).containsExactly(0);
    assertThat(leapfrog.target().evaluations()).isEqualTo(2);
  }

  /** A fall by a thousand is no divergence here, only a step that is not taken. */
  @Test
  void nothingDiverges() {
    Leapfrog leapfrog = Targets.leapfrog(Targets.normal(1, 1e-4), 1);
    ChainState state = new ChainState(1);
    leapfrog.target().place(new double[1], state);

    Transition transition = new RandomWalkKernel(leapfrog).move(state, Targets.noise(1));

    assertThat(transition.isDivergent()).isFalse();
    assertThat(transition.acceptance()).isZero();
    assertThat(transition.energy()).isNaN();
  }
}
