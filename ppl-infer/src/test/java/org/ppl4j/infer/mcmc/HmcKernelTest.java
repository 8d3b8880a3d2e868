package org.ppl4j.infer.mcmc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Trajectories of one length. */
class HmcKernelTest {

  @ParameterizedTest
  @ValueSource(doubles = {0.3, 0.9})
  void leavesItsTarget(double stepSize) {
    KernelLaws.leavesItsTarget(
        stepSize, leapfrog -> new HmcKernel(leapfrog, size -> (int) (2 / size)));
  }

  @Test
  void aTrajectoryThatDivergesEndsThereAndMovesNothing() {
    Leapfrog leapfrog = Targets.leapfrog(Targets.normal(1, 1e-4), 1);
    ChainState state = new ChainState(1);
    leapfrog.target().place(new double[] {1e-4}, state);

    Transition transition = new HmcKernel(leapfrog, size -> 10).move(state, Targets.noise(1));

    int steps = (int) leapfrog.target().evaluations() - 1; // one is of the place
    assertThat(transition.isDivergent()).isTrue();
    assertThat(transition.acceptance()).isZero();
    assertThat(transition.steps()).isEqualTo(steps);
    assertThat(transition.energy()).isFinite();
    assertThat(state.position).containsExactly(1e-4);
    assertThat(steps).isLessThan(10);
  }
}
