package org.ppl4j.infer.mcmc;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppl4j.tensor.Rng;

/** Trajectories that double until they turn back. */
class NutsKernelTest {

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.4, 0.9})
  void leavesItsTarget(double stepSize) {
    KernelLaws.leavesItsTarget(stepSize, leapfrog -> new NutsKernel(leapfrog, 10));
  }

  /** Steps of 0.001 on a scale of 1,000 never turn back: 2ᵈ − 1 of them. */
  @Test
  void endsAtItsDepth() {
    for (int depth : new int[] {1, 3, 6}) {
      Leapfrog leapfrog = Targets.leapfrog(Targets.normal(2, 1000), 2);
      leapfrog.stepSize(1e-3);
      ChainState state = new ChainState(2);
      leapfrog.target().place(new double[2], state);

      Transition transition = new NutsKernel(leapfrog, depth).move(state, Targets.noise(1));

      assertThat(transition.isAtLimit()).isTrue();
      assertThat(transition.depth()).isEqualTo(depth);
      assertThat(transition.steps()).isEqualTo((1 << depth) - 1);
      assertThat(leapfrog.target().evaluations()).isEqualTo(1 << depth);
      assertThat(state.position[0]).isNotZero();
    }
  }

  /** Of a normal distribution a half turn takes π / ε steps; it ends within two doublings. */
  @Test
  void endsWhereItTurnsBack() {
    Leapfrog leapfrog = Targets.leapfrog(Targets.normal(1, 1), 1);
    leapfrog.stepSize(0.01);
    TransitionKernel kernel = new NutsKernel(leapfrog, 10);
    ChainState state = new ChainState(1);
    leapfrog.target().place(new double[] {0.5}, state);
    for (int i = 0; i < 100; i++) {
      long before = leapfrog.target().evaluations();
      Transition transition = kernel.move(state, Targets.noise(i));
      assertThat(transition.isAtLimit()).isFalse();
      assertThat(leapfrog.target().evaluations() - before)
          .isBetween(3L, 1023L)
          .isEqualTo(transition.steps());
    }
    assertThat(leapfrog.target().evaluations() / 100).isBetween(100L, 700L);
  }

  @Test
  void aStepThatDivergesMovesNothing() {
    Leapfrog leapfrog = Targets.leapfrog(Targets.normal(1, 1e-4), 1);
    ChainState state = new ChainState(1);
    leapfrog.target().place(new double[] {1e-4}, state);

    Transition transition = new NutsKernel(leapfrog, 10).move(state, Targets.noise(1));

    assertThat(transition.isDivergent()).isTrue();
    assertThat(transition.isAtLimit()).isFalse();
    assertThat(transition.acceptance()).isZero();
    assertThat(transition.steps()).isEqualTo(1);
    assertThat(transition.depth()).isZero();
    assertThat(transition.energy()).isFinite();
    assertThat(state.position).containsExactly(1e-4);
  }

  /** An iteration makes one small record, a step nothing. */
  @Test
  void makesNoObjectAStep() {
    Leapfrog leapfrog = Targets.leapfrog(Targets.normal(3, 1), 3);
    leapfrog.stepSize(0.05);
    TransitionKernel kernel = new NutsKernel(leapfrog, 10);
    ChainState state = new ChainState(3);
    leapfrog.target().place(new double[3], state);
    Rng rng = Targets.noise(1);
    long least = bytes(kernel, state, rng);
    for (int round = 0; round < 5; round++) {
      least = Math.min(least, bytes(kernel, state, rng));
    }

    assertThat(least).isBetween(0L, 64L);
  }

  /** Allocated by an iteration, of about fifty steps. */
  private static long bytes(TransitionKernel kernel, ChainState state, Rng rng) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 100; i++) {
      Transition unused = kernel.move(state, rng);
    }
    return (threads.getCurrentThreadAllocatedBytes() - before) / 100;
  }
}
