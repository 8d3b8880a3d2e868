package org.ppl4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.tensor.internal.engine.EngineQuestions;
import org.ppl4j.tensor.internal.engine.PyTorch;
import org.ppl4j.tensor.internal.table.Column.Entry;
import org.ppl4j.tensor.internal.table.Op;
import org.ppl4j.tensor.internal.table.Row.Derivative;
import org.ppl4j.testing.CountingColumn;
import org.ppl4j.testing.LeakCheck;

/** What stands behind the table of operations. */
@ExtendWith(LeakCheck.class)
class SeamTest {

  private static final int PROGRAMS = 150;

  private static RandomProgram program(int seed) {
    Op first = RandomProgram.OPS[seed % RandomProgram.OPS.length];
    return RandomProgram.make(seed, first, step -> true);
  }

  private interface Body {
    void of(Run run, NDArray[] leaves, List<NDArray> results);
  }

  private static void run(RandomProgram program, Body body) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Backend backend = Backend.of(run);
      NDArray[] leaves = program.leavesOn(backend, program.leaves());
      for (int i = 0; i < leaves.length; i++) {
        leaves[i] = Autograd.variable(leaves[i]);
      }
      body.of(run, leaves, program.run(backend, leaves, true));
    }
  }

  /** That of the program, and the leaves, so that it moves with something. */
  private static NDArray loss(
      RandomProgram program, Run run, NDArray[] leaves, List<NDArray> results) {
    NDArray loss = program.loss(Backend.of(run), results);
    for (NDArray leaf : leaves) {
      loss = loss.add(leaf.sum());
    }
    return loss;
  }

  @Test
  void everyOperandComesFromTheTableOrIsAnInputAndShapesAreAsClaimed() {
    CountingColumn column = new CountingColumn();
    Set<Op> used = EnumSet.noneOf(Op.class);
    for (int i = 0; i < PROGRAMS; i++) {
      RandomProgram program = program(i);
      Body gradient =
          (run, leaves, results) ->
              assertThat(Autograd.grad(loss(program, run, leaves, results), List.of(leaves)))
                  .hasSize(leaves.length);
      column.watch(() -> run(program, gradient));
      used.addAll(program.used());
    }

    assertThat(column.faults()).isEmpty();
    assertThat(column.operations().keySet()).containsAll(used);
    assertThat(used).hasSize(RandomProgram.OPS.length);
    assertThat(column.entries().get(Entry.GRADIENT)).isPositive();
  }

  /**
   * The engine is never asked: a tensor that it differentiates and we do not is a lost gradient.
   */
  @Test
  void whatMovesIsKnownWithoutTheEngine() {
    int moving = 0;
    int still = 0;
    for (int i = 0; i < PROGRAMS; i++) {
      int[] counts = new int[2];
      RandomProgram program = program(i);
      run(
          program,
          (run, leaves, results) -> {
            for (int step = 0; step < results.size(); step++) {
              RunArray tensor = (RunArray) results.get(step);
              if (tensor.isConstant()) {
                continue;
              }
              boolean recorded = EngineQuestions.requiresGradient(tensor.handle());
              assertThat(tensor.moves())
                  .as("whether step %s (%s) of %s moves", step, program.op(step), program)
                  .isEqualTo(recorded);
              counts[recorded ? 0 : 1]++;
            }
          });
      moving += counts[0];
      still += counts[1];
    }
    assertThat(moving).isPositive();
    assertThat(still).isPositive();
  }

  @Test
  void everyRowHasAKernelAndNoiseHasNoDerivativeButTheImplicitOnes() {
    for (Op op : Op.values()) {
      boolean isImplicit = op == Op.LOG_GAMMA || op == Op.BETA || op == Op.VON_MISES;
      if (op.isNoise()) {
        assertThat(op.row().derivative())
            .isEqualTo(isImplicit ? Derivative.GIVEN : Derivative.NONE);
      }
    }
  }

  @Test
  void operandsOfNobodyAreCaughtAndReadsCounted() {
    CountingColumn column =
        CountingColumn.over(
            () -> {
              try (Run run = Run.open(RunConfig.defaults(), 0)) {
                NDArray x = Autograd.variable(run.create(new double[] {1, 2}, new Shape(2)));
                assertThat(x.square().toDoubleArray()).containsExactly(1, 4);
                assertThat(Autograd.grad(x.sum(), List.of(x))).hasSize(1);
                assertThat(Autograd.grad(x.square().sum(), List.of(x))).hasSize(1);
                assertThat(x.toDoubleArray()).containsExactly(1, 2);
              }
            });
    assertThat(column.faults()).isEmpty();
    assertThat(column.readsBeforeGradients()).containsExactly(1, 0);

    CountingColumn second = new CountingColumn();
    second.watch(
        () -> {
          try (Run run = Run.open(RunConfig.defaults(), 0)) {
            long handle = PyTorch.get().copy(((RunArray) run.ones(new Shape(2))).handle());
            run.owned().add(handle);
            RunArray foreign =
                new RunArray(run, handle, new Shape(2), run.dataType(), false, false);
            assertThat(foreign.exp().getShape()).isEqualTo(new Shape(2));
          }
        });
    assertThat(second.faults())
        .containsExactly("an operand of EXP is no result of a row and no input");
  }
}
