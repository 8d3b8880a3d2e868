package org.ppl4j.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.ppl4j.BoundData;
import org.ppl4j.Execution;
import org.ppl4j.Program;
import org.ppl4j.guide.FromStanPage.Holed;
import org.ppl4j.guide.FromStanPage.Levels;
import org.ppl4j.guide.FromStanPage.Pairs;
import org.ppl4j.guide.FromStanPage.Ratings;
import org.ppl4j.handlers.Substitute;
import org.ppl4j.handlers.SumOut;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.mcmc.McmcRun;
import org.ppl4j.infer.mcmc.Nuts;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;

/** The density of each program is that of Stan's, written down from its manual in plain numbers. */
class FromStanPageTest {

  private static final double[] X = {-1, -0.4, 0.1, 0.9};
  private static final double[] Y = {-0.8, 0.2, 0.3, 1.4};
  private static final double SIGMA = 0.7;
  private static final Map<String, NDArray> LINE =
      Map.of("alpha", number(0.2), "beta", number(1.1), "sigma", number(SIGMA));

  @Test
  void linearRegression() {
    check(FromStanPage.LINEAR, new Pairs(X, Y), LINE, sum(i -> normal(Y[i], mean(i), SIGMA)));
  }

  @Test
  void robustRegression() {
    // Γ(5/2) = 3 √π / 4 and Γ(2) = 1
    double constant = Math.log(0.75 * Math.sqrt(Math.PI)) - 0.5 * Math.log(4 * Math.PI);
    check(
        FromStanPage.ROBUST,
        new Pairs(X, Y),
        LINE,
        sum(
            i -> {
              double z = (Y[i] - mean(i)) / SIGMA;
              return constant - Math.log(SIGMA) - 2.5 * Math.log1p(z * z / 4);
            }));
  }

  private static double mean(int i) {
    return 0.2 + 1.1 * X[i];
  }

  @Test
  void orderedLogisticRegression() {
    double[][] x = {{1, 0.5}, {-0.3, 2}, {0.2, 0.1}};
    int[] y = {0, 2, 1};
    double[] cuts = {Double.NEGATIVE_INFINITY, -0.5, 0.8, Double.POSITIVE_INFINITY};
    double expected = 0;
    for (int i = 0; i < y.length; i++) {
      double eta = 0.4 * x[i][0] + 0.9 * x[i][1];
      expected += Math.log(logistic(eta - cuts[y[i]]) - logistic(eta - cuts[y[i] + 1]));
    }
    check(
        FromStanPage.ORDERED,
        new Ratings(x, y, 3),
        Map.of("beta", Tensors.vector(0.4, 0.9), "c", Tensors.vector(-0.5, 0.8)),
        expected);
  }

  private static double logistic(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  @Test
  void hierarchicalLogisticRegression() {
    double[][] x = {{1, 0.5}, {-0.3, 2}, {0.2, 0.1}};
    int[] level = {0, 1, 1};
    int[] y = {1, 0, 1};
    double[][] beta = {{0.3, -0.2}, {0.5, 0.1}};
    double[] mu = {0.1, -0.1};
    double[] sigma = {0.5, 0.8};
    double expected = normal(mu[0], 0, 100) + normal(mu[1], 0, 100);
    for (double[] row : beta) {
      expected += normal(row[0], mu[0], sigma[0]) + normal(row[1], mu[1], sigma[1]);
    }
    for (int i = 0; i < y.length; i++) {
      double eta = x[i][0] * beta[level[i]][0] + x[i][1] * beta[level[i]][1];
      expected += Math.log(y[i] == 1 ? logistic(eta) : logistic(-eta));
    }
    check(
        FromStanPage.HIERARCHICAL,
        new Levels(x, level, y, 2),
        Map.of(
            "mu", Tensors.vector(mu), "sigma", Tensors.vector(sigma), "beta", Tensors.matrix(beta)),
        expected);
  }

  @Test
  void autoregression() {
    check(
        FromStanPage.AUTOREGRESSION,
        Y,
        LINE,
        sum(i -> i == 0 ? 0 : normal(Y[i], 0.2 + 1.1 * Y[i - 1], SIGMA)));
  }

  @Test
  void missingData() {
    // Entries of what was seen mean nothing: they are standard normal.
    double[] missing = {0.1, 0.4, -0.1, 0.2};
    check(
        FromStanPage.MISSING,
        new Holed(
            new double[] {Y[0], Double.NaN, Y[2], Y[3]}, new boolean[] {true, false, true, true}),
        Map.of("mu", number(0.3), "sigma", number(SIGMA), "y.missing", Tensors.vector(missing)),
        sum(
            i ->
                normal(i == 1 ? 0.4 : Y[i], 0.3, SIGMA) + (i == 1 ? 0 : normal(missing[i], 0, 1))));
  }

  @Test
  void censoredData() {
    // 1 − Φ(1) = 0.158655…, by Stan's normal_lccdf(3 | 2, 1)
    check(
        FromStanPage.CENSORED,
        new double[] {1, 2.5, 3},
        Map.of("mu", number(2), "sigma", number(1)),
        normal(1, 2, 1) + normal(2.5, 2, 1) + Math.log(0.15865525393145707));
  }

  @Test
  void mixture() {
    double[] theta = {0.3, 0.7};
    double[] mu = {-1, 1.2};
    double[] sigma = {0.5, 0.8};
    double expected =
        sum(
            i ->
                Math.log(
                    theta[0] * Math.exp(normal(Y[i], mu[0], sigma[0]))
                        + theta[1] * Math.exp(normal(Y[i], mu[1], sigma[1]))));
    for (int k = 0; k < 2; k++) {
      expected += normal(mu[k], 0, 10) + normal(Math.log(sigma[k]), 0, 2) - Math.log(sigma[k]);
    }
    check(
        FromStanPage.MIXTURE,
        Y,
        Map.of(
            "theta",
            Tensors.vector(theta),
            "mu",
            Tensors.vector(mu),
            "sigma",
            Tensors.vector(sigma)),
        expected);
  }

  @Test
  void changePoint() {
    int[] counts = {3, 2, 0, 1, 0};
    double early = 2.5;
    double late = 0.6;
    double total = 0;
    for (int s = 0; s < counts.length; s++) {
      double logLikelihood = 0;
      for (int t = 0; t < counts.length; t++) {
        double rate = t < s ? early : late;
        int[] factorials = {1, 1, 2, 6};
        logLikelihood += counts[t] * Math.log(rate) - rate - Math.log(factorials[counts[t]]);
      }
      total += Math.exp(logLikelihood) / counts.length;
    }
    check(
        FromStanPage.CHANGE_POINT,
        counts,
        Map.of("e", number(early), "l", number(late)),
        Math.log(total) - early - late);
  }

  @Test
  void gaussianProcess() {
    double rho = 0.9;
    double alpha = 1.3;
    double between = alpha * alpha * Math.exp(-0.5 * 0.36 / (rho * rho));
    double variance = alpha * alpha + SIGMA * SIGMA;
    double determinant = variance * variance - between * between;
    double square =
        (variance * (Y[0] * Y[0] + Y[1] * Y[1]) - 2 * between * Y[0] * Y[1]) / determinant;
    // inv_gamma(5, 5): 5 log 5 − log Γ(5) − 6 log ρ − 5 / ρ; half-normals are normal on twice 1
    double prior = 5 * Math.log(5) - Math.log(24) - 6 * Math.log(rho) - 5 / rho;
    prior += 2 * Math.log(2) + normal(alpha, 0, 1) + normal(SIGMA, 0, 1);
    check(
        FromStanPage.GAUSSIAN_PROCESS,
        new Pairs(Arrays.copyOf(X, 2), Arrays.copyOf(Y, 2)),
        Map.of("rho", number(rho), "alpha", number(alpha), "sigma", number(SIGMA)),
        prior - Math.log(2 * Math.PI) - 0.5 * Math.log(determinant) - 0.5 * square);
  }

  private static NDArray number(double value) {
    return Tensors.number(value);
  }

  private static double sum(IntToDoubleFunction terms) {
    return IntStream.range(0, Y.length).mapToDouble(terms).sum();
  }

  private static double normal(double x, double loc, double scale) {
    double z = (x - loc) / scale;
    return -0.5 * z * z - Math.log(scale) - 0.5 * Math.log(2 * Math.PI);
  }

  /** The log joint at the values, and that chains run. */
  private static <D> void check(
      Program<D> program, D data, Map<String, NDArray> values, double expected) {
    RunConfig config = RunConfig.defaults();
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager);
        BoundData<D> bound = BoundData.of(data, config);
        Run run = Run.open(config, 0)) {
      Program<D> at = program.with(new Substitute(values), new SumOut());
      double found =
          Execution.record(run, params, Rng.Purpose.MODEL, at, bound.in(run))
              .logJoint()
              .getDouble();

      assertThat(found).isCloseTo(expected, within(1e-9));
    }
    try (McmcRun<D> chains =
        Nuts.of(program)
            .asWritten()
            .chains(1)
            .warmup(50)
            .draws(20)
            .progress(Progress.silent())
            .run(data)) {
      assertThat(chains.samples().names()).containsAll(values.keySet());
    }
  }
}
