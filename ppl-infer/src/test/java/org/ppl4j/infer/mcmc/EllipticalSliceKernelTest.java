package org.ppl4j.infer.mcmc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Moves on ellipses. */
class EllipticalSliceKernelTest {

  private static Ellipses normal(double centre, double sd) {
    return Ellipses.normal(new double[] {centre}, DiagonalMass.of(new double[] {1 / (sd * sd)}));
  }

  /** Whatever the reference, narrow or wide or far away. */
  @ParameterizedTest
  @CsvSource({"1, 0.6", "0, 3", "4, 1"})
  void leavesItsTarget(double centre, double sd) {
    KernelLaws.leavesItsTarget(
        Double.NaN, leapfrog -> new EllipticalSliceKernel(leapfrog.target(), normal(centre, sd)));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5})
  void leavesItsTargetOnEllipsesOfATDensity(int degrees) {
    KernelLaws.leavesItsTarget(
        Double.NaN,
        leapfrog -> new EllipticalSliceKernel(leapfrog.target(), Ellipses.t(degrees, 1)));
  }

  /**
   * Of a target a thousand times narrower than the reference: brackets shrink geometrically, so
   * that some tens of points are enough, where trying all angles would take a thousand.
   */
  @Test
  void bracketsShrink() {
    Leapfrog leapfrog = Targets.leapfrog(Targets.normal(1, 1e-3), 1);
    TransitionKernel kernel = new EllipticalSliceKernel(leapfrog.target(), normal(0, 1));
    ChainState state = new ChainState(1);
    leapfrog.target().place(new double[1], state);
    int moves = 1000;
    int points = 0;
    for (int i = 0; i < moves; i++) {
      double before = state.position[0];
      Transition transition = kernel.move(state, Targets.noise(i));
      points += transition.steps();
      assertThat(transition.acceptance()).isEqualTo(1.0 / transition.steps());
      assertThat(state.position[0]).isNotEqualTo(before);
    }

    assertThat(points).isBetween(8 * moves, 30 * moves);
    assertThat(leapfrog.target().evaluations()).isEqualTo(points + 1);
  }

  /** Where the reference is the target each first point is taken. */
  @Test
  void ofTheReferenceItselfEachPointIsADraw() {
    Leapfrog leapfrog = Targets.leapfrog(Targets.normal(1, 2), 1);
    TransitionKernel kernel = new EllipticalSliceKernel(leapfrog.target(), normal(0, 2));
    ChainState state = new ChainState(1);
    leapfrog.target().place(new double[1], state);
    for (int i = 0; i < 100; i++) {
      assertThat(kernel.move(state, Targets.noise(i))).isEqualTo(Transition.of(1, 1));
    }
  }

  /** NaN and infinite densities are places to keep away from; where all others are, it stays. */
  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY})
  void whereThereIsNoDensityItDoesNotGo(double none) {
    Leapfrog leapfrog = Targets.leapfrog((u, gradient) -> u[0] == 1 ? 0 : none, 1);
    ChainState state = new ChainState(1);
    leapfrog.target().place(new double[] {1}, state);

    Transition transition =
        new EllipticalSliceKernel(leapfrog.target(), normal(0.25, 1)).move(state, Targets.noise(1));

    assertThat(state.position).containsExactly(1);
    assertThat(transition.steps()).isBetween(40, 200);
  }
}
