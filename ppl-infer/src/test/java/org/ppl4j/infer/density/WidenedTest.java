package org.ppl4j.infer.density;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.errorprone.annotations.MustBeClosed;
import java.nio.file.Path;
import java.util.List;
import org.hipparchus.distribution.continuous.NormalDistribution;
import org.hipparchus.stat.StatUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.density.ConditionalDensityEstimator.Flows;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.transforms.Bijections;
import org.ppl4j.transforms.ConditionalTransformModule;

/** Noise that is as wide as that of rows for validation. */
@ExtendWith(LeakCheck.class)
class WidenedTest {

  private static final int ROWS = 4000;
  private static final double SLOPE = 0.6;

  @TempDir private Path folder;

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  /** A regression whose deviation is as it is, a share of what is right. */
  private static Flows of(double share) {
    return (dim, contextDim) ->
        ConditionalTransformModule.of(
            "regression with a deviation",
            contextDim,
            () -> List.of(TensorSpec.parameter("slope", new Shape(dim), 0)),
            (tensors, context, rng, training) ->
                Bijections.affine(
                        context.mul(tensors.get("slope")),
                        Tensors.number(share * Math.sqrt(1 - SLOPE * SLOPE)))
                    .independent(1));
  }

  @MustBeClosed
  private ConditionalDensity fit(Flows flows, boolean isWidened) {
    Rng rng = Rng.of(4, Rng.Purpose.MODEL, 0, "rows");
    double[] x = new double[ROWS];
    double[] y = new double[ROWS];
    for (int i = 0; i < ROWS; i++) {
      x[i] = rng.nextNormal();
      y[i] = SLOPE * x[i] + Math.sqrt(1 - SLOPE * SLOPE) * rng.nextNormal();
    }
    Training training =
        Training.standard().steps(150).rate(0.05).validation(0.5).progress(Progress.silent());
    return ConditionalDensityEstimator.of(flows)
        .calibration(0)
        .training(isWidened ? training.widened() : training)
        .fit(manager.create(y), manager.create(x));
  }

  // Of 2,000 rows a deviation is known to 1.6%, a slope to 0.02.
  private static final double NEAR = 0.06;

  private static final NormalDistribution TRUTH =
      new NormalDistribution(SLOPE * 0.5, Math.sqrt(1 - SLOPE * SLOPE));

  @Test
  void whatIsTooSureBecomesAsWideAsRowsAre() {
    NDArray at = manager.create(new double[] {0.5});
    try (ConditionalDensity density = fit(of(0.5), true);
        ConditionalDensity plain = fit(of(0.5), false)) {
      for (double y : new double[] {-1.2, 0.3, 1}) {
        NDArray row = manager.create(new double[] {y});
        assertThat(density.logProb(row, at).toDoubleArray()[0])
            .isCloseTo(TRUTH.logDensity(y), within(2 * NEAR));
        double cdf = density.cdf(row, at).toDoubleArray()[0];
        assertThat(cdf).isCloseTo(TRUTH.cumulativeProbability(y), within(NEAR));
        assertThat(density.quantile(manager.create(new double[] {cdf}), at).toDoubleArray()[0])
            .isCloseTo(y, within(1e-9));
        double noise = density.toNoise(row, at).toDoubleArray()[0];
        assertThat(density.fromNoise(manager.create(new double[] {noise}), at).toDoubleArray()[0])
            .isCloseTo(y, within(1e-9));
        assertThat(noise).isCloseTo(plain.toNoise(row, at).toDoubleArray()[0] / 2, within(NEAR));
      }
      double[] draws = density.sample(4000, at, 1).toDoubleArray();
      assertThat(Math.sqrt(StatUtils.variance(draws)))
          .isCloseTo(TRUTH.getStandardDeviation(), within(NEAR));
    }
  }

  @Test
  void whatIsRightHardlyChanges() {
    NDArray at = manager.create(new double[] {0.5});
    NDArray rows = manager.create(new double[] {-1.2, 0.3, 1});
    try (ConditionalDensity density = fit(of(1), true);
        ConditionalDensity plain = fit(of(1), false)) {
      double[] logs = plain.logProb(rows, at).toDoubleArray();
      double[] widened = density.logProb(rows, at).toDoubleArray();
      for (int i = 0; i < logs.length; i++) {
        assertThat(widened[i]).isCloseTo(logs[i], within(NEAR));
      }
    }
  }

  @Test
  void filesKnowHowWideItIs() {
    Path file = folder.resolve("density");
    NDArray at = manager.create(new double[] {0.5});
    NDArray row = manager.create(new double[] {0.3});
    try (ConditionalDensity density = fit(of(0.5), true)) {
      density.save(file);
      try (ConditionalDensity loaded = ConditionalDensity.load(manager, file, of(0.5))) {
        assertThat(loaded.logProb(row, at).toDoubleArray())
            .containsExactly(density.logProb(row, at).toDoubleArray());
        assertThat(loaded.sample(20, at, 3).toDoubleArray())
            .containsExactly(density.sample(20, at, 3).toDoubleArray());
      }
    }
  }

  /**
   * A twentieth with six times the deviation has a root mean square of 1.66; four fifths of all are
   * within 1.380, which are 1.077 deviations of a normal distribution.
   */
  @Test
  void noiseThatIsFarOutDoesNotWidenTheRest() {
    Rng rng = Rng.of(8, Rng.Purpose.MODEL, 0, "noise");
    int tables = 40;
    double ofWide = 0;
    double ofFarOut = 0;
    for (int table = 0; table < tables; table++) {
      double[] wide = new double[2000];
      double[] farOut = new double[2000];
      for (int i = 0; i < wide.length; i++) {
        wide[i] = 1.3 * rng.nextNormal();
        farOut[i] = (i % 20 == 0 ? 6 : 1) * rng.nextNormal();
      }
      ofWide += Recalibration.spread(wide) / tables;
      ofFarOut += Recalibration.spread(farOut) / tables;
    }
    // Of 2,000 numbers it is known to 2%: four standard errors, and 0.006 for what is shrunk.
    assertThat(ofWide).isCloseTo(1.3, within(4 * 1.3 * 0.02 / Math.sqrt(tables) + 0.006));
    assertThat(ofFarOut).isCloseTo(1.077, within(4 * 1.077 * 0.02 / Math.sqrt(tables) + 0.006));
    assertThat(Recalibration.spread(new double[] {3, -3, 3})).isEqualTo(1);
  }
}
