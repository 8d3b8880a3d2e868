package org.ppl4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ppl4j.tensor.SoftmaxBin.Grid;
import org.ppl4j.tensor.SoftmaxBin.Pick;

/** The bin of a value, against a loop over the bins. */
class SoftmaxBinTest {

  private static final int BINS = 5;
  private static final double BOUND = 3;
  private static final double LEAST = 0.01;
  private static final long SEED = 20;

  /** Two rows behind the bins: 4 numbers of inner knots and 5 of bins. */
  private static final Grid GRID =
      new Grid(
          2, BINS, BOUND, LEAST, List.of(new Pick(0, 4, -1), new Pick(0, 4, 0), new Pick(4, 5, 0)));

  @ParameterizedTest
  @EnumSource(FloatType.class)
  void agreesWithALoop(FloatType floatType) {
    SplittableRandom random = new SplittableRandom(SEED);
    double[] raw = random.doubles(3L * 19, -2, 2).toArray();
    double[] values = random.doubles(4L * 3, -3.5, 3.5).toArray();
    values[0] = -BOUND;
    values[1] = BOUND;
    try (Run run = Run.open(RunConfig.defaults().withFloatType(floatType), 0)) {
      for (int axis = 0; axis < 2; axis++) {
        SoftmaxBin bin =
            SoftmaxBin.of(
                run.create(raw, new Shape(3, 19)), run.create(values, new Shape(4, 3)), GRID, axis);
        for (int i = 0; i < values.length; i++) {
          check(bin, raw, i, values[i], axis, floatType == FloatType.FLOAT64 ? 1e-13 : 1e-5);
        }
      }
    }
  }

  private static void check(
      SoftmaxBin bin, double[] raw, int i, double value, int axis, double tolerance) {
    int from = i % 3 * 19;
    double[][] ends = {ends(raw, from), ends(raw, from + BINS)};
    int k = 0;
    while (k < BINS - 1 && value >= ends[axis][k + 1]) {
      k++;
    }
    assertThat(bin.index().toLongArray()[i]).as("seed %s, value %s", SEED, value).isEqualTo(k);
    for (int a = 0; a < 2; a++) {
      double width = ends[a][k + 1] - ends[a][k];
      assertThat(Tensors.values(bin.low().get(a))[i]).isEqualTo(ends[a][k], within(tolerance));
      assertThat(Tensors.values(bin.width().get(a))[i]).isEqualTo(width, within(tolerance));
    }
    double[] picked = bin.picked().stream().mapToDouble(x -> Tensors.values(x)[i]).toArray();
    assertThat(picked[0]).isEqualTo(k == 0 ? 0 : raw[from + 10 + k - 1], within(tolerance));
    assertThat(picked[1]).isEqualTo(k == 4 ? 0 : raw[from + 10 + k], within(tolerance));
    assertThat(picked[2]).isEqualTo(raw[from + 14 + k], within(tolerance));
  }

  private static double[] ends(double[] raw, int from) {
    double sum = 0;
    for (int k = 0; k < BINS; k++) {
      sum += Math.exp(raw[from + k]);
    }
    double[] ends = new double[BINS + 1];
    ends[0] = -BOUND;
    for (int k = 0; k < BINS; k++) {
      double share = LEAST + (1 - LEAST * BINS) * Math.exp(raw[from + k]) / sum;
      ends[k + 1] = ends[k] + 2 * BOUND * share;
    }
    return ends;
  }

  @Test
  void oneBinHasNoInnerKnots() {
    Grid grid = new Grid(1, 1, 2, 0.1, List.of(new Pick(0, 0, -1), new Pick(0, 0, 0)));
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray raw = run.create(new double[] {5}, new Shape(1));
      SoftmaxBin bin = SoftmaxBin.of(raw, run.create(new double[] {-9, 9}, new Shape(2)), grid, 0);
      assertThat(bin.index().toLongArray()).containsExactly(0, 0);
      assertThat(Tensors.values(bin.low().get(0))).containsExactly(-2, -2);
      assertThat(Tensors.values(bin.width().get(0))).containsExactly(4, 4);
      assertThat(Tensors.values(bin.picked().get(0))).containsExactly(0, 0);
      assertThat(Tensors.values(bin.picked().get(1))).containsExactly(0, 0);
    }
  }

  @Test
  void badGrids() {
    assertThatThrownBy(() -> new Grid(0, 3, 1, 0, List.of()))
        .hasMessage("grid has 0 axes and 3 bins; each is at least 1");
    assertThatThrownBy(() -> new Grid(1, 3, -1, 0, List.of()))
        .hasMessage("grid has bound -1.0, but it must be positive and finite");
    assertThatThrownBy(() -> new Grid(1, 3, 1, 0.5, List.of()))
        .hasMessage("grid of 3 bins has the least share 0.5; it must be from 0 to below 1 / 3");
  }
}
