package org.ppl4j.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import java.util.function.DoubleSupplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.testing.AcceptancePoint;

/**
 * What a program takes that is recorded but for one large operation of the engine's, beside what is
 * recorded and that operation with its gradient, each by itself.
 */
@Tag("acceptance")
@Tag("alone")
@Tag("whole.3")
class LargeOperationsAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("whole.3");
  private static final int PAIRS = 15;
  private static final int WARM = 50; // measurements before, until code is compiled
  private static final double MILLISECONDS = 20; // of a measurement
  private static final int SMALL = 200; // operations that are recorded

  static Stream<LargeOperation> all() {
    return LargeOperation.ALL.stream().filter(LargeOperation::isTimed);
  }

  /** Small operations on a few numbers. */
  private static NDArray rest(NDArray x) {
    NDArray few = Tensors.range(Tensors.reshape(x, new Shape(x.size())), -1, 0, 3);
    NDArray sum = few;
    for (int i = 0; i < SMALL; i++) {
      sum = sum.mul(0.9).add(few);
    }
    return sum.sum();
  }

  private static NDArray weighed(NDArray y) {
    return y.mul(y.getShape().size() > 1 ? 0.3 : 1).sum();
  }

  private record Timed(BiFunction<Run, NDArray, NDArray> function, Shape shape, FloatType type) {

    /** Evaluates it with its gradient at a vector that moves; a record without checks. */
    DoubleSupplier by(Recording recording) {
      double[] x = new SplittableRandom(5).doubles(shape.size(), 0.1, 0.9).toArray();
      double[] gradient = new double[x.length];
      RunConfig config = RunConfig.defaults().withFloatType(type).withRecording(recording);
      BiFunction<Run, NDArray, NDArray> of =
          (run, v) -> function.apply(run, Tensors.reshape(v, shape));
      ToDoubleFunction<double[]> timed;
      if (recording == Recording.OFF) {
        VectorFunction engine = new VectorFunction("timed", config, of, x);
        timed = at -> engine.evaluate(at, gradient);
      } else {
        RecordedFunction record = RecordedFunction.of(config, of, x, x);
        timed = at -> record.evaluate(at, gradient);
      }
      return () -> {
        x[0] += 1e-7;
        return timed.applyAsDouble(x);
      };
    }
  }

  /** Microseconds of an evaluation. */
  private static double time(DoubleSupplier function) {
    long start = System.nanoTime();
    double sum = 0;
    int times = 0;
    while (System.nanoTime() - start < 1e6 * MILLISECONDS) {
      sum += function.getAsDouble();
      times++;
    }
    double each = (System.nanoTime() - start) / 1e3 / times;
    if (Double.isNaN(sum)) {
      throw new IllegalStateException("value is no number");
    }
    return each;
  }

  @ParameterizedTest
  @MethodSource("all")
  void takesNoMoreThanItsParts(LargeOperation operation) {
    for (FloatType type : FloatType.values()) {
      Shape shape = operation.shape(new Shape(), operation.rank() == 2 ? 200 : 100_000);
      BiFunction<Run, NDArray, NDArray> large =
          (run, x) -> weighed(operation.function().apply(run, x));
      DoubleSupplier whole =
          new Timed((run, x) -> large.apply(run, x).add(rest(x)), shape, type)
              .by(Recording.REQUIRED);
      DoubleSupplier recorded = new Timed((run, x) -> rest(x), shape, type).by(Recording.REQUIRED);
      DoubleSupplier engine = new Timed(large, shape, type).by(Recording.OFF);
      double[] ratios = new double[PAIRS];
      double[] times = new double[PAIRS];
      for (int warm = 0; warm < WARM; warm++) {
        double unused = time(whole) + time(recorded);
      }
      for (int pair = 0; pair < PAIRS; pair++) {
        times[pair] = time(whole);
        ratios[pair] = times[pair] / (time(recorded) + time(engine));
      }
      Arrays.sort(times);
      POINT.shown(operation + " " + type + ", microseconds", times[PAIRS / 2]);
      POINT.atMost(operation + " " + type + " / its parts", ratios, 1);
    }
  }
}
