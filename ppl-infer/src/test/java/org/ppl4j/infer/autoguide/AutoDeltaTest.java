package org.ppl4j.infer.autoguide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.MatrixUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.svi.FitReport;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.RunConfig;

/** Points of a regression whose posterior is a normal distribution, whatever its units are. */
class AutoDeltaTest {

  private static final int ROWS = 20;
  private static final long SEED = 1;

  /**
   * Rows of y = a + b x and noise.
   *
   * @param unit of y
   * @param unitOfX of x
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Rows(double[] x, double[] y, double unit, double unitOfX) {

    /** With x around {@code offset} of its units. */
    static Rows of(double unit, double unitOfX, double offset) {
      Random random = new Random(SEED);
      double[] x = new double[ROWS];
      double[] y = new double[ROWS];
      for (int i = 0; i < ROWS; i++) {
        x[i] = unitOfX * (offset + random.nextGaussian());
        y[i] = unit * (1 + 2 * x[i] / unitOfX + random.nextGaussian());
      }
      return new Rows(x, y, unit, unitOfX);
    }

    /** The means of a and b, then their deviations, by the normal equations. */
    double[] posterior() {
      var precision = new Array2DRowRealMatrix(2, 2);
      double[] right = new double[2];
      double variance = unit * unit;
      precision.setEntry(0, 0, 1 / (100 * variance));
      precision.setEntry(1, 1, unitOfX * unitOfX / (100 * variance));
      for (int i = 0; i < ROWS; i++) {
        double[] row = {1, x[i]};
        for (int j = 0; j < 2; j++) {
          right[j] += row[j] * y[i] / variance;
          for (int k = 0; k < 2; k++) {
            precision.addToEntry(j, k, row[j] * row[k] / variance);
          }
        }
      }
      var covariance = MatrixUtils.inverse(precision);
      double[] means = covariance.operate(right);
      return new double[] {
        means[0],
        means[1],
        Math.sqrt(covariance.getEntry(0, 0)),
        Math.sqrt(covariance.getEntry(1, 1))
      };
    }
  }

  private static final Program<Rows> LINE =
      (p, rows) -> {
        NDArray a = p.sample("a", Normal.of(0, 10 * rows.unit()));
        NDArray b = p.sample("b", Normal.of(0, 10 * rows.unit() / rows.unitOfX()));
        try (Plate plate = p.plate("rows", ROWS)) {
          NDArray mean = a.add(b.mul(plate.take(rows.x())));
          p.observe("y", Normal.of(mean, rows.unit()), plate.take(rows.y()));
        }
      };

  private static void assertIsMode(Map<String, double[]> found, Rows rows) {
    double[] exact = rows.posterior();
    assertThat(found.get("a")[0]).isCloseTo(exact[0], within(1e-4 * exact[2]));
    assertThat(found.get("b")[0]).isCloseTo(exact[1], within(1e-4 * exact[3]));
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 0", "1e6, 1e6, 0", "1e6, 1e-6, 0", "1e-6, 1, 0", "1, 1, 1000"})
  void unitsAndPlaceOfTheDataDoNotMatter(double unit, double unitOfX, double offset) {
    Rows rows = Rows.of(unit, unitOfX, offset);
    AutoDelta<Rows> guide = AutoDelta.of(LINE);
    try (Svi<Rows> svi =
        Svi.builder(LINE, guide)
            .config(RunConfig.defaults().withSeed(SEED))
            .progress(Progress.silent())
            .build()) {
      FitReport report = svi.run(rows);

      assertThat(report.isConverged()).as("%s", report).isTrue();
      assertIsMode(guide.median(svi.params()), rows);
    }
  }

  /** The start is in the store, so that whoever loads it has the units too. */
  @Test
  void storeIsSavedAndLoaded(@TempDir Path folder) {
    Rows rows = Rows.of(1e6, 1e-6, 0);
    Path file = folder.resolve("points.pt");
    try (Svi<Rows> svi =
        Svi.builder(LINE, AutoDelta.of(LINE)).progress(Progress.silent()).build()) {
      FitReport report = svi.run(rows);
      assertThat(report.isConverged()).isTrue();
      svi.params().save(file);
    }
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager)) {
      params.load(file);
      AutoDelta<Rows> guide = AutoDelta.of(LINE);
      try (Svi<Rows> svi =
          Svi.builder(LINE, guide).params(params).progress(Progress.silent()).build()) {
        assertThat(svi.run(rows, 1).steps()).isEqualTo(1);
        double[] exact = rows.posterior();
        assertThat(guide.median(params).get("a")[0])
            .isCloseTo(exact[0], within(0.1 * exact[2])); // one step of a fresh optimizer
        assertThat(Arrays.stream(params.value("auto.loc"))).allMatch(u -> Math.abs(u) < 1);
      }
    }
  }
}
