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
    KernelLaws.leavesItsTarget(stepSize, leapfrog -> new RandomWalkKernel(leapfrog, 1));
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY})
  void whereThereIsNoDensityItDoesNotGo(double none) {
    Leapfrog leapfrog = new Leapfrog((u, gradient) -> u[0] == 0 ? 0 : none, 1);
    PhasePoint state = new PhasePoint(1);
    leapfrog.place(new double[1], state);

    Transition transition = new RandomWalkKernel(leapfrog, 1).move(state, Targets.noise(1));

    assertThat(transition).isEqualTo(new Transition(0, 0, 1, false, false));
    assertThat(state.position).containsExactly(0);
    assertThat(leapfrog.gradients()).isEqualTo(2);
  }

  /** A fall by a thousand is no divergence here, only a step that is not taken. */
  @Test
  void nothingDiverges() {
    Leapfrog leapfrog = new Leapfrog(Targets.normal(1, 1e-4), 1);
    PhasePoint state = new PhasePoint(1);
    leapfrog.place(new double[1], state);

    Transition transition = new RandomWalkKernel(leapfrog, 1).move(state, Targets.noise(1));

    assertThat(transition.isDivergent()).isFalse();
    assertThat(transition.acceptance()).isZero();
    assertThat(state.energy).isNaN();
  }
}
