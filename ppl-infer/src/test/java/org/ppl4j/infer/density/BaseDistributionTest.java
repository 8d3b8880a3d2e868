package org.ppl4j.infer.density;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.ppl4j.infer.density.NormalRows.NORMAL;
import static org.ppl4j.infer.density.NormalRows.QUICK;
import static org.ppl4j.infer.density.NormalRows.REGRESSION;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.hipparchus.distribution.continuous.GumbelDistribution;
import org.hipparchus.stat.StatUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Gumbel;
import org.ppl4j.distributions.Normal;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.transforms.Bijections;
import org.ppl4j.transforms.Transform;

/** Flows of other noise than the standard one, of distributions that are known. */
@ExtendWith(LeakCheck.class)
class BaseDistributionTest {

  /** Skew, so that a map that falls is told from one that rises. */
  private static final BaseDistribution GUMBEL =
      (p, dim) -> Gumbel.of(p.param("base.loc", () -> p.run().zeros(new Shape(dim))), 1);

  private static final BaseDistribution LEARNED =
      (p, dim) ->
          Normal.of(
              p.param("base.loc", () -> p.run().zeros(new Shape(dim))),
              p.param("base.scale", () -> p.run().ones(new Shape(dim)), Constraint.POSITIVE));

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  private static double[] normals(int seed, int rows) {
    Random random = new Random(seed);
    return random.doubles(rows).map(unused -> 3 + 2 * random.nextGaussian()).toArray();
  }

  /** A flow that learns nothing makes a Gumbel distribution of known location and scale. */
  @ParameterizedTest
  @ValueSource(doubles = {0.5, -0.5})
  void cdfAndQuantilesAreThoseOfTheBase(double slope) {
    Transform flow = Bijections.affine(0.2, slope).independent(1);
    double[] y = normals(3, 100);
    double mean = Arrays.stream(y).average().orElseThrow();
    double sd = Standardisation.deviation(y);
    GumbelDistribution gumbel = new GumbelDistribution(0, 1);
    DensityEstimator estimator =
        DensityEstimator.of(dim -> flow)
            .withoutBaselines()
            .base(GUMBEL)
            .training(QUICK.steps(1).rate(1e-12));
    try (Density density = estimator.fit(manager.create(y))) {
      for (double at : new double[] {1, 3, 6}) {
        double noise = ((at - mean) / sd - 0.2) / slope;
        double below = gumbel.cumulativeProbability(noise);
        double expected = slope > 0 ? below : 1 - below;
        NDArray row = manager.create(new double[] {at});
        double logProb = Math.log(gumbel.density(noise) / Math.abs(slope) / sd);

        assertThat(density.logProb(row).getDouble()).isCloseTo(logProb, within(1e-9));
        assertThat(density.cdf(row).getDouble()).isCloseTo(expected, within(1e-9));
        assertThat(density.quantile(manager.create(new double[] {expected})).getDouble())
            .isCloseTo(at, within(1e-7));
      }
    }
  }

  /** Where the flow stands still, the base learns mean and deviation; a file has them. */
  @Test
  void parametersAreLearnedAndSaved(@TempDir Path folder) {
    double[] y = normals(4, 1000);
    NDArray rows = manager.create(y, new Shape(500, 2));
    Transform away = Bijections.affine(0.7, 0.5).independent(1);
    DensityEstimator estimator =
        DensityEstimator.of(dim -> away).withoutBaselines().base(LEARNED).training(QUICK);
    Path file = folder.resolve("density");
    try (Density density = estimator.fit(rows)) {
      // The best normal distributions of independent columns, and what 450 of 500 rows miss of it.
      double best = 0;
      for (int j = 0; j < 2; j++) {
        int column = j;
        double[] values = IntStream.range(0, 500).mapToDouble(i -> y[2 * i + column]).toArray();
        best -= 0.5 * Math.log(2 * Math.PI * Math.E * StatUtils.populationVariance(values));
      }
      double logProb = StatUtils.mean(density.logProb(rows).toDoubleArray());
      assertThat(logProb).isCloseTo(best, within(0.02));

      density.save(file);
      try (Density loaded = Density.load(manager, file, estimator)) {
        assertThat(loaded.logProb(rows).toDoubleArray())
            .containsExactly(density.logProb(rows).toDoubleArray());
      }
    }
  }

  @Test
  void givenContextsToo() {
    double[] x = normals(5, 500);
    double[] y = normals(6, 500);
    Arrays.setAll(y, i -> y[i] + x[i]);
    ConditionalDensityEstimator estimator = REGRESSION.base(LEARNED);
    try (ConditionalDensity known = REGRESSION.fit(manager.create(y), manager.create(x));
        ConditionalDensity density = estimator.fit(manager.create(y), manager.create(x))) {
      assertThat(density.report().orElseThrow().best().logProb())
          .isCloseTo(known.report().orElseThrow().best().logProb(), within(0.02));
      assertThat(density.params().names()).contains("base.loc");
    }
  }

  @Test
  void otherShapesAreRefused() {
    BaseDistribution one = (p, dim) -> Normal.of(0, 1);

    assertThatThrownBy(() -> NORMAL.base(one).fit(manager.create(normals(7, 100))).close())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("base '")
        .hasMessageEndingWith(
            "has batch shape () and event shape (), but noise of 1 columns is of numbers with batch"
                + " shape (1) or of vectors with event shape (1); expand it, or make it an event");
  }

  @Test
  void itIsNotWidened() {
    DensityEstimator estimator = NORMAL.base(GUMBEL).training(QUICK.widened());

    assertThatThrownBy(() -> estimator.fit(manager.create(normals(7, 100))).close())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "training is to widen noise, but the flow has a base of its own; leave out either");
  }
}
