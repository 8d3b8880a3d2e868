package org.ppl4j.examples.regression;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.tracker.Tracker;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.gson.JsonObject;
import java.util.Arrays;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Gamma;
import org.ppl4j.distributions.MultivariateNormal;
import org.ppl4j.distributions.Normal;
import org.ppl4j.examples.launcher.Example;
import org.ppl4j.examples.launcher.ExampleModel;
import org.ppl4j.examples.launcher.ExampleOption;
import org.ppl4j.examples.launcher.ExampleOptions;
import org.ppl4j.examples.launcher.ExampleResult;
import org.ppl4j.examples.launcher.InferenceMethod;
import org.ppl4j.examples.launcher.Resources;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.optim.Adam;
import org.ppl4j.infer.svi.Averaging;
import org.ppl4j.infer.svi.StoppingRule;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.params.ParamStore;

/**
 * How heavy are the leaves of a bush of this size? Bayesian linear regression with its conjugate
 * prior, so that the posterior is a formula; a guide of the same form, with a full covariance, can
 * reach it.
 */
public final class Regression implements Example {

  /** The columns of the predictors. */
  static final ImmutableList<String> COLUMNS =
      ImmutableList.of(
          "intercept", "diam1", "diam2", "canopy_height", "total_height", "density", "group");

  /**
   * The data.
   *
   * @param x the predictors: 1, the logarithms of sizes and density, the group; all but the first
   *     with mean 0 and standard deviation 1 (N, D)
   * @param y the logarithm of the weight, likewise (N)
   */
  public record Bushes(NDArray x, NDArray y) {}

  /** tau ~ Gamma(2, 1); w ~ N(0, 1/√tau); y ~ N(x w, 1/√tau). */
  public static final Program<Bushes> MODEL =
      (p, data) -> {
        NDArray tau = p.sample("tau", Gamma.of(2, 1));
        NDArray sd = tau.pow(-0.5);
        NDArray zeros = p.run().zeros(new Shape(COLUMNS.size()));
        NDArray w = p.sample("w", Normal.of(zeros, sd.expandDims(-1)).toEvent(1));
        try (Plate bushes = p.plate("bushes", data.y().size())) {
          p.observe("y", Normal.of(p.matVec(data.x(), w), sd), bushes.take(data.y()));
        }
      };

  /** tau ~ Gamma(shape, rate); w ~ N(loc, factor factorᵀ / tau), all four learned. */
  public static final Program<Bushes> GUIDE =
      (p, data) -> {
        int d = COLUMNS.size();
        NDArray shape = p.param("shape", () -> p.scalar(10), Constraint.POSITIVE);
        NDArray rate = p.param("rate", () -> p.scalar(10), Constraint.POSITIVE);
        NDArray loc = p.param("loc", () -> p.run().zeros(new Shape(d)));
        NDArray factor =
            p.param("factor", () -> p.run().eye(d).mul(0.2), Constraint.LOWER_CHOLESKY);
        NDArray tau = p.sample("tau", Gamma.of(shape, rate));
        NDArray sd = tau.pow(-0.5).expandDims(-1).expandDims(-1);
        p.sample("w", MultivariateNormal.of(loc, factor.mul(sd)));
      };

  /** The bushes, read from the resources. */
  public static Bushes bushes(NDManager manager) {
    JsonObject data = Resources.json(Regression.class, "bushes/data.json");
    double[] y = standardised(logarithms(Resources.numbers(data, "weight")));
    int n = y.length;
    int d = COLUMNS.size();
    double[] x = new double[n * d];
    for (int j = 0; j < d; j++) {
      double[] column = column(data, COLUMNS.get(j), n);
      for (int i = 0; i < n; i++) {
        x[i * d + j] = column[i];
      }
    }
    return new Bushes(manager.create(x, new Shape(n, d)), manager.create(y));
  }

  private static double[] column(JsonObject data, String name, int n) {
    if (name.equals("intercept")) {
      double[] ones = new double[n];
      Arrays.fill(ones, 1);
      return ones;
    }
    double[] values = Resources.numbers(data, name);
    return standardised(name.equals("group") ? values : logarithms(values));
  }

  private static double[] logarithms(double[] x) {
    return Arrays.stream(x).map(Math::log).toArray();
  }

  private static double[] standardised(double[] x) {
    double mean = Arrays.stream(x).average().orElseThrow();
    double variance = Arrays.stream(x).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
    return Arrays.stream(x).map(v -> (v - mean) / Math.sqrt(variance)).toArray();
  }

  /** The fit of this example, before its first step. */
  static Svi.Builder<Bushes> fit(ParamStore params, int steps) {
    Tracker rate =
        Tracker.cosine().setBaseValue(0.05f).optFinalValue(0.0002f).setMaxUpdates(steps).build();
    return Svi.builder(MODEL, GUIDE)
        .params(params)
        .optimizer(Adam.withRate(rate).betas(0.9, 0.99))
        .particles(50)
        .averaging(Averaging.polynomial(3))
        .stopping(StoppingRule.never());
  }

  @Override
  public String name() {
    return "regression";
  }

  @Override
  public String description() {
    return "leaves of 46 bushes: a full-rank guide reaches the exact posterior of a regression";
  }

  @Override
  public ImmutableList<ExampleOption<?>> options() {
    return ImmutableList.of(InferenceMethod.OPTION);
  }

  @Override
  public boolean writesReport() {
    return true;
  }

  @Override
  public ExampleResult run(ExampleOptions options) {
    try (NDManager manager = NDManager.newBaseManager()) {
      Bushes data = bushes(manager);
      ConjugatePosterior exact = ConjugatePosterior.of(data);
      return ExampleModel.of(name(), MODEL, data, exact.reference(), 5000, Regression::fit)
          .named(Regression::named)
          .learned(params -> errors(ConjugatePosterior.learned(params), exact))
          .run(options);
    }
  }

  private static ImmutableMap<String, Double> errors(
      ConjugatePosterior reached, ConjugatePosterior exact) {
    return ImmutableMap.of(
        "largest error of a mean in sd", reached.errorOfMean(exact),
        "largest error of a covariance, relative", reached.errorOfCovariance(exact));
  }

  /** The coefficients under the names of their columns, and tau. */
  private static Summary named(Summary summary) {
    ImmutableMap.Builder<String, Summary.Row> rows = ImmutableMap.builder();
    for (int j = 0; j < COLUMNS.size(); j++) {
      rows.put(COLUMNS.get(j), summary.get("w[" + (j + 1) + "]"));
    }
    return new Summary(rows.put("tau", summary.get("tau")).buildOrThrow());
  }
}
