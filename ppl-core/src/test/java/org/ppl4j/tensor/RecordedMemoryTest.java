package org.ppl4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.tensor.RecordedLoss.Estimate;
import org.ppl4j.tensor.internal.plan.Poison;
import org.ppl4j.tensor.internal.table.Op;
import org.ppl4j.testing.LeakCheck;

/**
 * Records that compute on the same memory in turn: each has the bits that it has alone, whatever
 * the others have left there.
 */
@ExtendWith(LeakCheck.class)
class RecordedMemoryTest {

  private static final long SEED = 20261128;
  private static final int BEFORE_CODE = 1000;

  /** A loss with noise, on memory of its own and on memory that others have too. */
  private record Pair(
      String what, FlatVector parameters, RecordedLoss alone, RecordedLoss together) {

    static Pair of(
        String what,
        FloatType type,
        double[] at,
        BiFunction<Run, NDArray, NDArray> function,
        RecordedMemory memory) {
      RunConfig config = RunConfig.defaults().withRecording(Recording.REQUIRED).withFloatType(type);
      FlatVector parameters = FlatVector.zeros(config, at.length);
      parameters.assign(0, at);
      List<RecordedLoss> losses = new ArrayList<>();
      for (RecordedMemory own : List.of(new RecordedMemory(), memory)) {
        losses.add(
            new RecordedLoss(
                what,
                config,
                0,
                List.of(parameters),
                Map.of(),
                false,
                run -> {
                  NDArray x = parameters.variable(run);
                  NDArray noise = run.rng(Rng.Purpose.GUIDE, "x").normal(run, x.getShape());
                  NDArray loss = function.apply(run, x.add(noise.mul(1e-3)));
                  return new Estimate(loss, loss);
                },
                List.of(),
                own));
      }
      return new Pair(what, parameters, losses.get(0), losses.get(1));
    }

    /** The gradient of a step and its loss, from either. */
    static double[] step(RecordedLoss loss, long counter) {
      double value = loss.step(counter);
      double[] all = Arrays.copyOf(loss.gradient(), loss.gradient().length + 1);
      all[all.length - 1] = value;
      return all;
    }
  }

  private static BiFunction<Run, NDArray, NDArray> weighted(
      UnaryOperator<NDArray> program, Shape shape) {
    return (run, x) -> {
      NDArray y = program.apply(Tensors.reshape(x, shape));
      double[] weights = new SplittableRandom(SEED).doubles(y.size(), -1, 1).toArray();
      return y.mul(run.create(weights, y.getShape())).sum();
    };
  }

  @Test
  void eachHasTheBitsThatItHasAlone() {
    RecordedMemory memory = new RecordedMemory();
    List<Pair> pairs = new ArrayList<>();
    try {
      for (Map.Entry<String, UnaryOperator<NDArray>> entry :
          RecordedLayoutTest.programs().entrySet()) {
        FloatType type = pairs.size() % 2 == 0 ? FloatType.FLOAT64 : FloatType.FLOAT32;
        int rows = 257 + 2 * (pairs.size() / 4); // several have the same, which blocks do not fill
        Shape shape = new Shape(rows, RecordedLayoutTest.MIDDLE, 7);
        double[] at = new SplittableRandom(SEED).doubles(shape.size(), -1, 1).toArray();
        String what = type + " " + entry.getKey();
        pairs.add(Pair.of(what, type, at, weighted(entry.getValue(), shape), memory));
      }
      int judged = 0;
      for (long counter = 1; counter <= 2; counter++) {
        for (Pair pair : pairs) {
          double[] wanted = Pair.step(pair.alone(), counter);
          assertThat(Arrays.equals(Pair.step(pair.together(), counter), wanted))
              .as("bits of %s, step %s", pair.what(), counter)
              .isTrue();
          assertThat(Poison.fill(memory.arrays())).isPositive();
          assertThat(Arrays.equals(Pair.step(pair.together(), counter), wanted))
              .as("bits of %s, step %s, on memory full of NaN", pair.what(), counter)
              .isTrue();
          judged += 2;
        }
      }
      assertThat(judged).isGreaterThan(60);
    } finally {
      pairs.forEach(pair -> pair.parameters().close());
    }
  }

  /** Programs on few numbers are interpreted first; the code that follows has the same bits. */
  @Test
  void generatedCodeReadsNothingThatOthersHaveLeft() {
    RecordedMemory memory = new RecordedMemory();
    List<Pair> pairs = new ArrayList<>();
    try {
      for (Op op : List.of(Op.SUM, Op.CUM_PROD, Op.SOFTMAX, Op.GATHER, Op.CHOLESKY, Op.MAT_MUL)) {
        RandomProgram program = RandomProgram.make(SEED, op, step -> true);
        double[] at = RecordedProgramsTest.moved(program, SEED, 0);
        BiFunction<Run, NDArray, NDArray> function = RecordedProgramsTest.function(program);
        pairs.add(Pair.of(program.toString(), FloatType.FLOAT64, at, function, memory));
      }
      List<double[]> first = pairs.stream().map(pair -> Pair.step(pair.alone(), 1)).toList();
      for (int run = 1; run <= BEFORE_CODE + 5; run++) {
        for (int i = 0; i < pairs.size(); i++) {
          assertThat(Poison.fill(memory.arrays())).isPositive();
          assertThat(Arrays.equals(Pair.step(pairs.get(i).together(), 1), first.get(i)))
              .as("bits of %s, run %s", pairs.get(i).what(), run)
              .isTrue();
        }
      }
    } finally {
      pairs.forEach(pair -> pair.parameters().close());
    }
  }
}
