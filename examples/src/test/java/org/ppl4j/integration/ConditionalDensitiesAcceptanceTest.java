package org.ppl4j.integration;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleFunction;
import org.hipparchus.distribution.RealDistribution;
import org.hipparchus.distribution.continuous.NormalDistribution;
import org.hipparchus.distribution.continuous.TDistribution;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.flows.Flows;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.density.ConditionalDensity;
import org.ppl4j.infer.density.ConditionalDensityEstimator;
import org.ppl4j.infer.density.Training;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.AcceptancePoint;

/**
 * Conditional densities of 5,000 rows against the distributions that drew them, which Hipparchus
 * computes.
 */
@Tag("acceptance")
class ConditionalDensitiesAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("density.4");
  private static final int ROWS = 5000;

  /** Contexts that the distributions are compared at, evenly from −2 to 2. */
  private static final double[] CONTEXTS = grid(-2, 2, 81);

  /**
   * Numbers of which the logarithm of the distance from 0 is evenly spaced in the tails, for
   * integrals; the step of u in y = sinh(u).
   */
  private static final double STEP = 0.004;

  private static final double FARTHEST = 16;

  private static final double[] LEVELS = {0.05, 0.25, 0.5, 0.75, 0.95};

  private static final double MOST_KL = 0.03;
  private static final double MOST_ERRORS = 3;
  private static final double INTEGRAL = 1e-3;

  /** A part of a mixture of location-scale families. */
  private record Part(double weight, double loc, double scale, RealDistribution standard) {}

  /** The distribution of y given x, where x is uniform on [−2, 2]. */
  private record Distribution(String name, DoubleFunction<List<Part>> parts) {

    double density(double y, double x) {
      double sum = 0;
      for (Part part : parts.apply(x)) {
        double z = (y - part.loc()) / part.scale();
        sum += part.weight() * part.standard().density(z) / part.scale();
      }
      return sum;
    }

    double cdf(double y, double x) {
      double sum = 0;
      for (Part part : parts.apply(x)) {
        double z = (y - part.loc()) / part.scale();
        sum += part.weight() * part.standard().cumulativeProbability(z);
      }
      return sum;
    }

    double draw(double x, Random random) {
      double left = random.nextDouble();
      List<Part> all = parts.apply(x);
      int i = 0;
      while (i < all.size() - 1 && left > all.get(i).weight()) {
        left -= all.get(i++).weight();
      }
      Part part = all.get(i);
      double z = part.standard().inverseCumulativeProbability(random.nextDouble());
      return part.loc() + part.scale() * z;
    }
  }

  private static final RealDistribution NORMAL = new NormalDistribution(0, 1);

  private static final List<Distribution> DISTRIBUTIONS =
      List.of(
          new Distribution(
              "heteroscedastic",
              x -> List.of(new Part(1, Math.sin(2 * x), Math.exp(-1 + 0.7 * x), NORMAL))),
          new Distribution(
              "bimodal",
              x ->
                  List.of(
                      new Part(0.5 + 0.15 * x, x + 1.5, 0.4, NORMAL),
                      new Part(0.5 - 0.15 * x, x - 1.5, 0.6, NORMAL))),
          new Distribution(
              "heavy-tailed",
              x -> List.of(new Part(1, x * x, 0.5 + 0.1 * x, new TDistribution(3)))));

  private static double[] grid(double from, double to, int points) {
    double[] grid = new double[points];
    Arrays.setAll(grid, i -> from + (to - from) * i / (points - 1));
    return grid;
  }

  @Test
  @Tag("density.4")
  void densitiesAreThoseOfTheDistributions() {
    for (Distribution truth : DISTRIBUTIONS) {
      for (long seed : new long[] {0, 1}) {
        judge(truth, seed);
      }
    }
  }

  private static void judge(Distribution truth, long seed) {
    Random random = new Random(seed);
    double[] x = new double[ROWS];
    double[] y = new double[ROWS];
    for (int i = 0; i < ROWS; i++) {
      x[i] = 4 * random.nextDouble() - 2;
      y[i] = truth.draw(x[i], random);
    }
    Training training =
        Training.standard().config(RunConfig.defaults().withSeed(seed)).progress(Progress.silent());
    try (NDManager manager = NDManager.newBaseManager();
        ConditionalDensity density =
            ConditionalDensityEstimator.of(Flows::conditional)
                .training(training)
                .fit(manager.create(y), manager.create(x))) {
      String what = truth.name() + " (seed " + seed + ")";
      double[] integrals = new double[2];
      double kl = kl(truth, density, manager, integrals);
      POINT.atMost("KL in nats, " + what, kl, MOST_KL);
      POINT.atMost("integral off 1, " + what, integrals[0], INTEGRAL);
      POINT.atMost("integral of the law off 1, " + what, integrals[1], INTEGRAL);
      POINT.atMost(
          "quantiles off in standard errors, " + what,
          errors(truth, density, manager),
          MOST_ERRORS);
    }
  }

  /**
   * The mean KL(truth ‖ density) over the contexts; the greatest errors of the integrals besides.
   */
  private static double kl(
      Distribution truth, ConditionalDensity density, NDManager manager, double[] integrals) {
    double[] u = grid(-FARTHEST, FARTHEST, (int) Math.round(2 * FARTHEST / STEP) + 1);
    double[] y = Arrays.stream(u).map(Math::sinh).toArray();
    double sum = 0;
    for (double x : CONTEXTS) {
      double[] logs =
          density.logProb(manager.create(y), manager.create(new double[] {x})).toDoubleArray();
      double ofDensity = 0;
      double ofTruth = 0;
      for (int i = 0; i < y.length; i++) {
        double width = STEP * Math.cosh(u[i]);
        double exact = truth.density(y[i], x);
        ofDensity += width * Math.exp(logs[i]);
        ofTruth += width * exact;
        if (exact > 0) {
          sum += width * exact * (Math.log(exact) - logs[i]) / CONTEXTS.length;
        }
      }
      integrals[0] = Math.max(integrals[0], Math.abs(ofDensity - 1));
      integrals[1] = Math.max(integrals[1], Math.abs(ofTruth - 1));
    }
    return sum;
  }

  /**
   * How far the probability below a quantile, the mean over contexts, is off its level; the
   * standard error is that of the share of 5,000 rows below the true quantile.
   */
  private static double errors(Distribution truth, ConditionalDensity density, NDManager manager) {
    double most = 0;
    for (double level : LEVELS) {
      NDArray contexts = manager.create(CONTEXTS);
      double[] quantiles =
          density.quantile(manager.create(new double[] {level}), contexts).toDoubleArray();
      double below = 0;
      for (int i = 0; i < CONTEXTS.length; i++) {
        below += truth.cdf(quantiles[i], CONTEXTS[i]) / CONTEXTS.length;
      }
      double error = Math.sqrt(level * (1 - level) / ROWS);
      most = Math.max(most, Math.abs(below - level) / error);
    }
    return most;
  }
}
