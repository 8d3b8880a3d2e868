package org.ppl4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.primitives.ImmutableIntArray;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppl4j.tensor.internal.graph.Form;
import org.ppl4j.tensor.internal.graph.Form.Role;
import org.ppl4j.tensor.internal.graph.Gradients;
import org.ppl4j.tensor.internal.graph.Graph;
import org.ppl4j.tensor.internal.graph.Node;
import org.ppl4j.tensor.internal.plan.Plan;
import org.ppl4j.tensor.internal.plan.PlanReplay;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.ScanCase;
import org.ppl4j.testing.ScanCases;
import org.ppl4j.testing.ScanLaw;

/** Scans that do segments again have the bits of those that remember all steps. */
@ExtendWith(LeakCheck.class)
class SegmentsTest {

  /** So often that code is generated. */
  private static final int TIMES = 300;

  private int judged;

  /** Value and gradient of a function, from plans of one graph. */
  private record Recorded(Graph graph, Node y, Node gradient, int size) {

    static Recorded of(BiFunction<Run, NDArray, NDArray> function, double[] at) {
      Graph graph = new Graph();
      Recorder recorder =
          new Recorder(
              graph,
              new RecordedNoise(),
              new RecordedValues(),
              null,
              RecordedBuffers.none(),
              RunConfig.defaults().withValidation(Validation.OFF),
              0);
      Node y =
          recorder.record(
              run -> {
                NDArray x = Autograd.variable(run.create(at, new Shape(at.length)));
                recorder.holdParameters();
                return recorder.node((RunArray) function.apply(run, x));
              });
      Node x = graph.input(Role.VARIABLE, 0, ImmutableIntArray.of(at.length));
      return new Recorded(
          graph, graph.copy(y), graph.copy(Gradients.of(graph, y, List.of(x)).get(0)), at.length);
    }

    /** Whether there is something that is remembered. */
    boolean remembers() {
      return Graph.reached(List.of(y, gradient)).stream()
          .anyMatch(node -> node.form() instanceof Form.History);
    }

    double[] at(double[] x, long remembered, int cut) {
      Node input = graph.input(Role.VARIABLE, 0, ImmutableIntArray.of(size));
      PlanReplay replay = Plan.of(List.of(input), List.of(y, gradient), false, remembered).replay();
      replay.cutScans(cut);
      for (int i = 0; i < TIMES; i++) {
        replay.set(0, x, 0, size);
        replay.run();
      }
      double[] all = new double[1 + size];
      all[0] = replay.number(0);
      replay.get(1, all, 1, size);
      return all;
    }
  }

  private void compare(BiFunction<Run, NDArray, NDArray> function, ScanCase program, double[] x) {
    Recorded recorded = Recorded.of(function, x);
    for (int cut : new int[] {Integer.MAX_VALUE, 5}) {
      assertThat(recorded.at(x, 0, cut))
          .as("%s in segments, cut at %s", program, cut)
          .containsExactly(recorded.at(x, Long.MAX_VALUE, cut));
    }
    judged += recorded.remembers() ? 1 : 0;
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 11})
  void haveTheSameBits(int steps) {
    for (ScanCase program : ScanCases.all(steps)) {
      ScanLaw law = ScanLaw.of(program);
      double[] x = new SplittableRandom(1).doubles(law.size(), -1, 1).toArray();
      compare(law.logJoint(), program, x);
      compare(law.slope(), program, x);
    }
    assertThat(judged).isGreaterThan(10);
  }
}
