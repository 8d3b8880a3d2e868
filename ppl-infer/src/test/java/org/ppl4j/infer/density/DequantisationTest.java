package org.ppl4j.infer.density;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.infer.Progress;
import org.ppl4j.testing.LeakCheck;

/** Columns of few different numbers, by flows whose maximum likelihood is a formula. */
@ExtendWith(LeakCheck.class)
class DequantisationTest {

  private static final DensityEstimator NORMAL =
      DensityEstimator.of(AffineFlows::normal)
          .training(
              Training.standard()
                  .steps(300)
                  .batch(128)
                  .rate(0.03)
                  .decay(0)
                  .progress(Progress.silent()));

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  private static double[] numbers(int n, IntToDoubleFunction number) {
    double[] numbers = new double[n];
    Arrays.setAll(numbers, number);
    return numbers;
  }

  /** The step that is found in one column of a table. */
  private double step(double... numbers) {
    return step(Dequantisation.detected(), numbers);
  }

  private double step(Dequantisation dequantisation, double... numbers) {
    try (Density density =
        NORMAL
            .training(Training.standard().steps(1).progress(Progress.silent()))
            .dequantisation(dequantisation)
            .fit(manager.create(numbers))) {
      return density.report().orElseThrow().steps().get(0);
    }
  }

  @Test
  void stepIsTheMostFrequentDifferenceOfNeighbours() {
    Random random = new Random(3);
    double[] rounded = numbers(1000, i -> Math.rint(50 * random.nextGaussian()) / 10);
    assertThat(step(numbers(100, i -> i % 7))).isEqualTo(1);
    assertThat(step(rounded)).isCloseTo(0.1, within(1e-12));
    assertThat(step(numbers(100, i -> 3 * (i % 2)))).isEqualTo(3);
    // one number between the steps
    rounded[4] = 0.05;
    assertThat(step(rounded)).isCloseTo(0.1, within(1e-12));
  }

  @Test
  void continuousColumnHasNoStep() {
    Random random = new Random(3);
    double[] normal = numbers(1000, i -> random.nextGaussian());
    assertThat(step(normal)).isZero();
    double[] half = numbers(1000, i -> i % 10 == 0 ? 0 : random.nextGaussian());
    assertThat(step(half)).isZero();
    assertThat(step(Dequantisation.none(), numbers(100, i -> i % 7))).isZero();
    assertThat(step(Dequantisation.steps(0.5), normal)).isEqualTo(0.5);
  }

  /** The cells of a fair coin are one interval, on which everything is as likely. */
  @Test
  void densityIsThatOfTheCells() {
    double[] flips = numbers(4000, i -> i % 2);
    NDArray middle = manager.create(new double[] {0.5});
    try (Density cells = NORMAL.fit(manager.create(flips));
        Density points = NORMAL.dequantisation(Dequantisation.none()).fit(manager.create(flips))) {
      assertThat(cells.cdf(middle).toDoubleArray()[0]).isCloseTo(0.5, within(0.02));
      assertThat(points.logProb(middle).toDoubleArray()[0])
          .isCloseTo(-0.5 * Math.log(2 * Math.PI / 4), within(0.02));
      DensityReport report = cells.report().orElseThrow();
      assertThat(report.trainLogProb()).isCloseTo(-Math.log(2), within(0.02));
      assertThat(report.best().logProb()).isCloseTo(-Math.log(2), within(0.1));
      assertThat(report.toString())
          .endsWith("with noise in the cells of columns (from 1) 1 in steps of 1");
      assertThat(points.report().orElseThrow().toString()).doesNotContain("noise");
    }
  }

  /** One number in cells of width w has the density 1 / w. */
  @Test
  void constantColumnHasTheDensityOfItsCell() {
    NDArray fives = manager.create(numbers(4000, i -> 5));
    NDArray middle = manager.create(new double[] {5});
    DensityEstimator cells = NORMAL.dequantisation(Dequantisation.steps(2));
    try (Density density = cells.fit(fives);
        Density inside = cells.support(Constraint.interval(4, 6)).fit(fives)) {
      assertThat(density.cdf(middle).toDoubleArray()[0]).isCloseTo(0.5, within(0.02));
      assertThat(density.report().orElseThrow().trainLogProb())
          .isCloseTo(-Math.log(2), within(0.02));
      assertThat(inside.report().orElseThrow().trainLogProb())
          .isLessThan(-Math.log(2))
          .isCloseTo(-Math.log(2), within(0.05));
    }
  }

  @Test
  void noiseFillsTheCellsAndDiffersFromCallToCall() {
    double[] values = numbers(8000, i -> i % 2 == 0 ? i % 10 : Math.sin(i));
    NDArray rows = manager.create(values, new Shape(4000, 2));
    try (Density density =
        NORMAL
            .training(Training.standard().steps(1).progress(Progress.silent()))
            .dequantisation(Dequantisation.steps(2, 0))
            .fit(rows)) {
      double[] once = density.dequantised(rows).toDoubleArray();
      double[] again = density.dequantised(rows).toDoubleArray();
      double sum = 0;
      double squares = 0;
      for (int i = 0; i < once.length; i += 2) {
        double move = once[i] - values[i];
        assertThat(move).isBetween(-1.0, 1.0);
        sum += move / 4000;
        squares += move * move / 4000;
        assertThat(once[i + 1]).isEqualTo(values[i + 1]);
      }
      // Standard errors are 0.009 and 0.005.
      assertThat(sum).isCloseTo(0, within(0.04));
      assertThat(squares).isCloseTo(1.0 / 3, within(0.02));
      assertThat(again).isNotEqualTo(once);
      assertThat(density.dequantised(rows).getShape()).isEqualTo(new Shape(4000, 2));
    }
  }

  /** Zeros on the edge are moved inwards only, and none of the numbers leaves the support. */
  @Test
  void noiseStaysInsideTheSupport() {
    double[] counts = numbers(2000, i -> Math.floorMod(i * i, 5));
    NDArray rows = manager.create(counts);
    try (Density density =
        NORMAL
            .training(Training.standard().steps(1).progress(Progress.silent()))
            .support(Constraint.NON_NEGATIVE)
            .fit(rows)) {
      assertThat(density.report().orElseThrow().steps().get(0)).isEqualTo(1);
      double[] noisy = density.dequantised(rows).toDoubleArray();
      for (int i = 0; i < noisy.length; i++) {
        assertThat(noisy[i]).isBetween(Math.max(0, counts[i] - 0.5), counts[i] + 0.5);
      }
      assertThat(Arrays.stream(density.logProb(manager.create(noisy)).toDoubleArray()))
          .allMatch(Double::isFinite);
    }
  }
}
