package org.ppl4j.infer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.hipparchus.distribution.continuous.NormalDistribution;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.Normal;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.RunConfig;

/**
 * Rows in groups, all normal with known scales, so that the posterior and what it predicts are
 * normal with known moments.
 */
final class GroupModel {

  static final double PRIOR = 2; // of the mean of all groups
  static final double BETWEEN = 1.2;
  static final double WITHIN = 0.7;

  /** Rows, of which y may not be known. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Rows(double @Nullable [] y, int[] group, int groups) {}

  static final Program<Rows> MODEL =
      (p, data) -> {
        NDArray mu = p.sample("mu", Normal.of(0, PRIOR));
        NDArray alpha;
        try (Plate groups = p.plate("groups", data.groups())) {
          alpha = p.sample("alpha", Normal.of(mu, BETWEEN));
        }
        try (Plate rows = p.plate("rows", data.group().length)) {
          p.observe(
              "y",
              Normal.of(p.pick(alpha, rows.take(data.group())), WITHIN),
              data.y() == null ? null : rows.take(data.y()));
        }
      };

  static final Rows DATA =
      new Rows(
          new double[] {1.1, 2.3, 1.7, -0.2, 0.4, 3.1, 2.8, 3.9, 2.2, 1.0},
          new int[] {0, 0, 0, 1, 1, 2, 2, 2, 2, 3},
          4);

  /** A row of the first group, and one of a new one. */
  static final Rows NEW = new Rows(null, new int[] {0, 5}, 6);

  private GroupModel() {}

  /** Mean and variance. */
  record Moments(double mean, double variance) {}

  private static int count(int group) {
    return (int) java.util.Arrays.stream(DATA.group()).filter(g -> g == group).count();
  }

  private static double sum(int group) {
    double sum = 0;
    for (int i = 0; i < DATA.group().length; i++) {
      sum += DATA.group()[i] == group ? DATA.y()[i] : 0;
    }
    return sum;
  }

  /** The mean of all groups given the data: each group's mean is a measurement of it. */
  static Moments mu() {
    double precision = 1 / (PRIOR * PRIOR);
    double weighted = 0;
    for (int g = 0; g < DATA.groups(); g++) {
      double variance = BETWEEN * BETWEEN + WITHIN * WITHIN / count(g);
      precision += 1 / variance;
      weighted += sum(g) / count(g) / variance;
    }
    return new Moments(weighted / precision, 1 / precision);
  }

  /** A group's mean given the mean of all groups. */
  private static Moments given(int group, double mu) {
    double precision = 1 / (BETWEEN * BETWEEN) + count(group) / (WITHIN * WITHIN);
    double mean = (mu / (BETWEEN * BETWEEN) + sum(group) / (WITHIN * WITHIN)) / precision;
    return new Moments(mean, 1 / precision);
  }

  /** What a new row of a group of the fit, or of a new group, will be. */
  static Moments predicted(boolean isNewGroup) {
    Moments mu = mu();
    if (isNewGroup) {
      return new Moments(mu.mean(), mu.variance() + BETWEEN * BETWEEN + WITHIN * WITHIN);
    }
    Moments first = given(0, mu.mean());
    double slope = given(0, 1).mean() - given(0, 0).mean();
    return new Moments(
        first.mean(), first.variance() + slope * slope * mu.variance() + WITHIN * WITHIN);
  }

  /** Exact draws; or of a wider distribution of the mean, with the weights that correct for it. */
  static Samples posterior(NDManager manager, int draws, boolean weighted) {
    SplittableRandom random = new SplittableRandom(17);
    Moments exact = mu();
    double sd = Math.sqrt(exact.variance()) * (weighted ? 1.3 : 1);
    double[] mu = new double[draws];
    double[] alpha = new double[draws * DATA.groups()];
    double[] logWeights = new double[draws];
    for (int i = 0; i < draws; i++) {
      double z = random.nextGaussian();
      mu[i] = exact.mean() + sd * z;
      logWeights[i] = 0.5 * z * z * (1 - sd * sd / exact.variance());
      for (int g = 0; g < DATA.groups(); g++) {
        Moments of = given(g, mu[i]);
        alpha[i * DATA.groups() + g] = of.mean() + Math.sqrt(of.variance()) * random.nextGaussian();
      }
    }
    NDManager own = manager.newSubManager();
    Map<String, NDArray> sites =
        Map.of("mu", own.create(mu), "alpha", own.create(alpha, new Shape(draws, DATA.groups())));
    return weighted ? Samples.weighted(own, sites, logWeights, List.of()) : Samples.of(own, sites);
  }

  /**
   * A figure of a prediction.
   *
   * @param errors how many standard errors it is off
   */
  record Judged(String what, double errors) {}

  /** Mean, standard deviation and both ends of an interval of each new row. */
  static List<Judged> judge(NDManager manager, ParamStore params, int draws, boolean weighted) {
    List<Judged> judged = new ArrayList<>();
    try (Samples posterior = posterior(manager, draws, weighted);
        Samples predicted =
            Predictive.prior(MODEL, params, RunConfig.defaults()).draw(NEW, posterior)) {
      double size =
          posterior
              .logWeights()
              .map(w -> 1 / Arrays.stream(w).map(x -> Math.exp(2 * x)).sum())
              .orElse((double) draws);
      for (boolean isNew : new boolean[] {false, true}) {
        String name = isNew ? "y[2]" : "y[1]";
        Moments expected = predicted(isNew);
        double sd = Math.sqrt(expected.variance());
        NormalDistribution normal = new NormalDistribution(expected.mean(), sd);
        Summary.Row row = predicted.summary().get(name);
        judged.add(
            new Judged(name + " mean", (row.mean() - expected.mean()) / sd * Math.sqrt(size)));
        judged.add(new Judged(name + " sd", (row.sd() - sd) / sd * Math.sqrt(2 * size)));
        for (double p : new double[] {0.05, 0.95}) {
          double quantile = normal.inverseCumulativeProbability(p);
          double error = Math.sqrt(p * (1 - p) / size) / normal.density(quantile);
          double found = p < 0.5 ? row.q05() : row.q95();
          judged.add(new Judged(name + " " + p, (found - quantile) / error));
        }
      }
    }
    return judged;
  }
}
