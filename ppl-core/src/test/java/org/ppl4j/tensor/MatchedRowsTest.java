package org.ppl4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.Random;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ppl4j.testing.LeakCheck;

/** Rows in the order of others. */
@ExtendWith(LeakCheck.class)
class MatchedRowsTest {

  private static double[] normal(long seed, int size) {
    Random random = new Random(seed);
    return random.doubles(size).map(unused -> random.nextGaussian()).toArray();
  }

  /** Rows that are moved a little and mixed come back to where they were, in each of a batch. */
  @ParameterizedTest
  @EnumSource
  void mixedRowsFindTheirPlaces(FloatType type) {
    int n = 40;
    double[] places = new double[3 * n * 2];
    double[] mixed = new double[places.length];
    for (int k = 0; k < 3 * n; k++) {
      int batch = k / n;
      int other = batch * n + (7 * k + 3) % n; // 7 and 40 have no factor in common
      places[2 * k] = k % n;
      places[2 * k + 1] = -batch;
      mixed[2 * other] = k % n + 0.25;
      mixed[2 * other + 1] = 0.5;
    }
    Shape shape = new Shape(3, n, 2);
    try (Run run = Run.open(RunConfig.defaults().withFloatType(type), 0)) {
      NDArray matched = MatchedRows.of(run.create(places, shape), run.create(mixed, shape));

      assertThat(matched.getShape()).isEqualTo(shape);
      double[] found = Tensors.values(matched);
      for (int k = 0; k < 3 * n; k++) {
        assertThat(found[2 * k]).isEqualTo(places[2 * k] + 0.25);
        assertThat(found[2 * k + 1]).isEqualTo(0.5);
      }
    }
  }

  /** Numbers are matched in their order, each 512 among themselves. */
  @Test
  void manyAreMatchedInParts() {
    int n = 512 + 300;
    double[] places = normal(1, n);
    double[] rows = normal(2, n);
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Shape shape = new Shape(n, 1);
      double[] found =
          Tensors.values(MatchedRows.of(run.create(places, shape), run.create(rows, shape)));

      for (int[] part : new int[][] {{0, 512}, {512, n}}) {
        double[] sorted = Arrays.copyOfRange(rows, part[0], part[1]);
        double[] inOrder = Arrays.copyOfRange(places, part[0], part[1]);
        Arrays.sort(sorted);
        Arrays.sort(inOrder);
        for (int k = part[0]; k < part[1]; k++) {
          assertThat(found[k]).isEqualTo(sorted[Arrays.binarySearch(inOrder, places[k])]);
        }
      }
    }
  }

  /** Of x, y and rows that move with x: the sum of what is matched, which changes with x. */
  @Test
  void recordedItIsAsByTheEngineWithoutGradients() {
    double[] at = normal(3, 12);
    double[] places = normal(4, 12);
    Shape shape = new Shape(6, 2);
    BiFunction<Run, NDArray, NDArray> function =
        (run, x) -> {
          NDArray where = run.create(places, shape);
          NDArray matched = MatchedRows.of(where, x.reshape(shape));
          return matched.mul(where).sum().add(x.square().sum());
        };
    double[] moved = Arrays.stream(at).map(x -> 1.5 * x - 0.2).toArray();
    double[] values = new double[2];
    for (int i = 0; i < 2; i++) {
      RunConfig config =
          RunConfig.defaults().withRecording(i == 0 ? Recording.OFF : Recording.REQUIRED);
      VectorFunction f = new VectorFunction("matched rows", config, function, at);
      double[] gradient = new double[at.length];
      values[i] = f.evaluate(moved, gradient);
      double[] expected = Arrays.stream(moved).map(x -> 2 * x).toArray();
      assertThat(gradient).containsExactly(expected, within(1e-12));
    }
    assertThat(values[1]).isCloseTo(values[0], within(1e-12));
  }

  @Test
  void otherShapesAndNumbersAreRefused() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray two = run.zeros(new Shape(4, 2));
      assertThatThrownBy(() -> MatchedRows.of(two, run.zeros(new Shape(4, 3))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "rows of shape (4, 3) are matched with those of shape (4, 2), but both must be the"
                  + " same (*, N, D)");
      assertThatThrownBy(() -> MatchedRows.of(two.get(0), two.get(0)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("both must be the same (*, N, D)");
      assertThatThrownBy(() -> MatchedRows.of(two, two.add(Double.NaN)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("assignment has cost NaN");
    }
  }
}
