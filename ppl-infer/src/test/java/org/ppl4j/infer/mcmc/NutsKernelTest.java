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
    KernelLaws.leavesItsTarget(stepSize, leapfrog -> new NutsKernel(leapfrog, 1, 10));
  }

  /** Steps of 0.001 on a scale of 1,000 never turn back: 2ᵈ − 1 of them. */
  @Test
  void endsAtItsDepth() {
    for (int depth : new int[] {1, 3, 6}) {
      Leapfrog leapfrog = new Leapfrog(Targets.normal(2, 1000), 2);
      leapfrog.stepSize(1e-3);
      PhasePoint state = new PhasePoint(2);
      leapfrog.place(new double[2], state);

      Transition transition = new NutsKernel(leapfrog, 2, depth).move(state, Targets.noise(1));

      assertThat(transition.isAtLimit()).isTrue();
      assertThat(transition.depth()).isEqualTo(depth);
      assertThat(transition.steps()).isEqualTo((1 << depth) - 1);
      assertThat(leapfrog.gradients()).isEqualTo(1 << depth);
      assertThat(state.position[0]).isNotZero();
    }
  }

  /** Of a normal distribution a half turn takes π / ε steps; it ends within two doublings. */
  @Test
  void endsWhereItTurnsBack() {
    Leapfrog leapfrog = new Leapfrog(Targets.normal(1, 1), 1);
    leapfrog.stepSize(0.01);
    Kernel kernel = new NutsKernel(leapfrog, 1, 10);
    PhasePoint state = new PhasePoint(1);
    leapfrog.place(new double[] {0.5}, state);
    for (int i = 0; i < 100; i++) {
      long before = leapfrog.gradients();
      Transition transition = kernel.move(state, Targets.noise(i));
      assertThat(transition.isAtLimit()).isFalse();
      assertThat(leapfrog.gradients() - before).isBetween(3L, 1023L).isEqualTo(transition.steps());
    }
    assertThat(leapfrog.gradients() / 100).isBetween(100L, 700L);
  }

  @Test
  void aStepThatDivergesMovesNothing() {
    Leapfrog leapfrog = new Leapfrog(Targets.normal(1, 1e-4), 1);
    PhasePoint state = new PhasePoint(1);
    leapfrog.place(new double[] {1e-4}, state);

    Transition transition = new NutsKernel(leapfrog, 1, 10).move(state, Targets.noise(1));

    assertThat(transition).isEqualTo(new Transition(0, 0, 1, true, false));
    assertThat(state.position).containsExactly(1e-4);
  }

  /** An iteration makes one small record, a step nothing. */
  @Test
  void makesNoObjectAStep() {
    Leapfrog leapfrog = new Leapfrog(Targets.normal(3, 1), 3);
    leapfrog.stepSize(0.05);
    Kernel kernel = new NutsKernel(leapfrog, 3, 10);
    PhasePoint state = new PhasePoint(3);
    leapfrog.place(new double[3], state);
    Rng rng = Targets.noise(1);
    long least = bytes(kernel, state, rng);
    for (int round = 0; round < 5; round++) {
      least = Math.min(least, bytes(kernel, state, rng));
    }

    assertThat(least).isBetween(0L, 64L);
  }

  /** Allocated by an iteration, of about fifty steps. */
  private static long bytes(Kernel kernel, PhasePoint state, Rng rng) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 100; i++) {
      Transition unused = kernel.move(state, rng);
    }
    return (threads.getCurrentThreadAllocatedBytes() - before) / 100;
  }
}
