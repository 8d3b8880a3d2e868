package org.ppl4j.tensor.internal.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.ppl4j.tensor.internal.graph.Node;

/** Plans in single precision beside those in double precision. */
final class SinglePlans {

  private static final int RUNS = 3;

  private SinglePlans() {}

  /** What a plan computes in single precision. */
  static SinglePrecision found(List<Node> out) {
    Schedule schedule = new Schedule(out);
    Set<Node> fixed = new HashSet<>(out);
    List<Node> nodes = schedule.groups().stream().flatMap(group -> group.nodes().stream()).toList();
    Segments segments = new Segments(schedule.live(), Set.of(), Segments.MOST);
    WholeSteps steps =
        new WholeSteps(new Memory(true), new ArrayList<>(), new ArrayList<>(), segments, true);
    steps.expect(nodes);
    return SinglePrecision.of(schedule, steps.products(), fixed);
  }

  /**
   * Holds one against the other at numbers of a range.
   *
   * @param rounding how far apart they may be, relative to the largest number
   */
  static void assertClose(
      List<Node> in, List<Node> out, double least, double most, double rounding, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Workspace workspace = new Workspace();
    PlanReplay actual = Plan.of(in, out, true).replay(workspace);
    PlanReplay expected = Plan.of(in, out, false).replay();
    for (int run = 0; run < RUNS; run++) {
      long unused = Poison.fill(workspace);
      for (int i = 0; i < in.size(); i++) {
        int size = in.get(i).size();
        double[] numbers = random.doubles(size, least, most).map(x -> (float) x).toArray();
        actual.set(i, numbers, 0, size);
        expected.set(i, numbers, 0, size);
      }
      actual.run();
      expected.run();
      for (int i = 0; i < out.size(); i++) {
        double[] is = numbers(actual, i, out.get(i).size());
        double[] wanted = numbers(expected, i, is.length);
        double apart = 0;
        for (int k = 0; k < is.length; k++) {
          boolean isNeither = Double.isNaN(is[k]) && Double.isNaN(wanted[k]);
          double difference = isNeither ? 0 : Math.abs(is[k] - wanted[k]);
          apart = difference <= apart ? apart : difference; // NaN too
        }
        assertThat(apart)
            .as("output %s of run %s by seed %s", i, run, seed)
            .isLessThanOrEqualTo(
                rounding
                    * Arrays.stream(wanted).map(Math::abs).filter(x -> x >= 0).max().orElse(0));
      }
    }
  }

  /** Sets inputs to numbers of single precision. */
  static void set(PlanReplay replay, List<Node> in, SplittableRandom random) {
    for (int i = 0; i < in.size(); i++) {
      int size = in.get(i).size();
      replay.set(i, random.doubles(size, -1, 1).map(x -> (float) x).toArray(), 0, size);
    }
  }

  private static double[] numbers(PlanReplay replay, int output, int size) {
    double[] numbers = new double[size];
    replay.get(output, numbers, 0, size);
    return numbers;
  }
}
