package org.ppl4j.infer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.errorprone.annotations.MustBeClosed;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import org.hipparchus.stat.inference.ChiSquareTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.ppl4j.infer.report.CalibrationPicture;
import org.ppl4j.testing.LeakCheck;

/** Exact posteriors of a normal mean pass; planted faults do not. */
@ExtendWith(LeakCheck.class)
class SimulationCalibrationTest {

  private static final int TRIALS = 1000;
  private static final int ROWS = 5;

  /** Two means from N(0, 1), each with measurements of variance 1. */
  private static Simulated<double[][]> simulate(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] mean = {random.nextGaussian(), random.nextGaussian()};
    double[][] y = new double[2][ROWS];
    for (int j = 0; j < 2; j++) {
      for (int i = 0; i < ROWS; i++) {
        y[j][i] = mean[j] + random.nextGaussian();
      }
    }
    return Simulated.of(Map.of("mean", mean), y);
  }

  /** Draws of N(posterior mean + shift, posterior variance · scale²). */
  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // by the caller
  private static Samples fit(double[][] y, long seed, int draws, double shift, double scale) {
    SplittableRandom random = new SplittableRandom(seed);
    double sd = 1 / Math.sqrt(ROWS + 1.0);
    double[] values = new double[2 * draws];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          Arrays.stream(y[i % 2]).sum() / (ROWS + 1) + sd * (shift + scale * random.nextGaussian());
    }
    NDManager manager = NDManager.newBaseManager();
    return Samples.of(manager, Map.of("mean", manager.create(values, new Shape(draws, 2))));
  }

  private static SimulationCalibration calibrate(double shift, double scale) {
    return SimulationCalibration.of(
        TRIALS,
        3,
        SimulationCalibrationTest::simulate,
        (y, seed) -> fit(y, seed, 198, shift, scale));
  }

  @Test
  void exactPosteriorsPass() {
    SimulationCalibration calibration = calibrate(0, 1);

    assertThat(calibration.names()).containsExactly("mean[1]", "mean[2]");
    assertThat(calibration.trials()).isEqualTo(TRIALS);
    for (String name : calibration.names()) {
      assertThat(calibration.pValue(name)).isGreaterThan(0.01 / 2);
      assertThat(calibration.ranks(name).stream()).allMatch(rank -> rank >= 0 && rank <= 99);
    }
    assertThat(calibration.warnings()).isEmpty();
    assertThat(calibration.toString())
        .startsWith("simulation-based calibration: 1,000 trials of 99 draws")
        .contains("  mean[2]: p = 0.");
  }

  @Test
  void plantedFaultsAreSeenAndNamed() {
    Map<String, double[]> faults =
        Map.of(
            "its draws are too narrow", new double[] {0, 0.7},
            "its draws are too wide", new double[] {0, 1.4},
            "its draws lie too low", new double[] {-0.4, 1},
            "its draws lie too high", new double[] {0.4, 1});
    faults.forEach(
        (words, fault) -> {
          SimulationCalibration calibration = calibrate(fault[0], fault[1]);
          for (String name : calibration.names()) {
            assertThat(calibration.pValue(name)).as(words).isLessThan(1e-6);
          }
          assertThat(calibration.warnings()).hasSize(2).allMatch(text -> text.endsWith(words));
        });
  }

  /** Of N(0, 1) weights make any of these posteriors. */
  @Test
  void weightsCount() {
    SimulationCalibration.Fit<double[][]> weighted =
        (y, seed) -> {
          double precision = ROWS + 1.0;
          double mean = Arrays.stream(y[0]).sum() / precision;
          SplittableRandom random = new SplittableRandom(seed);
          double[] x = random.doubles(4000, -4, 4).toArray();
          double[] logWeights = new double[4000];
          for (int i = 0; i < 4000; i++) {
            logWeights[i] = -0.5 * precision * Math.pow(x[i] - mean, 2);
          }
          NDManager manager = NDManager.newBaseManager();
          return Samples.weighted(
              manager, Map.of("mean", manager.create(x)), logWeights, List.of());
        };
    SimulationCalibration calibration =
        SimulationCalibration.of(
            TRIALS,
            11,
            seed -> {
              Simulated<double[][]> both = simulate(seed);
              return Simulated.of(
                  Map.of("mean", new double[] {both.truth().get("mean").get(0)}), both.data());
            },
            weighted);

    assertThat(calibration.pValue("mean")).isGreaterThan(0.01);
  }

  /** A truth that is one of two numbers: ranks are uniform only if ties are broken by chance. */
  @Test
  void tiesAreBrokenByChance() {
    SimulationCalibration calibration =
        SimulationCalibration.of(
            TRIALS,
            5,
            seed ->
                Simulated.of(
                    Map.of("coin", new double[] {new SplittableRandom(seed).nextInt(2)}), seed),
            (data, seed) -> {
              NDManager manager = NDManager.newBaseManager();
              double[] coins = new SplittableRandom(seed).ints(99, 0, 2).asDoubleStream().toArray();
              return Samples.of(manager, Map.of("coin", manager.create(coins)));
            });

    assertThat(calibration.pValue("coin")).isGreaterThan(0.01);
  }

  @Test
  void testIsThatOfHipparchus() {
    SimulationCalibration calibration = calibrate(0.1, 1);
    long[] observed =
        calibration.counts("mean[1]", 20).stream().mapToLong(count -> count).toArray();
    double[] expected = new double[20];
    Arrays.fill(expected, TRIALS / 20.0);

    assertThat(calibration.pValue("mean[1]"))
        .isCloseTo(new ChiSquareTest().chiSquareTest(expected, observed), within(1e-10));
  }

  @Test
  void histogramIsDrawn(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("ranks.png");
    CalibrationPicture.histogram("narrow", calibrate(0, 0.5), "mean[1]").save(file, 400, 400);

    // The histogram alone is violet; above the band it is at both ends only.
    BufferedImage image = ImageIO.read(file.toFile());
    int outer = 0;
    int inner = 0;
    for (int i = 0; i < 400; i++) {
      for (int j = 25; j < 200; j++) {
        Color color = new Color(image.getRGB(i, j));
        boolean isViolet =
            color.getBlue() > color.getGreen() + 60 && color.getRed() > color.getGreen() + 10;
        outer += isViolet && (i < 110 || i >= 340) ? 1 : 0;
        inner += isViolet && i >= 110 && i < 340 ? 1 : 0;
      }
    }
    assertThat(outer).isGreaterThan(100);
    assertThat(inner).isZero();
  }

  @Test
  @SuppressWarnings("MustBeClosed") // they throw
  void mistakesAreNamed() {
    assertThatThrownBy(
            () ->
                SimulationCalibration.of(
                    10,
                    3,
                    SimulationCalibrationTest::simulate,
                    (y, seed) -> fit(y, seed, 98, 0, 1)))
        .hasMessage("posterior has 98 draws, but calibration keeps 99; draw more");
    assertThatThrownBy(
            () ->
                SimulationCalibration.of(
                    10,
                    3,
                    seed -> Simulated.of(Map.of("mean", new double[3]), simulate(seed).data()),
                    (y, seed) -> fit(y, seed, 99, 0, 1)))
        .hasMessage("truth of site 'mean' has 3 numbers, but the draws of the posterior have 2");
    SimulationCalibration few =
        SimulationCalibration.of(
            10, 3, SimulationCalibrationTest::simulate, (y, seed) -> fit(y, seed, 99, 0, 1));
    assertThatThrownBy(() -> few.pValue("mean[1]"))
        .hasMessage("calibration has 10 trials, too few for 20 bins; make at least 100");
    assertThatThrownBy(() -> few.ranks("tau"))
        .hasMessage(
            "calibration has no number 'tau', only [mean[1], mean[2]]; ask for one of these");
    assertThatThrownBy(() -> few.counts("mean[1]", 30))
        .hasMessage(
            "calibration has ranks 0 to 99, which 30 bins do not divide; pass a divisor of 100");
    assertThatThrownBy(() -> Simulated.of(Map.of(), 3))
        .hasMessage("simulated data have no truth; name at least one latent site");
  }
}
