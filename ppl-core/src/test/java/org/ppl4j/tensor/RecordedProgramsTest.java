package org.ppl4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.tensor.internal.table.Op;
import org.ppl4j.testing.LeakCheck;

/** Random programs give the same recorded as by the engine, at other leaves than were recorded. */
@ExtendWith(LeakCheck.class)
class RecordedProgramsTest {

  /** Recorded also where the engine is faster. */
  private static final RunConfig REQUIRED = RunConfig.defaults().withRecording(Recording.REQUIRED);

  /** Rounding of sums in another order, of values and gradients of up to a thousand. */
  private static final double ROUNDING = 1e-9;

  private static final int PROGRAMS_OF_AN_OPERATION = 4;

  /** A program as a function of all its leaves, row by row. */
  static BiFunction<Run, NDArray, NDArray> function(RandomProgram program) {
    return (run, x) -> {
      Backend backend = Backend.of(run);
      List<Shape> shapes = program.shapes();
      NDArray[] leaves = new NDArray[shapes.size()];
      long from = 0;
      for (int i = 0; i < leaves.length; i++) {
        long to = from + shapes.get(i).size();
        leaves[i] = Tensors.reshape(Tensors.range(x, -1, from, to), shapes.get(i));
        from = to;
      }
      NDArray loss = program.loss(backend, program.run(backend, leaves, true));
      return loss.add(x.sum()); // so that it moves with something
    };
  }

  /** All its leaves, each number moved by up to half of so much. */
  static double[] moved(RandomProgram program, long seed, double by) {
    SplittableRandom random = new SplittableRandom(seed);
    return program.leaves().stream()
        .flatMapToDouble(Arrays::stream)
        .map(x -> x + by * (random.nextDouble() - 0.5))
        .toArray();
  }

  @Test
  void programsGiveTheSameRecordedAsByTheEngine() {
    Map<Op, Integer> judged = new EnumMap<>(Op.class);
    long seed = 0;
    for (Op op : Op.values()) {
      seed += 1000;
      if (!op.isNoise()) {
        for (int i = 0; i < PROGRAMS_OF_AN_OPERATION; i++) {
          RandomProgram program = RandomProgram.make(seed + i, op, step -> true);
          judge(program);
          program.used().forEach(used -> judged.merge(used, 1, Integer::sum));
        }
        assertThat(judged).as("operations of recorded programs").containsKey(op);
      }
    }
  }

  private static void judge(RandomProgram program) {
    double[] first = moved(program, 1, 0);
    double[] second = moved(program, 2, 1e-3);
    RecordedFunction recorded = RecordedFunction.of(REQUIRED, function(program), first, second);
    for (double[] x : List.of(first, second, moved(program, 3, 1e-3))) {
      double[] gradient = new double[x.length];
      double value = recorded.evaluate(x, gradient);
      compare(program, x, value, gradient);
    }
  }

  private static void compare(RandomProgram program, double[] x, double value, double[] gradient) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray leaf = Autograd.variable(run.create(x, new Shape(x.length)));
      NDArray y = function(program).apply(run, leaf);
      double[] expected = Autograd.grad(y, List.of(leaf)).get(0).toDoubleArray();
      double scale = 1 + Math.abs(y.getDouble());
      assertThat(Math.abs(value - y.getDouble()) / scale)
          .as("value of %s", program)
          .isLessThan(ROUNDING);
      double largest = 1;
      for (double slope : expected) {
        largest = Math.max(largest, Math.abs(slope));
      }
      for (int i = 0; i < x.length; i++) {
        assertThat(Math.abs(gradient[i] - expected[i]) / largest)
            .as("derivative %s: %s for %s of %s", i, gradient[i], expected[i], program)
            .isLessThan(ROUNDING);
      }
    }
  }
}
