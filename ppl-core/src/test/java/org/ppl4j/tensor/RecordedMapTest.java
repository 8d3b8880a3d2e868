package org.ppl4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.testing.LeakCheck;

/** Maps of vectors that are recorded once for their maker, y = a x² of each number here. */
@ExtendWith(LeakCheck.class)
class RecordedMapTest {

  private static final NDArray FIRST = Tensors.vector(1, 2);
  private static final NDArray SECOND = Tensors.vector(3, 5);

  private final Object maker = new Object();

  private Optional<RecordedMap> squares(double factor) {
    return of(maker, (run, x) -> x.square().mul(factor), FIRST, SECOND);
  }

  private static Optional<RecordedMap> of(
      Object maker, BiFunction<Run, NDArray, NDArray> map, NDArray first, NDArray second) {
    return RecordedMap.of(maker, null, map, first, second).map(RecordedMap.Recorded::map);
  }

  private static void check(RecordedMap map, double factor, double... x) {
    double[] y = new double[x.length];
    double[][] jacobian = new double[x.length][x.length];
    try (RecordedMap.Evaluation evaluation = map.evaluation()) {
      evaluation.evaluate(x, y, jacobian);
    }
    for (int i = 0; i < x.length; i++) {
      assertThat(y[i]).isCloseTo(factor * x[i] * x[i], within(1e-12));
      for (int j = 0; j < x.length; j++) {
        assertThat(jacobian[i][j]).isCloseTo(i == j ? 2 * factor * x[i] : 0, within(1e-12));
      }
    }
  }

  @Test
  void whatDoesTheSameIsRecordedOnce() {
    RecordedMap map = squares(4).orElseThrow();

    assertThat(squares(4)).containsSame(map);
    check(map, 4, 0.5, -1.5);
  }

  /** 2 a x d of each number, with the derivative 2 a d in its own. */
  @Test
  void alongADirectionItHasSecondDerivatives() {
    RecordedMap along = squares(4).orElseThrow().along().orElseThrow();
    double[] y = new double[2];
    double[][] jacobian = new double[2][2];
    try (RecordedMap.Evaluation evaluation = along.evaluation()) {
      evaluation.evaluate(new double[] {0.5, -1.5, 3, 2}, y, jacobian);
      assertThat(y).containsExactly(12, -24);
      assertThat(jacobian).isDeepEqualTo(new double[][] {{24, 0}, {0, 16}});

      evaluation.evaluate(new double[] {1, 1, 1, 0}, y, null);
      assertThat(y).containsExactly(8, 0);
    }
    assertThat(along.inputs()).isEqualTo(4);
    assertThat(squares(4).orElseThrow().along()).containsSame(along);
  }

  @Test
  void aNumberThatChangedIsSeen() {
    for (double factor : new double[] {4, 7, 4}) {
      check(squares(factor).orElseThrow(), factor, 0.5, -1.5);
    }
  }

  @Test
  void vectorsOfAnotherLengthAreSeen() {
    for (double[] first : new double[][] {{1, 2}, {1, 2, 3}, {1, 2}}) {
      double[] second = first.clone();
      second[0] = 2;
      RecordedMap map =
          of(maker, (run, x) -> x.square(), Tensors.vector(first), Tensors.vector(second))
              .orElseThrow();
      assertThat(map.inputs()).isEqualTo(first.length);
      assertThat(map.outputs()).isEqualTo(first.length);
      check(map, 1, first);
    }
  }

  @Test
  void whatCannotBeRecordedIsSeen() {
    RecordedMap map = squares(4).orElseThrow();

    assertThat(of(maker, (run, x) -> x.square().mul(x.getDouble(0)), FIRST, SECOND)).isEmpty();

    assertThat(squares(4)).isPresent().get().isNotSameAs(map);
  }

  /** y = a x of a tensor a of the run around, on either side of x: an input after x. */
  @Test
  void aTensorOfTheRunAroundIsAnInput() {
    try (Run run = Run.open(RunConfig.defaults(), 0);
        Run other = Run.open(RunConfig.defaults(), 1)) {
      NDArray factor = run.create(new double[] {5, 7}, new Shape(2)).mul(2);
      RecordedMap.Recorded recorded =
          RecordedMap.of(maker, run, (own, x) -> factor.mul(x).add(x.mul(factor)), FIRST, SECOND)
              .orElseThrow();

      assertThat(recorded.tensors()).hasSize(1);
      assertThat(recorded.tensors().get(0)).isSameAs(factor);
      assertThat(recorded.map().inputs()).isEqualTo(4);
      double[] y = new double[2];
      double[][] jacobian = new double[2][4];
      try (RecordedMap.Evaluation evaluation = recorded.map().evaluation()) {
        evaluation.evaluate(new double[] {1, 2, 10, 20}, y, jacobian);
      }
      assertThat(y).containsExactly(20, 80);
      assertThat(jacobian).isDeepEqualTo(new double[][] {{20, 0, 2, 0}, {0, 40, 0, 4}});

      NDArray foreign = other.ones(new Shape(2));
      assertThatThrownBy(
              () -> RecordedMap.of(maker, run, (own, x) -> x.mul(foreign), FIRST, SECOND))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("mixes tensors of two runs");
      assertThatThrownBy(
              () ->
                  RecordedMap.of(
                      maker, run, (own, x) -> own.bind(run.arange(2)).mul(x), FIRST, SECOND))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "tensor of shape (2) is used by a map of one row, but holds particles, choices or no"
                  + " floats; pass it to the map");
    }
  }

  @Test
  void anotherMakerHasARecordOfItsOwn() {
    RecordedMap map = squares(4).orElseThrow();

    assertThat(of(new Object(), (run, x) -> x.square().mul(4), FIRST, SECOND))
        .isPresent()
        .get()
        .isNotSameAs(map);
  }

  /** On four threads, each with the number of its own round: all are right at any time. */
  @Test
  void threadsMayRecordForOneMakerAtOnce() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      Callable<Void> rounds =
          () -> {
            for (int i = 0; i < 20; i++) {
              check(squares(1 + i % 2).orElseThrow(), 1 + i % 2, 0.1 * i, -i);
            }
            return null;
          };
      List<Future<Void>> all = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        all.add(threads.submit(rounds));
      }
      for (Future<Void> each : all) {
        assertThat(each.get()).isNull();
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
