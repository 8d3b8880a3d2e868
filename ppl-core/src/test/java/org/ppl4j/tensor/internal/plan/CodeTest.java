package org.ppl4j.tensor.internal.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.common.primitives.ImmutableIntArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ppl4j.tensor.internal.graph.Form.Role;
import org.ppl4j.tensor.internal.graph.Graph;
import org.ppl4j.tensor.internal.graph.Node;
import org.ppl4j.tensor.internal.table.Op;

/** Generated code is that of loops, however long. */
class CodeTest {

  private static final int RUNS = 1500; // code is generated on the way

  /**
   * y ← sin(y + i), so that no step can be left out; a step moves errors by less than itself. Of
   * many steps there are several classes.
   */
  @ParameterizedTest
  @CsvSource({"1, 1000, 1", "3, 1000, 1", "30, 1000, 1", "1, 6000, 2"})
  void aLongProgramOnFewNumbersIsCodeAltogether(int size, int steps, int classes) {
    Graph graph = new Graph();
    Node x = graph.input(Role.VARIABLE, 0, ImmutableIntArray.of(size));
    Node y = x;
    for (int i = 0; i < steps; i++) {
      y = graph.apply(Op.SIN, graph.apply(Op.ADD, y, graph.number(i)));
    }
    Plan plan = Plan.of(List.of(x), List.of(graph.copy(y)));
    PlanReplay replay = plan.replay();
    double[] at = new double[size];
    Arrays.setAll(at, k -> 0.1 * k);
    double[] first = results(replay, at);

    assertThat(plan.code()).hasSize(classes).allMatch(action -> action.getClass().isHidden());

    for (int run = 0; run < RUNS; run++) {
      assertThat(results(replay, at)).isEqualTo(first);
    }
    for (int k = 0; k < size; k++) {
      double wanted = at[k];
      for (int i = 0; i < steps; i++) {
        wanted = Math.sin(wanted + i);
      }
      assertThat(first[k]).isCloseTo(wanted, within(1e-10));
    }
  }

  private static Plan plan(Op op, double factor) {
    Graph graph = new Graph();
    Node x = graph.input(Role.VARIABLE, 0, ImmutableIntArray.of(3));
    Node y = graph.apply(op, graph.apply(Op.MUL, x, graph.number(factor)));
    return Plan.of(List.of(x), List.of(graph.copy(y)));
  }

  private static Action[] code(Op op, double factor) {
    return plan(op, factor).code();
  }

  /** Whatever their numbers. */
  @Test
  void plansOfTheSameStepsShareTheirCode() {
    assertThat(code(Op.SIN, 2))
        .isNotEmpty()
        .isEqualTo(code(Op.SIN, 3))
        .isNotEqualTo(code(Op.COS, 2));
  }

  /** At the same time too. */
  @Test
  void plansThatShareTheirCodeHaveNumbersOfTheirOwn()
      throws ExecutionException, InterruptedException {
    double[] at = {0.1, 0.2, 0.3};
    CountDownLatch ready = new CountDownLatch(2);
    ExecutorService pool = Executors.newFixedThreadPool(2);
    try {
      List<Future<Integer>> right = new ArrayList<>();
      for (double factor : new double[] {2, 3}) {
        PlanReplay replay = plan(Op.SIN, factor).replay();
        double[] wanted = Arrays.stream(at).map(x -> Math.sin(factor * x)).toArray();
        right.add(
            pool.submit(
                () -> {
                  ready.countDown();
                  ready.await();
                  int same = 0;
                  for (int run = 0; run < 20 * RUNS; run++) {
                    same += Arrays.equals(results(replay, at), wanted) ? 1 : 0;
                  }
                  return same;
                }));
      }
      for (Future<Integer> count : right) {
        assertThat(count.get()).isEqualTo(20 * RUNS);
      }
    } finally {
      pool.shutdownNow();
    }
  }

  private static double[] results(PlanReplay replay, double[] at) {
    double[] y = new double[at.length];
    replay.set(0, at, 0, at.length);
    replay.run();
    replay.get(0, y, 0, at.length);
    return y;
  }
}
