package org.ppl4j.infer.density;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.ppl4j.infer.density.NormalRows.NORMAL;
import static org.ppl4j.infer.density.NormalRows.REGRESSION;
import static org.ppl4j.infer.density.NormalRows.two;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Random;
import org.hipparchus.stat.StatUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.testing.LeakCheck;

/** The noise of rows, and the rows of noise. */
@ExtendWith(LeakCheck.class)
class NoiseTest {

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  private NDArray table(double[] values, int columns) {
    return NormalRows.table(manager, values, columns);
  }

  /** Of a normal flow: rows that differ in density do so as their noise does. */
  @Test
  void noiseIsThatOfTheDensity() {
    NDArray y = table(two(600), 2);
    try (Density density = NORMAL.fit(y)) {
      double[] noise = density.toNoise(y).toDoubleArray();
      double[] logs = density.logProb(y).toDoubleArray();

      double first = logs[0] + square(noise, 0) / 2;
      for (int i = 0; i < logs.length; i++) {
        assertThat(logs[i] + square(noise, i) / 2).isCloseTo(first, within(1e-9));
      }
      // Of maximum likelihood, as far as 400 steps lead.
      assertThat(StatUtils.mean(noise)).isCloseTo(0, within(0.1));
      assertThat(StatUtils.variance(noise)).isCloseTo(1, within(0.1));
    }
  }

  private static double square(double[] pairs, int row) {
    return pairs[2 * row] * pairs[2 * row] + pairs[2 * row + 1] * pairs[2 * row + 1];
  }

  @Test
  void rowsComeBack() {
    NDArray y = table(two(600), 2);
    try (Density density = NORMAL.fit(y)) {
      NDArray noise = density.toNoise(y);
      double[] back = density.fromNoise(noise).toDoubleArray();

      double[] rows = y.toDoubleArray();
      assertThat(noise.getShape()).isEqualTo(y.getShape());
      for (int i = 0; i < rows.length; i++) {
        assertThat(back[i]).isCloseTo(rows[i], within(1e-10 * Math.abs(rows[i])));
      }
    }
  }

  @Test
  void rowsComeBackGivenTheirContexts() {
    Random random = new Random(8);
    double[] x = random.doubles(400, -1, 1).toArray();
    double[] rows = new double[x.length];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = 3 + 2 * x[i] + 0.5 * random.nextGaussian();
    }
    NDArray y = table(rows, 1);
    NDArray contexts = table(x, 1);
    try (ConditionalDensity density = REGRESSION.fit(y, contexts)) {
      NDArray noise = density.toNoise(y, contexts);
      double[] back = density.fromNoise(noise, contexts).toDoubleArray();
      NDArray one = density.fromNoise(table(new double[] {0.5}, 1), contexts);

      for (int i = 0; i < rows.length; i++) {
        assertThat(back[i]).isCloseTo(rows[i], within(1e-10 * (1 + Math.abs(rows[i]))));
      }
      assertThat(one.getShape()).isEqualTo(new Shape(x.length, 1));
    }
  }

  @Test
  void rowsOutsideTheSupportHaveNone() {
    double[] positive = new Random(5).doubles(300, 0.1, 2).toArray();
    try (Density density = NORMAL.support(Constraint.POSITIVE).fit(table(positive, 1))) {
      double[] noise = density.toNoise(table(new double[] {1, -1}, 1)).toDoubleArray();

      assertThat(noise[0]).isFinite();
      assertThat(noise[1]).isNaN();
    }
  }

  @Test
  void noiseOfAnotherWidthIsRefused() {
    try (Density density = NORMAL.fit(table(two(300), 2))) {
      assertThatThrownBy(() -> density.fromNoise(table(new double[] {1, 2, 3}, 3)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("noise");
      assertThatThrownBy(() -> density.fromNoise(table(new double[] {1, Double.NaN}, 2)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("noise");
    }
  }
}
