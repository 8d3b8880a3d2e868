package org.ppl4j.infer.density;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.hipparchus.distribution.continuous.LogNormalDistribution;
import org.hipparchus.distribution.continuous.NormalDistribution;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.infer.Progress;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.LeakCheck;

/** Densities of rows that lie in a set, against Hipparchus and against integrals. */
@ExtendWith(LeakCheck.class)
class SupportTest {

  private static final Training QUICK =
      Training.standard().steps(300).batch(128).rate(0.03).decay(0).progress(Progress.silent());

  private static final DensityEstimator NORMAL =
      DensityEstimator.of(AffineFlows::normal).training(QUICK);

  private static final double[] LEVELS = {0.1, 0.5, 0.9};

  @TempDir private Path folder;

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  private static double[] normals(int n, DoubleUnaryOperator map) {
    Random random = new Random(6);
    double[] numbers = new double[n];
    Arrays.setAll(numbers, i -> map.applyAsDouble(random.nextGaussian()));
    return numbers;
  }

  private NDArray array(double... values) {
    return manager.create(values);
  }

  private static double[] numbers(NDArray array) {
    return array.toType(DataType.FLOAT64, false).toDoubleArray();
  }

  @ParameterizedTest
  @EnumSource(FloatType.class)
  void logarithmsOfPositiveNumbersAreNormal(FloatType type) {
    double[] y = normals(3000, z -> Math.exp(1 + 0.5 * z));
    LogNormalDistribution truth = new LogNormalDistribution(1, 0.5);
    Path file = folder.resolve("density.bin");
    try (Density density =
        NORMAL
            .training(QUICK.config(RunConfig.defaults().withFloatType(type)))
            .support(Constraint.POSITIVE)
            .fit(manager.create(y))) {
      double[] at = {0.7, 2, 3, 8};
      double[] logs = density.logProb(array(at)).toDoubleArray();
      double[] cdf = density.cdf(array(at)).toDoubleArray();
      for (int i = 0; i < at.length; i++) {
        assertThat(logs[i]).isCloseTo(truth.logDensity(at[i]), within(0.15));
        assertThat(cdf[i]).isCloseTo(truth.cumulativeProbability(at[i]), within(0.03));
      }
      double[] quantiles = density.quantile(array(LEVELS)).toDoubleArray();
      for (int i = 0; i < LEVELS.length; i++) {
        assertThat(quantiles[i] / truth.inverseCumulativeProbability(LEVELS[i]))
            .isCloseTo(1, within(0.05));
      }
      assertThat(density.logProb(array(0, -1)).toDoubleArray())
          .containsOnly(Double.NEGATIVE_INFINITY);
      assertThat(density.logProb(array(Double.NaN)).toDoubleArray()[0]).isNaN();
      assertThat(density.cdf(array(-1)).toDoubleArray()[0]).isZero();
      assertThat(Arrays.stream(numbers(density.sample(1000)))).allMatch(draw -> draw > 0);
      density.save(file);
      try (Density loaded = Density.load(manager, file, AffineFlows::normal)) {
        assertThat(loaded.logProb(array(at)).toDoubleArray()).isEqualTo(logs);
      }
    }
  }

  /** y = 3 − exp z, whose bijection falls. */
  @Test
  void numbersBelowABoundAreAsTheirMirrorImage() {
    double[] y = normals(3000, z -> 3 - Math.exp(z));
    LogNormalDistribution mirror = new LogNormalDistribution(0, 1);
    try (Density density = NORMAL.support(Constraint.lessThan(3)).fit(manager.create(y))) {
      double[] at = {-1, 2, 2.5};
      double[] cdf = density.cdf(array(at)).toDoubleArray();
      double[] logs = density.logProb(array(at)).toDoubleArray();
      for (int i = 0; i < at.length; i++) {
        assertThat(cdf[i]).isCloseTo(1 - mirror.cumulativeProbability(3 - at[i]), within(0.03));
        assertThat(logs[i]).isCloseTo(mirror.logDensity(3 - at[i]), within(0.15));
      }
      NDArray quantiles = density.quantile(array(LEVELS));
      double[] back = density.cdf(quantiles).toDoubleArray();
      for (int i = 0; i < LEVELS.length; i++) {
        assertThat(back[i]).isCloseTo(LEVELS[i], within(1e-9));
        assertThat(quantiles.toDoubleArray()[i])
            .isCloseTo(3 - mirror.inverseCumulativeProbability(1 - LEVELS[i]), within(0.25));
      }
      assertThat(density.cdf(array(4)).toDoubleArray()[0]).isEqualTo(1);
      assertThat(density.logProb(array(4)).toDoubleArray()[0]).isEqualTo(Double.NEGATIVE_INFINITY);
    }
  }

  @Test
  void densityOnAnIntervalIntegratesToOne() {
    double[] y = normals(2000, z -> -2 + 5 / (1 + Math.exp(-1 - z)));
    int cells = 4000;
    double[] at = new double[cells];
    Arrays.setAll(at, i -> -2 + 5 * (i + 0.5) / cells);
    try (Density density = NORMAL.support(Constraint.interval(-2, 3)).fit(manager.create(y))) {
      double sum = 0;
      for (double log : density.logProb(array(at)).toDoubleArray()) {
        sum += Math.exp(log) * 5 / cells;
      }
      assertThat(sum).isCloseTo(1, within(1e-6));
      assertThat(Arrays.stream(numbers(density.sample(1000))))
          .allMatch(draw -> draw > -2 && draw < 3);
    }
  }

  /** Shares of three, of which a flow makes two numbers. */
  @Test
  void densityOnTheSimplexIntegratesToOne() {
    double[] odds = normals(4000, z -> Math.exp(0.8 * z));
    double[] shares = new double[6000];
    for (int i = 0; i < 2000; i++) {
      double sum = 1 + odds[2 * i] + odds[2 * i + 1];
      shares[3 * i] = 1 / sum;
      shares[3 * i + 1] = odds[2 * i] / sum;
      shares[3 * i + 2] = odds[2 * i + 1] / sum;
    }
    int cells = 200;
    double[] at = new double[3 * cells * (cells - 1) / 2];
    int place = 0;
    for (int i = 0; i < cells; i++) {
      for (int j = 0; i + j < cells - 1; j++) {
        at[place++] = (i + 0.5) / cells;
        at[place++] = (j + 0.5) / cells;
        at[place++] = 1 - (i + j + 1.0) / cells;
      }
    }
    try (Density density =
        NORMAL.support(Constraint.SIMPLEX).fit(manager.create(shares, new Shape(2000, 3)))) {
      double sum = 0;
      NDArray points = manager.create(at, new Shape(at.length / 3, 3));
      for (double log : density.logProb(points).toDoubleArray()) {
        sum += Math.exp(log) / cells / cells;
      }
      assertThat(sum).isCloseTo(1, within(0.02));
      assertThat(density.dim()).isEqualTo(3);
      double[] draws = density.sample(500).toDoubleArray();
      for (int i = 0; i < draws.length; i += 3) {
        assertThat(draws[i] + draws[i + 1] + draws[i + 2]).isCloseTo(1, within(1e-9));
      }
    }
  }

  @Test
  void eachColumnHasItsOwn() {
    double[] z = normals(4000, x -> x);
    double[] values = new double[z.length];
    Arrays.setAll(values, i -> i % 2 == 0 ? 10 + 2 * z[i] : Math.exp(z[i]));
    NDArray rows = manager.create(values, new Shape(2000, 2));
    DensityEstimator byName = NORMAL.support("b", Constraint.POSITIVE);
    DensityEstimator byPlace =
        NORMAL.support(Constraint.cat(List.of(Constraint.REAL, Constraint.POSITIVE), 1, 1));
    NDArray at = manager.create(new double[] {11, 2}, new Shape(1, 2));
    double truth =
        new NormalDistribution(10, 2).logDensity(11)
            + new LogNormalDistribution(0, 1).logDensity(2);
    try (Density named = byName.fit(manager, Table.of(rows, "a", "b"));
        Density placed = byPlace.fit(rows)) {
      double log = named.logProb(at).toDoubleArray()[0];
      assertThat(log).isCloseTo(truth, within(0.2));
      assertThat(placed.logProb(at).toDoubleArray()[0]).isEqualTo(log);
    }
  }

  @Test
  void conditionalDensityStaysInItsSupport() {
    double[] z = normals(4000, x -> x);
    double[] x = Arrays.copyOf(z, 2000);
    double[] y = new double[2000];
    Arrays.setAll(y, i -> Math.exp(0.5 + x[i] + 0.2 * z[2000 + i]));
    try (ConditionalDensity density =
        ConditionalDensityEstimator.of(AffineFlows::regression)
            .training(QUICK)
            .support(Constraint.POSITIVE)
            .fit(manager.create(y), manager.create(x))) {
      double[] logs = density.logProb(array(2, -2), array(0.3, 0.3)).toDoubleArray();
      assertThat(logs[0])
          .isCloseTo(new LogNormalDistribution(0.8, 0.2).logDensity(2), within(0.15));
      assertThat(logs[1]).isEqualTo(Double.NEGATIVE_INFINITY);
      assertThat(density.quantile(array(0.5), array(-1)).toDoubleArray()[0])
          .isCloseTo(Math.exp(-0.5), within(0.03));
    }
  }
}
