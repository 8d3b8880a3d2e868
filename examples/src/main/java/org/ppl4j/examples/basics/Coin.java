package org.ppl4j.examples.basics;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableMap;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Bernoulli;
import org.ppl4j.distributions.Beta;
import org.ppl4j.examples.launcher.Example;
import org.ppl4j.examples.launcher.ExampleOptions;
import org.ppl4j.examples.launcher.ExampleResult;
import org.ppl4j.examples.launcher.Reference;
import org.ppl4j.examples.launcher.Reference.Moments;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.optim.Adam;
import org.ppl4j.infer.report.Report;
import org.ppl4j.infer.svi.Averaging;
import org.ppl4j.infer.svi.FitReport;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.params.ParamStore;

/**
 * How fair is a coin that fell heads six times in ten? The prior is Beta(10, 10), so the posterior
 * is Beta(16, 14) exactly, and a guide of this family can reach it.
 */
public final class Coin implements Example {

  /** fairness ~ Beta(10, 10); each flip ~ Bernoulli(fairness). */
  public static final Program<NDArray> MODEL =
      (p, flips) -> {
        NDArray fairness = p.sample("fairness", Beta.of(10, 10));
        try (Plate plate = p.plate("flips", flips.size(0))) {
          p.observe("obs", Bernoulli.probs(fairness), plate.take(flips));
        }
      };

  /** fairness ~ Beta(alpha, beta), both learned. */
  public static final Program<NDArray> GUIDE =
      (p, flips) -> {
        NDArray alpha = p.param("alpha", () -> p.scalar(15), Constraint.POSITIVE);
        NDArray beta = p.param("beta", () -> p.scalar(15), Constraint.POSITIVE);
        p.sample("fairness", Beta.of(alpha, beta));
      };

  /** Six heads, four tails. */
  public static NDArray flips(NDManager manager) {
    return manager.create(new float[] {1, 1, 1, 1, 1, 1, 0, 0, 0, 0});
  }

  /** The moments of Beta(16, 14): a / (a + b) and √(a b / (a + b + 1)) / (a + b). */
  static Reference reference() {
    return new Reference(
        ImmutableMap.of("fairness", new Moments(16.0 / 30, Math.sqrt(16 * 14 / 31.0) / 30)));
  }

  @Override
  public String name() {
    return "coin";
  }

  @Override
  public String description() {
    return "fairness of a coin: a hand-written guide reaches the exact posterior Beta(16, 14)";
  }

  @Override
  public boolean writesFiles() {
    return false;
  }

  @Override
  public boolean writesReport() {
    return true;
  }

  @Override
  public ExampleResult run(ExampleOptions options) {
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager, options.config())) {
      NDArray flips = flips(manager);
      Svi<NDArray> svi =
          Svi.builder(MODEL, GUIDE)
              .params(params)
              .optimizer(Adam.withRate(0.02))
              .particles(20)
              .averaging(Averaging.polynomial(3))
              .progress(options.progress())
              .build();
      FitReport report = svi.run(flips, options.steps().orElse(5000));
      options.report(() -> Report.of(svi, report, flips).model(MODEL, flips).title(name()));
      double alpha = params.value("alpha")[0];
      double beta = params.value("beta")[0];
      try (Samples posterior = options.draws(svi, flips, 10_000)) {
        return new ExampleResult(
            posterior.summary(),
            reference(),
            ImmutableMap.of(
                "alpha",
                alpha,
                "beta",
                beta,
                "mean",
                alpha / (alpha + beta),
                "loss",
                report.finalLoss(),
                "steps",
                (double) report.steps()));
      }
    }
  }
}
