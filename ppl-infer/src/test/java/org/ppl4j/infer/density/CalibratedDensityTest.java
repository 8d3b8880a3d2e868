package org.ppl4j.infer.density;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ppl4j.infer.Progress;

/** Intervals of densities that have set rows aside. */
class CalibratedDensityTest {

  private static final Training QUICK = Training.standard().steps(40).progress(Progress.silent());

  private static final ConditionalDensityEstimator ESTIMATOR =
      ConditionalDensityEstimator.of(AffineFlows::regression).training(QUICK);

  private static final int ROWS = 400;

  private final NDManager manager = NDManager.newBaseManager();
  @TempDir private Path folder;

  @AfterEach
  void close() {
    manager.close();
  }

  private static double[] numbers(int seed, int count) {
    return new Random(seed).doubles(count).toArray();
  }

  private NDArray rows(int columns) {
    return manager.create(numbers(1, ROWS * columns), new Shape(ROWS, columns));
  }

  @Test
  void intervalsSayWhatTheyCover() {
    NDArray y = rows(1);
    NDArray x = manager.create(numbers(2, ROWS));
    NDArray at = manager.create(new double[] {0.2, 0.7});
    Path file = folder.resolve("calibrated.bin");
    try (ConditionalDensity density = ESTIMATOR.fit(y, x)) {
      PredictionInterval interval = density.interval(0.9, at);
      assertThat(interval.coverage()).isEqualTo(0.9); // of 79 rows
      assertThat(interval.warnings()).isEmpty();
      assertThat(interval.low().getShape()).isEqualTo(new Shape(2, 1));
      PredictionInterval without = density.interval(0.99, at);
      assertThat(without.low().toDoubleArray()).containsOnly(Double.NEGATIVE_INFINITY);
      assertThat(without.warnings())
          .containsExactly(
              "an interval of 99% needs 199 rows for calibration, but there are 79: it has no ends;"
                  + " pass more rows, or ask for at most 97.5%");
      density.save(file);
      try (ConditionalDensity loaded =
          ConditionalDensity.load(manager, file, AffineFlows::regression)) {
        assertThat(loaded.interval(0.9, at).low().toDoubleArray())
            .isEqualTo(interval.low().toDoubleArray());
        assertThat(loaded.logProb(y, x).toDoubleArray())
            .isEqualTo(density.logProb(y, x).toDoubleArray());
      }
    }
  }

  /** What scores say of coverage is what is counted. */
  @Test
  void freshRowsScoreIt() {
    NDArray x = manager.create(numbers(2, ROWS));
    double[] fresh = numbers(3, ROWS);
    NDArray y = manager.create(fresh);
    try (ConditionalDensity density = ESTIMATOR.fit(rows(1), x)) {
      PredictionInterval interval = density.interval(0.8, x);
      double[] low = interval.low().toDoubleArray();
      double[] high = interval.high().toDoubleArray();
      long inside =
          IntStream.range(0, ROWS).filter(i -> fresh[i] >= low[i] && fresh[i] <= high[i]).count();
      DensityScores scores = density.calibrate(y, x);
      assertThat(scores.calibrationRows("y")).isEqualTo(79);
      assertThat(density.report().orElseThrow().notes().toString())
          .matches(
              ".*79 rows for calibration: intervals of 90% as they were learned held [0-9.]+% of"
                  + " their numbers]");
      assertThat(scores.coverage("y", 0.8)).isEqualTo((double) inside / ROWS);
      double logProb = density.logProb(y, x).mean().getDouble();
      assertThat(scores.scores().get(0).logProb()).isEqualTo(logProb, within(1e-9));
      DensityScores named = density.calibrate(Table.of(y, "price"), Table.of(x, "area"));
      assertThat(named.coverage("price", 0.8)).isEqualTo(scores.coverage("y", 0.8));
      assertThatThrownBy(() -> density.calibrate(rows(2), x))
          .hasMessage("y has 2 columns, but this density was made for 1; pass as many");
    }
  }

  @Test
  void nothingIsKnownWhereNoRowsWereSetAside() {
    NDArray at = manager.create(new double[] {0.2});
    try (ConditionalDensity density =
        ESTIMATOR.calibration(0).fit(rows(1), manager.create(numbers(2, ROWS)))) {
      assertThat(density.interval(0.9, at).coverage()).isNaN();
    }
    assertThatThrownBy(() -> ESTIMATOR.calibration(1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("estimator has share 1.0 of rows for calibration, but it must be in [0, 1)");
  }

  /** Rows of two columns: each is between its ends as often as is said, here in the same rows. */
  @Test
  void eachColumnHasAnIntervalOfItsOwn() {
    NDArray y = rows(2);
    try (Density density =
        DensityEstimator.of(AffineFlows::normal).training(QUICK).calibration(0.5).fit(y)) {
      PredictionInterval interval = density.interval(0.8, manager);
      double[] low = interval.low().toDoubleArray();
      double[] high = interval.high().toDoubleArray();
      double[] all = y.toDoubleArray();
      for (int j = 0; j < 2; j++) {
        int column = j;
        long inside =
            IntStream.range(0, ROWS)
                .filter(
                    i -> all[2 * i + column] > low[column] && all[2 * i + column] < high[column])
                .count();
        assertThat(inside / (double) ROWS).isBetween(0.74, 0.86);
      }
      assertThat(interval.coverage()).isEqualTo(0.8);
    }
  }
}
