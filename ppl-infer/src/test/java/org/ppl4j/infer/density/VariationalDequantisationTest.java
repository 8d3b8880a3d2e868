package org.ppl4j.infer.density;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.hipparchus.distribution.continuous.NormalDistribution;
import org.hipparchus.stat.StatUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.infer.Progress;
import org.ppl4j.testing.LeakCheck;

/** Noise that is learned, by integrals of the density over cells. */
@ExtendWith(LeakCheck.class)
class VariationalDequantisationTest {

  private static final Training SHORT =
      Training.standard().steps(60).batch(128).rate(0.03).decay(0).progress(Progress.silent());

  /** Draws of a mean of ratios. */
  private static final int DRAWS = 4000;

  /** Points of an integral, which is right to 1e-3: densities have corners at quantiles. */
  private static final int MIDDLES = 8000;

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  private static DensityEstimator estimator(Training training, Dequantisation dequantisation) {
    return DensityEstimator.of(AffineFlows::normal)
        .training(training)
        .dequantisation(dequantisation);
  }

  private static Dequantisation learned(double... steps) {
    return Dequantisation.variational(AffineFlows::one, steps);
  }

  /** The probability of a cell of the first column, with the numbers of the others. */
  private double integral(
      double low, double high, double[] row, UnaryOperator<NDArray> logDensity) {
    double[] points = new double[MIDDLES * row.length];
    double width = (high - low) / MIDDLES;
    for (int i = 0; i < MIDDLES; i++) {
      System.arraycopy(row, 0, points, i * row.length, row.length);
      points[i * row.length] = low + width * (i + 0.5);
    }
    NDArray all = manager.create(points, new Shape(MIDDLES, row.length));
    return width * Arrays.stream(logDensity.apply(all).toDoubleArray()).map(Math::exp).sum();
  }

  /** A row so many times. */
  private NDArray repeated(double... row) {
    double[] values = new double[DRAWS * row.length];
    Arrays.setAll(values, i -> row[i % row.length]);
    return manager.create(values, new Shape(DRAWS, row.length));
  }

  /** The mean of p(v) / q(v) over draws is the probability, whatever q is. */
  private static void assertMean(NDArray logs, double probability) {
    double[] ratios = Arrays.stream(logs.toDoubleArray()).map(Math::exp).toArray();
    double error = Math.sqrt(StatUtils.variance(ratios) / ratios.length);
    assertThat(error).isLessThan(0.1 * probability);
    assertThat(StatUtils.mean(ratios))
        .isCloseTo(probability, within(4 * error + 1e-3 * probability));
  }

  /**
   * Counts of which those that are 0 have half a cell, beside a continuous column, as few rows,
   * which stay as they are, and as many, which become normal scores.
   */
  @ParameterizedTest
  @ValueSource(ints = {150, 400})
  void ratiosHaveTheProbabilityOfTheCellAsTheirMean(int size) {
    Random random = new Random(5);
    double[] values = new double[2 * size];
    for (int i = 0; i < size; i++) {
      values[2 * i] = Math.floorMod(i * i, 5) + (i == 7 ? 30 : 0);
      values[2 * i + 1] = 2 + random.nextDouble();
    }
    NDArray rows = manager.create(values, new Shape(size, 2));
    for (Dequantisation kind :
        new Dequantisation[] {
          learned(1, 0), Dequantisation.steps(1, 0), Dequantisation.variational(AffineFlows::one)
        }) {
      try (Density density = estimator(SHORT, kind).support(Constraint.NON_NEGATIVE).fit(rows)) {
        for (double count : new double[] {0, 1, 4, 31}) {
          double probability =
              integral(
                  Math.max(0, count - 0.5),
                  count + 0.5,
                  new double[] {count, 2.3},
                  density::logProb);
          assertMean(density.cellLogProb(repeated(count, 2.3), 1), probability);
        }
      }
    }
  }

  @Test
  void ratiosGivenAContextDoSoToo() {
    Random random = new Random(6);
    double[] x = random.doubles(400, -1, 1).toArray();
    double[] y = Arrays.stream(x).map(a -> Math.rint(a + 0.5 * random.nextGaussian())).toArray();
    try (ConditionalDensity density =
        ConditionalDensityEstimator.of(AffineFlows::regression)
            .training(SHORT)
            .dequantisation(learned(1))
            .fit(manager.create(y), manager.create(x))) {
      NDArray context = manager.create(new double[] {0.4});
      for (double number : new double[] {-2, 0, 1}) {
        double probability =
            integral(
                number - 0.5,
                number + 0.5,
                new double[] {number},
                all -> density.logProb(all, context));
        assertMean(density.cellLogProb(repeated(number), context, 1), probability);
        double[] noisy = density.dequantised(repeated(number), context).toDoubleArray();
        assertThat(Arrays.stream(noisy)).allMatch(v -> Math.abs(v - number) <= 0.5 + 1e-9);
      }
      assertThatThrownBy(() -> density.dequantised(repeated(1)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "density has learned noise in the cells of rows given contexts of 1 columns; pass"
                  + " these too");
    }
  }

  /**
   * Rounded normal numbers, fewer than become scores. Uniform noise leads to the normal
   * distribution of the numbers with it; learned noise to the one that is likeliest to be rounded
   * like this, which is the one they are from.
   */
  @Test
  void learnedNoiseFindsWhatWasRounded() {
    NormalDistribution truth = new NormalDistribution(0, 0.5);
    double[] rounded = new double[190];
    Arrays.setAll(
        rounded, i -> Math.rint(truth.inverseCumulativeProbability((i + 0.5) / rounded.length)));
    NDArray rows = manager.create(rounded);
    Training training =
        Training.standard().steps(600).batch(190).rate(0.02).decay(0).progress(Progress.silent());
    double likeliest =
        Arrays.stream(rounded)
            .map(n -> Math.log(truth.probability(n - 0.5, n + 0.5)))
            .average()
            .orElseThrow();
    double spread = StatUtils.populationVariance(rounded) + 1.0 / 12;
    double withUniform = -0.5 * Math.log(2 * Math.PI * Math.E * spread);
    try (Density learned = estimator(training, learned(1)).fit(rows, rows);
        Density uniform = estimator(training, Dequantisation.steps(1)).fit(rows, rows)) {
      double gain =
          learned.report().orElseThrow().best().logProb()
              - uniform.report().orElseThrow().best().logProb();
      // Looks are at a thousand draws of noise.
      assertThat(uniform.report().orElseThrow().best().logProb())
          .isCloseTo(withUniform, within(0.02));
      assertThat(learned.report().orElseThrow().best().logProb())
          .isCloseTo(likeliest, within(0.02));
      assertThat(gain).isCloseTo(likeliest - withUniform, within(0.02)).isGreaterThan(0.08);
      double mean = StatUtils.mean(learned.cellLogProb(rows, 20).toDoubleArray());
      assertThat(mean).isCloseTo(likeliest, within(0.02));
    }
  }

  @Test
  void moreDrawsComeNearerAndOneIsTheBound() {
    double[] counts = new double[150];
    Arrays.setAll(counts, i -> i % 3);
    try (Density density = estimator(SHORT, Dequantisation.steps(1)).fit(manager.create(counts))) {
      NDArray ones = repeated(0.0);
      double one = StatUtils.mean(density.cellLogProb(ones, 1).toDoubleArray());
      double two = StatUtils.mean(density.cellLogProb(ones, 2).toDoubleArray());
      double twenty = StatUtils.mean(density.cellLogProb(ones, 20).toDoubleArray());
      double all = Math.log(integral(-0.5, 0.5, new double[] {0}, density::logProb));
      assertThat(one).isLessThan(two);
      assertThat(two).isLessThan(twenty);
      assertThat(twenty).isCloseTo(all, within(0.01));
      // In cells of width 1 it is the mean log-density with noise, by other noise.
      double dense = StatUtils.mean(density.logProb(density.dequantised(ones)).toDoubleArray());
      assertThat(one).isCloseTo(dense, within(0.05));
      assertThatThrownBy(() -> density.cellLogProb(ones, 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("density is asked for 0 draws of noise, but needs at least 1");
    }
  }

  @Test
  void whatIsOutsideOrUnknownSaysSo() {
    double[] counts = new double[150];
    Arrays.setAll(counts, i -> i % 3);
    try (Density density =
        estimator(SHORT, learned(1)).support(Constraint.NON_NEGATIVE).fit(manager.create(counts))) {
      double[] logs =
          density
              .cellLogProb(
                  manager.create(new double[] {-4, Double.NaN, 1, Double.POSITIVE_INFINITY}), 2)
              .toDoubleArray();
      assertThat(logs[0]).isEqualTo(Double.NEGATIVE_INFINITY);
      assertThat(logs[1]).isNaN();
      assertThat(logs[2]).isFinite();
      assertThat(logs[3]).isEqualTo(Double.NEGATIVE_INFINITY);
    }
  }

  @Test
  void fileHasTheNoiseToo(@TempDir Path directory) {
    double[] values = new double[300];
    Arrays.setAll(values, i -> i % 2 == 0 ? i % 10 : Math.sin(i));
    NDArray rows = manager.create(values, new Shape(150, 2));
    Path file = directory.resolve("density");
    DensityEstimator estimator = estimator(SHORT, learned(2, 0));
    try (Density density = estimator.fit(rows)) {
      density.save(file);
      double[] logs = density.cellLogProb(rows, 3).toDoubleArray();
      double[] noisy = density.dequantised(rows).toDoubleArray();
      try (Density loaded = Density.load(manager, file, estimator)) {
        assertThat(loaded.cellLogProb(rows, 3).toDoubleArray()).isEqualTo(logs);
        assertThat(loaded.dequantised(rows).toDoubleArray()).isEqualTo(noisy);
      }
      assertThat(density.dequantised(rows).toDoubleArray()).isNotEqualTo(noisy);
      for (int i = 0; i < noisy.length; i++) {
        assertThat(Math.abs(noisy[i] - values[i])).isLessThanOrEqualTo(i % 2 == 0 ? 1 : 1e-9);
      }
    }
    assertThatThrownBy(() -> Density.load(manager, file, AffineFlows::normal).close())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith(
            "has a density whose noise was learned; load it with the dequantisation that it was"
                + " trained with");
  }

  private static void fit(DensityEstimator estimator, NDArray rows) {
    try (Density density = estimator.fit(rows)) {
      assertThat(density).isNull();
    }
  }

  @Test
  void whatCannotLearnNoiseSaysSo() {
    NDArray rows = manager.create(new double[] {0, 1, 2, 3, 0, 1, 2, 3, 0, 1});
    assertThatThrownBy(
            () -> fit(estimator(SHORT.objective(Objective.flowMatching()), learned(1)), rows))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "objective 'flow matching' does not learn the noise of a variational dequantisation;"
                + " use likelihood, or uniform noise");
    NDArray shares = manager.create(new double[] {0.2, 0.8, 0.5, 0.5, 0.3, 0.7}, new Shape(3, 2));
    assertThatThrownBy(
            () ->
                fit(
                    estimator(SHORT, Dequantisation.variational(AffineFlows::one))
                        .support(Constraint.SIMPLEX),
                    shares))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "dequantisation is to learn noise of 2 columns, but their support 'simplex' leaves 1"
                + " numbers free; use uniform noise");
    assertThatThrownBy(() -> learned(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("dequantisation has a step of -1.0, but it must be finite and not negative");
  }
}
