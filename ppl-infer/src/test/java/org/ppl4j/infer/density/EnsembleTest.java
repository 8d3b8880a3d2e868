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
import org.hipparchus.distribution.continuous.ChiSquaredDistribution;
import org.hipparchus.distribution.continuous.UniformRealDistribution;
import org.hipparchus.stat.descriptive.moment.Mean;
import org.hipparchus.stat.descriptive.moment.Variance;
import org.hipparchus.stat.inference.KolmogorovSmirnovTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ppl4j.infer.Progress;

/** Ensembles: mixtures of flows that were trained alike. */
class EnsembleTest {

  private static final Training QUICK = Training.standard().steps(40).progress(Progress.silent());

  private static final ConditionalDensityEstimator ESTIMATOR =
      ConditionalDensityEstimator.of(AffineFlows::regression).training(QUICK);

  private final NDManager manager = NDManager.newBaseManager();
  private final double[] x = new Random(3).doubles(150).toArray();
  private final double[] y = Arrays.stream(x).map(v -> v + Math.sin(50 * v)).toArray();
  private final double[] at = {0.2, 0.5, 0.9};
  @TempDir private Path folder;

  @AfterEach
  void close() {
    manager.close();
  }

  private NDArray array(double... values) {
    return manager.create(values);
  }

  private double[] logProb(ConditionalDensity density) {
    return density.logProb(array(y), array(x)).toDoubleArray();
  }

  /**
   * Jensen's inequality, row by row: the logarithm of a mean is no less than that of logarithms.
   */
  @Test
  void isNoLessLikelyThanItsMembers() {
    try (ConditionalDensity all = ESTIMATOR.ensemble(3).fit(array(y), array(x))) {
      double[] logs = logProb(all);
      double[] best = new double[logs.length];
      double[] mean = new double[logs.length];
      Arrays.fill(best, Double.NEGATIVE_INFINITY);
      Recipe recipe =
          Recipe.of(ConditionalDensityEstimator.flows(AffineFlows::regression)).training(QUICK);
      Tables tables = new Tables(Table.of("y", array(y)), Table.of("x", array(x)));
      for (int k = 0; k < 3; k++) {
        try (Fitted member = DensityFit.of(recipe.member(k), tables, manager)) {
          double[] own = member.logProb(tables, array(y)).toDoubleArray();
          for (int i = 0; i < own.length; i++) {
            mean[i] += own[i] / 3;
            best[i] = Math.max(best[i], own[i]);
          }
        }
      }
      int differ = 0;
      for (int i = 0; i < logs.length; i++) {
        assertThat(logs[i]).isBetween(mean[i] - 1e-12, best[i] + 1e-12);
        differ += logs[i] > mean[i] + 1e-9 ? 1 : 0;
      }
      assertThat(differ).isGreaterThan(100); // members are not one
      assertThat(all.reports()).hasSize(3);
      assertThat(all.report()).contains(all.reports().get(0));
    }
  }

  @Test
  void firstMemberIsTheFlowAlone() {
    try (ConditionalDensity alone = ESTIMATOR.fit(array(y), array(x));
        ConditionalDensity one = ESTIMATOR.ensemble(1).fit(array(y), array(x));
        ConditionalDensity all = ESTIMATOR.ensemble(2).fit(array(y), array(x))) {
      assertThat(logProb(one)).isEqualTo(logProb(alone));
      NDArray noise = array(-1, 0, 1);
      assertThat(all.fromNoise(noise, array(at)).toDoubleArray())
          .isEqualTo(alone.fromNoise(noise, array(at)).toDoubleArray());
    }
  }

  @Test
  void quantilesAndDrawsAreThoseOfItsCdf() {
    try (ConditionalDensity all = ESTIMATOR.ensemble(3).fit(array(y), array(x))) {
      for (double level : new double[] {1e-6, 0.05, 0.5, 0.95, 1 - 1e-6}) {
        NDArray quantiles = all.quantile(array(level), array(at));
        for (double back : all.cdf(quantiles, array(at)).toDoubleArray()) {
          assertThat(back).isCloseTo(level, within(1e-10));
        }
      }
      double[] draws = all.sample(2000, array(0.5)).toDoubleArray();
      NDArray u = all.cdf(array(draws), array(0.5));
      double p =
          new KolmogorovSmirnovTest()
              .kolmogorovSmirnovTest(new UniformRealDistribution(0, 1), u.toDoubleArray());
      assertThat(p).isGreaterThan(0.01);
      double mean = Arrays.stream(draws).average().orElseThrow();
      assertThat(all.mean(array(0.5)).getDouble()).isCloseTo(mean, within(0.1));
    }
  }

  /**
   * The mean of n independent draws has the nth part of their variance. Members learn nearly the
   * same, so that it has several times as much where they share noise.
   */
  @Test
  void drawsAreIndependent() {
    int streams = 400;
    int count = 30;
    double[] line = new double[x.length];
    Random noise = new Random(5);
    Arrays.setAll(line, i -> 2 * x[i] + noise.nextGaussian());
    try (ConditionalDensity all = ESTIMATOR.ensemble(3).fit(array(line), array(x))) {
      Variance ofMeans = new Variance();
      Variance ofAll = new Variance();
      for (int stream = 0; stream < streams; stream++) {
        double[] draws = all.sample(count, array(0.5), stream).toDoubleArray();
        ofMeans.increment(new Mean().evaluate(draws));
        Arrays.stream(draws).forEach(ofAll::increment);
      }
      double ratio = count * ofMeans.getResult() / ofAll.getResult();
      double p =
          new ChiSquaredDistribution(streams - 1).cumulativeProbability(ratio * (streams - 1));
      assertThat(Math.min(p, 1 - p)).as("share of the variance %s", ratio).isGreaterThan(0.005);
    }
  }

  @Test
  void isTheSameFromAFile() {
    Path file = folder.resolve("ensemble.bin");
    try (ConditionalDensity all = ESTIMATOR.ensemble(2).calibration(0.3).fit(array(y), array(x))) {
      all.save(file);
      try (ConditionalDensity loaded =
          ConditionalDensity.load(manager, file, AffineFlows::regression)) {
        assertThat(logProb(loaded)).isEqualTo(logProb(all));
        assertThat(loaded.sample(5, array(at), 7).toDoubleArray())
            .isEqualTo(all.sample(5, array(at), 7).toDoubleArray());
      }
    }
  }

  @Test
  void tablesNeedNoManager() {
    Table table = Table.of(manager.create(y).stack(manager.create(x), 1), "y", "x");
    try (ConditionalDensity density = ESTIMATOR.fit(table.columns("y"), table.columns("x"))) {
      assertThat(density.sample(2, array(at)).getShape()).isEqualTo(new Shape(2, 3, 1));
    }
  }

  @Test
  void isRefusedWithoutMembers() {
    assertThatThrownBy(() -> ESTIMATOR.ensemble(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("estimator has an ensemble of 0 members, but needs at least 1");
  }
}
