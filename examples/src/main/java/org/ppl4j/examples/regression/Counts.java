package org.ppl4j.examples.regression;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.tracker.Tracker;
import com.google.common.collect.ImmutableList;
import com.google.gson.JsonObject;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.Poisson;
import org.ppl4j.distributions.Uniform;
import org.ppl4j.examples.launcher.Example;
import org.ppl4j.examples.launcher.ExampleModel;
import org.ppl4j.examples.launcher.ExampleOption;
import org.ppl4j.examples.launcher.ExampleOptions;
import org.ppl4j.examples.launcher.ExampleResult;
import org.ppl4j.examples.launcher.InferenceMethod;
import org.ppl4j.examples.launcher.Reference;
import org.ppl4j.examples.launcher.Resources;
import org.ppl4j.infer.autoguide.AutoNormal;
import org.ppl4j.infer.latent.Initializer;
import org.ppl4j.infer.optim.Adam;
import org.ppl4j.infer.svi.Averaging;
import org.ppl4j.infer.svi.StoppingRule;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.params.ParamStore;

/**
 * How a population of falcons grew in 40 years (Kéry and Schaub 2012): counts are Poisson, the
 * logarithm of their rate is a cubic of the year, fitted by the mean-field guide.
 *
 * <p>The four coefficients are correlated in the posterior, which the guide cannot show: its means
 * are right, its standard deviations are those of each coefficient given the others.
 *
 * <p>The settings: it starts at the middle of the priors, where no rate is huge, which draws of
 * such wide priors do not ensure. That is still hundreds of posterior standard deviations away, so
 * the average of the iterates forgets fast: it is of the last tenth.
 */
public final class Counts implements Example {

  /**
   * The data.
   *
   * @param year the year, centred and scaled (N)
   * @param count the breeding pairs (N)
   */
  public record Years(NDArray year, NDArray count) {}

  /** count ~ Poisson(exp(alpha + beta1 year + beta2 year² + beta3 year³)). */
  public static final Program<Years> MODEL =
      (p, data) -> {
        NDArray alpha = p.sample("alpha", Uniform.of(-20, 20));
        NDArray beta1 = p.sample("beta1", Uniform.of(-10, 10));
        NDArray beta2 = p.sample("beta2", Uniform.of(-10, 10));
        NDArray beta3 = p.sample("beta3", Uniform.of(-10, 10));
        try (Plate years = p.plate("years", data.year().size(0))) {
          NDArray year = years.take(data.year());
          NDArray slope = beta1.add(year.mul(beta2.add(year.mul(beta3))));
          NDArray logRate = alpha.add(year.mul(slope));
          p.observe("count", Poisson.of(logRate.exp()), years.take(data.count()));
        }
      };

  private static final String FOLDER = "counts";

  /** The counts, read from the resources. */
  public static Years years(NDManager manager) {
    JsonObject data = Resources.json(Counts.class, FOLDER + "/data.json");
    return new Years(
        manager.create(Resources.numbers(data, "year")),
        manager.create(Resources.numbers(data, "C")));
  }

  /** The posterior of each coefficient, by importance sampling. */
  public static Reference reference() {
    return Reference.read(Counts.class, FOLDER + "/reference.json");
  }

  /** The fit of this example, before its first step. */
  static Svi.Builder<Years> fit(ParamStore params, int steps) {
    Tracker rate =
        Tracker.cosine().setBaseValue(0.02f).optFinalValue(2e-5f).setMaxUpdates(steps).build();
    return Svi.builder(
            MODEL, AutoNormal.of(MODEL).initializer(Initializer.feasible()).initialScale(0.02))
        .params(params)
        .optimizer(Adam.withRate(rate).betas(0.9, 0.99))
        .particles(10)
        .averaging(Averaging.polynomial(10))
        .stopping(StoppingRule.never());
  }

  @Override
  public String name() {
    return "counts";
  }

  @Override
  public String description() {
    return "falcons counted in 40 years: a Poisson regression against a reference posterior";
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
      return ExampleModel.of(name(), MODEL, years(manager), reference(), 6000, Counts::fit)
          .run(options);
    }
  }
}
