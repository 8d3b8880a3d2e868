package org.ppl4j.infer.density;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import org.junit.jupiter.api.Test;

/** What an interval looks like. */
class PredictionIntervalTest {

  @Test
  void fewAreWritten() {
    try (NDManager manager = NDManager.newBaseManager()) {
      PredictionInterval interval =
          new PredictionInterval(
              manager.create(new double[] {0.1 + 0.2, -1e-12}),
              manager.create(new double[] {460.0053510408875, Double.POSITIVE_INFINITY}),
              0.9,
              ImmutableList.of("rows are few"));

      assertThat(interval)
          .hasToString("0.3 to 460.005, -1E-12 to Infinity, covers 0.9; rows are few");
    }
  }

  @Test
  void manyAreCounted() {
    try (NDManager manager = NDManager.newBaseManager()) {
      assertThat(
              new PredictionInterval(
                  manager.zeros(new Shape(40, 2)), manager.ones(new Shape(40, 2))))
          .hasToString("intervals of shape (40, 2)");
    }
  }

  @Test
  void numbersAreShort() {
    assertThat(CellText.shown(9.999999999998899E-5)).isEqualTo("0.0001");
    assertThat(CellText.shown(1.0000499999999999)).isEqualTo("1.00005");
    assertThat(CellText.shown(100_000)).isEqualTo("100000");
    assertThat(CellText.shown(0)).isEqualTo("0");
    assertThat(CellText.shown(-1.5e300)).isEqualTo("-1.5E+300");
    assertThat(CellText.shown(Double.NaN)).isEqualTo("NaN");
  }
}
