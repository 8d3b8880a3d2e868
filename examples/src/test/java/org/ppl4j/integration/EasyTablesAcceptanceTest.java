package org.ppl4j.integration;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.hipparchus.distribution.multivariate.MixtureMultivariateNormalDistribution;
import org.hipparchus.distribution.multivariate.MultivariateNormalDistribution;
import org.hipparchus.stat.StatUtils;
import org.hipparchus.stat.correlation.Covariance;
import org.hipparchus.stat.fitting.MultivariateNormalMixtureExpectationMaximization;
import org.hipparchus.util.Pair;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.flows.Flows;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.density.ConditionalDensity;
import org.ppl4j.infer.density.ConditionalDensityEstimator;
import org.ppl4j.infer.density.Density;
import org.ppl4j.infer.density.DensityEstimator;
import org.ppl4j.infer.density.PredictionInterval;
import org.ppl4j.infer.density.Training;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.AcceptancePoint;

/** Easy tables are learned as well as by the simple distributions that they are made for. */
@Tag("acceptance")
@Tag("tables.3")
class EasyTablesAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("tables.3");

  private static final int FRESH = 2000;
  private static final int SEEDS = 3;

  /** Where intervals are looked at. */
  private static final double[] AT = {-2, -1, 0, 1, 2};

  private static Training training(long seed) {
    return Training.standard()
        .config(RunConfig.defaults().withSeed(seed).withFloatType(FloatType.FLOAT32))
        .progress(Progress.silent());
  }

  private static double[][] fresh(EasyTable table, long seed) {
    return table.rows(FRESH, 1000 + seed);
  }

  /** The mean log-density of fresh rows that the standard way learns. */
  private static double learned(EasyTable table, long seed) {
    try (NDManager manager = NDManager.newBaseManager();
        Density density =
            DensityEstimator.of(Flows::density)
                .training(training(seed))
                .fit(array(manager, table.rows(seed)))) {
      System.out.println(table + " " + density.report().orElseThrow());
      return StatUtils.mean(Tensors.values(density.logProb(array(manager, fresh(table, seed)))));
    }
  }

  private static NDArray array(NDManager manager, double[][] rows) {
    return manager.create(EasyTable.flat(rows), new Shape(rows.length, rows[0].length));
  }

  private static double mean(EasyTable table, int seeds, SeedFigure figure) {
    return LongStream.range(0, seeds)
        .mapToDouble(seed -> figure.of(table, seed))
        .average()
        .orElseThrow();
  }

  @FunctionalInterface
  private interface SeedFigure {
    double of(EasyTable table, long seed);
  }

  // --- Hipparchus

  /** That of the normal distribution of greatest likelihood. */
  private static double normal(EasyTable table, long seed) {
    double[][] rows = table.rows(seed);
    MultivariateNormalDistribution fitted =
        new MultivariateNormalDistribution(
            IntStream.range(0, rows[0].length)
                .mapToDouble(
                    j -> Arrays.stream(rows).mapToDouble(row -> row[j]).sum() / rows.length)
                .toArray(),
            new Covariance(rows, false).getCovarianceMatrix().getData());
    return Arrays.stream(fresh(table, seed))
        .mapToDouble(row -> Math.log(fitted.density(row)))
        .average()
        .orElseThrow();
  }

  /** That of the better of mixtures of two and three normal distributions, by the fresh rows. */
  private static double mixture(EasyTable table, long seed) {
    double[][] rows = table.rows(seed);
    return IntStream.rangeClosed(2, 3)
        .mapToDouble(
            components ->
                mixture(
                    table,
                    seed,
                    MultivariateNormalMixtureExpectationMaximization.estimate(rows, components)))
        .max()
        .orElseThrow();
  }

  /** That of the mixture to which EM comes from one. */
  private static double mixture(
      EasyTable table, long seed, MixtureMultivariateNormalDistribution start) {
    MultivariateNormalMixtureExpectationMaximization em =
        new MultivariateNormalMixtureExpectationMaximization(table.rows(seed));
    em.fit(start);
    return Arrays.stream(fresh(table, seed))
        .mapToDouble(row -> Math.log(em.getFittedModel().density(row)))
        .average()
        .orElseThrow();
  }

  /** That of eight components from the true ones on. */
  private static double heaps(EasyTable table, long seed) {
    List<Pair<Double, MultivariateNormalDistribution>> truth =
        IntStream.range(0, 8)
            .mapToObj(
                k ->
                    new Pair<>(
                        1.0 / 8,
                        new MultivariateNormalDistribution(
                            new double[] {
                              2 * Math.cos(Math.PI / 4 * k), 2 * Math.sin(Math.PI / 4 * k)
                            },
                            new double[][] {{0.04, 0}, {0, 0.04}})))
            .toList();
    return mixture(table, seed, new MixtureMultivariateNormalDistribution(truth));
  }

  // --- what is wanted

  private static void judge(String what, EasyTable table, int seeds, SeedFigure other) {
    double loss = mean(table, seeds, other) - mean(table, seeds, EasyTablesAcceptanceTest::learned);
    POINT.atMost(what, loss, table == EasyTable.NORMAL ? 0.01 : 0);
  }

  @Test
  void normalRowsAreLearnedAsByANormalDistribution() {
    judge("normal 500 x 2, loss", EasyTable.NORMAL, SEEDS, EasyTablesAcceptanceTest::normal);
  }

  @Test
  void heapsAreLearnedAsByAMixture() {
    judge("eight heaps, loss", EasyTable.HEAPS, SEEDS, EasyTablesAcceptanceTest::heaps);
  }

  @Test
  void columnsThatAreNearlyOneAreLearnedAsByAMixture() {
    SeedFigure better = (table, seed) -> Math.max(normal(table, seed), mixture(table, seed));
    judge("near-collinear 500 x 5, loss", EasyTable.NEARLY_ONE, SEEDS, better);
  }

  @Test
  void fewRowsAreLearnedBetterThanByANormalDistribution() {
    SeedFigure better = EasyTablesAcceptanceTest::normal;
    judge("100 x 5, loss", EasyTable.SMALL, SEEDS, better);
    judge("351 x 32, loss", EasyTable.WIDE, 1, better);
  }

  @Test
  void aLongChainIsLearnedNearlyAsItIs() {
    double learned = learned(EasyTable.CHAIN, 0);
    double truth =
        Arrays.stream(fresh(EasyTable.CHAIN, 0))
            .mapToDouble(EasyTable::chainLogProb)
            .average()
            .orElseThrow();
    POINT.above("5,000 x 60, gain", learned - normal(EasyTable.CHAIN, 0), 0);
    POINT.atMost("5,000 x 60, below the truth", truth - learned, 10);
  }

  /** The truth is 2 × 1.645. */
  @Test
  void intervalsOfALineAreAsWideAsItsNoise() {
    int seeds = 20;
    double sum = 0;
    for (int seed = 0; seed < seeds; seed++) {
      Random random = new Random(seed);
      double[] x = random.doubles(500).map(u -> 6 * u - 3).toArray();
      double[] y = Arrays.stream(x).map(v -> v + random.nextGaussian()).toArray();
      try (NDManager manager = NDManager.newBaseManager();
          ConditionalDensity density =
              ConditionalDensityEstimator.of(Flows::conditional)
                  .training(training(seed))
                  .fit(manager.create(y), manager.create(x))) {
        PredictionInterval interval = density.interval(0.9, manager.create(AT));
        sum += StatUtils.mean(Tensors.values(interval.high().sub(interval.low())));
      }
    }
    POINT.atMost(
        "width of 90% intervals of y = x + noise, off", Math.abs(sum / seeds / 3.2897 - 1), 0.05);
  }
}
