package org.ppl4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.ppl4j.tensor.Recording.REQUIRED;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableMap;
import com.google.common.primitives.Doubles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.tensor.RecordedLoss.Estimate;
import org.ppl4j.tensor.internal.engine.PyTorch;
import org.ppl4j.tensor.internal.table.IndexOutOfRange;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.LeakCheck;

/**
 * What the engine checks of indices in data, a record checks at each step: in all ways to use them,
 * by all kinds of loops, whether or not their results are needed.
 */
@ExtendWith(LeakCheck.class)
class RecordedIndicesTest {

  private static final int SIZE = 4;

  private static final int ALL = Integer.MAX_VALUE;
  private static final AcceptancePoint POINT = new AcceptancePoint("sound.1");

  /** Enough for generated code. */
  private static final int STEPS = 1100;

  /** Of values {@value #SIZE} and an index (n). */
  private static Map<String, BinaryOperator<NDArray>> uses() {
    return ImmutableMap.<String, BinaryOperator<NDArray>>builder()
        .put("pick", Tensors::pick)
        .put("pick from rows", (x, i) -> Tensors.pick(rows(x, 3), i))
        .put(
            "a pick of each row", (x, i) -> Tensors.pick(rows(x, i.size()).sin(), i.expandDims(-1)))
        .put("pick of matrices", (x, i) -> Tensors.pick(x.reshape(SIZE, 1, 1).cos(), i, 2))
        .put(
            "a pick of each row's vectors",
            (x, i) -> Tensors.pick(rows(x, i.size()).sin().expandDims(-1), i.expandDims(-1), 1))
        .put("gather", (x, i) -> columns(x, i.size()).cos().gather(i.expandDims(0), 0))
        .put("select", (x, i) -> Tensors.select(x, i, 0))
        .put("select rows", (x, i) -> Tensors.select(columns(x, 50).cos(), i, 0))
        .put("index", (x, i) -> x.sin().get(i))
        .put("label", (x, i) -> Tensors.pick(x.logSoftmax(0), i))
        .put(
            "scatter",
            (x, i) -> {
              NDArray put = columns(x, i.size()).exp();
              return columns(x, i.size()).scatter(i.expandDims(0), put, 0);
            })
        .put("one hot", (x, i) -> i.oneHot(SIZE).mul(x))
        .put("pick of a pick", (x, i) -> Tensors.pick(x, Tensors.pick(x.argSort(), i)))
        .put("computed", (x, i) -> Tensors.pick(x.square(), i.mul(2).sub(i)))
        .put("unneeded pick", (x, i) -> x.add(Tensors.pick(x, i).size()))
        .put("unneeded one hot", (x, i) -> x.add(i.oneHot(SIZE).size()))
        .put("pick of what does not move", (x, i) -> x.mul(Tensors.pick(x.stopGradient(), i).sum()))
        .buildOrThrow();
  }

  private static NDArray rows(NDArray x, long count) {
    return x.expandDims(0).broadcast(count, SIZE);
  }

  private static NDArray columns(NDArray x, long count) {
    return x.expandDims(1).broadcast(SIZE, count);
  }

  private static double[] index(int size) {
    double[] index = new double[size];
    Arrays.setAll(index, i -> i * 7L % SIZE);
    return index;
  }

  private static NDArray array(NDManager manager, double[] index, boolean isWhole, FloatType type) {
    Shape shape = new Shape(index.length);
    if (isWhole) {
      return manager.create(Arrays.stream(index).mapToLong(i -> (long) i).toArray(), shape);
    }
    NDArray doubles = manager.create(index, shape);
    return type == FloatType.FLOAT64 ? doubles : doubles.toType(DataType.FLOAT32, false);
  }

  private static double[] bad(boolean isWhole) {
    double[] whole = {SIZE, -1, -5, SIZE + 1, 1L << 31, -(1L << 31), 1L << 40, -(1L << 40)};
    double[] others = {0.5, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 3e30};
    return isWhole ? whole : Doubles.concat(whole, others);
  }

  @Test
  void areCheckedAsByTheEngine() {
    Law law = new Law();
    int kinds = 0;
    for (int size : List.of(1, 3, 40, 700)) {
      for (Map.Entry<String, BinaryOperator<NDArray>> use : uses().entrySet()) {
        FloatType type = kinds++ / 2 % 2 == 0 ? FloatType.FLOAT32 : FloatType.FLOAT64;
        law.judge(use, size, kinds % 2 == 0, type, 2);
      }
    }
    assertThat(law.faults).isEmpty();
    assertThat(law.judged).isEqualTo(4 * 2 * uses().size());
  }

  @Tag("acceptance")
  @Tag("sound.1")
  @Test
  void allAreCheckedAsByTheEngine() {
    Law law = new Law();
    for (FloatType type : FloatType.values()) {
      for (int size : List.of(1, 3, 40, 700)) {
        for (boolean isWhole : new boolean[] {true, false}) {
          for (Map.Entry<String, BinaryOperator<NDArray>> use : uses().entrySet()) {
            law.judge(use, size, isWhole, type, ALL);
          }
        }
      }
    }
    POINT.atLeast("indices out of range judged", law.judged, 2 * 4 * (8 + 13) * uses().size());
    POINT.atMost("indices that a record does not refuse as the engine", law.faults.size(), 0);
    Law planted = planted();
    POINT.atLeast("the same where a record clamps them", planted.faults.size(), planted.judged);
  }

  /** A program that clamps its index while it is recorded, so that its record checks nothing. */
  private static Law planted() {
    Law law = new Law();
    BinaryOperator<NDArray> clamped =
        (x, i) ->
            Tensors.pick(
                x,
                PyTorch.get().column() instanceof Recorder
                    ? i.maximum(0).minimum(SIZE - 1).round()
                    : i);
    law.judge(Map.entry("planted", clamped), 3, true, FloatType.FLOAT64, ALL);
    assertThat(law.judged).isPositive();
    return law;
  }

  @Test
  void aRecordThatDoesNotCheckIsCaught() {
    Law law = planted();
    assertThat(law.faults).hasSize(law.judged);
  }

  /** Judges records at indices that name nothing. */
  private static final class Law {

    private int judged;
    private final List<String> faults = new ArrayList<>();

    /**
     * Judges a use.
     *
     * @param most so many indices of those that are wrong
     */
    void judge(
        Map.Entry<String, BinaryOperator<NDArray>> use,
        int size,
        boolean isWhole,
        FloatType type,
        int most) {
      String what = use.getKey() + " by " + size + " of " + type + (isWhole ? " whole" : "");
      RunConfig config = RunConfig.defaults().withFloatType(type).withRecording(REQUIRED);
      try (NDManager manager = NDManager.newBaseManager("PyTorch");
          FlatVector parameters = FlatVector.zeros(config, SIZE)) {
        parameters.assign(0, new double[] {0.25, -0.5, 1, 0.75});
        NDArray[] data = {array(manager, index(size), isWhole, type)};
        RecordedLoss loss =
            new RecordedLoss(
                what,
                config,
                0,
                List.of(parameters),
                true,
                run -> {
                  NDArray x = parameters.variable(run);
                  NDArray index = run.bind(data[0], 0);
                  NDArray y = use.getValue().apply(x, index).sin().sum().add(x.sum());
                  return new Estimate(y, y);
                });
        NDArray right = data[0];
        loss.bind(List.of(right));
        double before = loss.step(1);
        double[] gradient = loss.gradient().clone();
        for (int step = 2; size < 10 && step < STEPS; step++) {
          assertThat(loss.step(step)).isEqualTo(before);
        }
        double[] places = {0, size / 2.0, size - 1};
        double[] bad = bad(isWhole);
        for (int i = 0; i < Math.min(most, bad.length); i++) {
          double[] wrong = index(size);
          wrong[(int) places[judged % 3]] = bad[judged % bad.length];
          data[0] = array(manager, wrong, isWhole, type);
          loss.bind(List.of(data[0]));
          Throwable engine = catchThrowable(() -> eager(config, parameters, use, data[0]));
          Throwable record = catchThrowable(() -> loss.step(STEPS));
          boolean isRight =
              engine instanceof IndexOutOfRange
                  && record instanceof IndexOutOfRange
                  && record.getMessage().equals(engine.getMessage());
          if (!isRight) {
            faults.add("%s: %s for %s at %s".formatted(what, record, engine, wrong[0]));
          }
          judged++;
        }
        if (faults.isEmpty()) {
          data[0] = right;
          loss.bind(List.of(right));
          assertThat(loss.step(STEPS)).isEqualTo(before);
          assertThat(loss.gradient()).containsExactly(gradient);
        }
      }
    }

    private static void eager(
        RunConfig config,
        FlatVector parameters,
        Map.Entry<String, BinaryOperator<NDArray>> use,
        NDArray data) {
      try (Run run = Run.open(config, 0)) {
        NDArray unused = use.getValue().apply(parameters.variable(run), run.bind(data));
      }
    }
  }
}
