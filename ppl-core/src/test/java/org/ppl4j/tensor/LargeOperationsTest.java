package org.ppl4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.testing.LeakCheck;

/**
 * Records of large operations against the engine: values and gradients of each kind, of sizes to
 * both sides of where the engine takes over, with and without a batch, in both float types.
 */
@ExtendWith(LeakCheck.class)
class LargeOperationsTest {

  private static final long SEED = 20261130;
  private static final List<Integer> MATRICES = List.of(0, 1, 3, 40, 130);
  private static final List<Integer> VECTORS = List.of(0, 1, 3, 100, 5000);
  private static final List<Shape> BATCHES = List.of(new Shape(), new Shape(2));

  /** Relative to the largest number. */
  private static double rounding(FloatType type) {
    return type == FloatType.FLOAT64 ? 1e-11 : 1e-4;
  }

  static Stream<LargeOperation> all() {
    return LargeOperation.ALL.stream();
  }

  private static double[] numbers(SplittableRandom random, Shape shape) {
    return random.doubles(shape.size(), 0.1, 0.9).map(x -> (float) x).toArray();
  }

  /** What a record gives, at two places, where it is not what the engine gives. */
  private static List<String> differences(
      LargeOperation of, BiFunction<Run, NDArray, NDArray> function, Shape shape, FloatType type) {
    SplittableRandom random = new SplittableRandom(SEED);
    RunConfig config = RunConfig.defaults().withFloatType(type);
    double[] at = numbers(random, shape);
    Both both =
        new Both(config, List.of(shape), List.of(at), (run, in) -> function.apply(run, in[0]));
    List<String> differences = new ArrayList<>();
    for (double[] x : List.of(at, numbers(random, shape))) {
      Both.Outcome is = both.record(List.of(x));
      Both.Outcome wanted = both.engine(List.of(x));
      String what = "%s of %s in %s".formatted(of, shape, type);
      add(what + ", values", is.values(), wanted.values(), rounding(type), differences);
      add(
          what + ", slopes",
          is.slopes().get(0),
          wanted.slopes().get(0),
          rounding(type),
          differences);
    }
    return differences;
  }

  private static void add(
      String what, double[] is, double[] wanted, double rounding, List<String> differences) {
    assertThat(is).as(what).hasSameSizeAs(wanted);
    double largest = Arrays.stream(wanted).map(Math::abs).max().orElse(0);
    for (int i = 0; i < is.length; i++) {
      if (!(Math.abs(is[i] - wanted[i]) <= rounding * Math.max(largest, 1e-3))) {
        differences.add("%s at %s: %s, not %s".formatted(what, i, is[i], wanted[i]));
        return;
      }
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void areTheEngines(LargeOperation operation) {
    int judged = 0;
    for (FloatType type : FloatType.values()) {
      for (Shape batch : BATCHES) {
        for (int n : operation.rank() == 2 ? MATRICES : VECTORS) {
          Shape shape = operation.shape(batch, n);
          assertThat(differences(operation, operation.function(), shape, type)).isEmpty();
          judged++;
        }
      }
    }
    assertThat(judged).isEqualTo(20);
  }

  /** Without a result, a matrix or row is NaN, and the others of the batch are not. */
  @ParameterizedTest
  @MethodSource("all")
  void keepWhatIsNotANumber(LargeOperation operation) {
    for (int n : operation.rank() == 2 ? List.of(3, 130) : List.of(3, 5000)) {
      Shape shape = operation.shape(new Shape(2), n);
      double[] x = numbers(new SplittableRandom(SEED), shape);
      Both both =
          new Both(
              RunConfig.defaults(),
              List.of(shape),
              List.of(x),
              (run, in) -> operation.function().apply(run, in[0]));
      x[x.length - 1] = Double.NaN;
      double[] values = both.record(List.of(x)).values();
      int half = values.length / 2;

      assertThat(Arrays.stream(values, 0, half).boxed())
          .as("first of %s", n)
          .noneMatch(v -> v.isNaN());
      assertThat(Arrays.stream(values, half, values.length).boxed())
          .as("second of %s", n)
          .anyMatch(v -> v.isNaN());
    }
  }

  /** A program that does another thing when it is recorded. */
  @Test
  void aFaultIsFound() {
    for (LargeOperation operation : LargeOperation.ALL) {
      int[] calls = new int[1];
      Shape shape = operation.shape(new Shape(), operation.rank() == 2 ? 130 : 5000);
      List<String> found =
          differences(
              operation,
              (run, x) -> operation.function().apply(run, calls[0]++ == 0 ? x.mul(1 + 1e-9) : x),
              shape,
              FloatType.FLOAT64);
      assertThat(found).as(operation.name()).isNotEmpty();
    }
  }
}
