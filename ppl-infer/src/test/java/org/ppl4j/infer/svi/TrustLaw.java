package org.ppl4j.infer.svi;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.math.Stats;
import java.util.ArrayList;
import java.util.List;
import org.ppl4j.Program;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.autoguide.AutoNormal;
import org.ppl4j.infer.importance.Assessment;
import org.ppl4j.infer.latent.Initializer;
import org.ppl4j.infer.optim.Adam;
import org.ppl4j.infer.optim.Sgd;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.PosteriorCase;

/**
 * Fits of known posteriors whose mean is off by more than half a deviation must carry a warning.
 */
final class TrustLaw {

  private static final double OFF = 0.5;

  private static final int DRAWS = 4000;

  private final List<String> silent = new ArrayList<>();
  private int fits;
  private int unwarned;
  private int off;

  /** A fit of the default settings, ended after so many steps, far or not. */
  void judge(GaussianProblem problem, long seed, int steps) {
    GaussianProblem.Fit fit = problem.fit(seed, FloatType.FLOAT64, Adam.withRate(0.01), steps);
    judge(problem + ", seed " + seed + ", " + steps + " steps", fit.report(), fit.distance());
  }

  /** {@code AutoNormal} with the default settings. */
  void judge(PosteriorCase posterior, long seed, int steps) {
    RunConfig config = RunConfig.defaults().withSeed(seed);
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager, config)) {
      PosteriorCase.Data data = posterior.data(manager);
      Svi<PosteriorCase.Data> svi =
          Svi.builder(
                  posterior.program(),
                  AutoNormal.of(posterior.program()).initializer(Initializer.uniform()))
              .params(params)
              .progress(Progress.silent())
              .build();
      FitReport report = svi.run(data, steps);
      try (Samples draws = svi.posterior(data, DRAWS)) {
        double distance = distance(draws, posterior.draws());
        judge(posterior + ", seed " + seed + ", " + steps + " steps", report, distance);
      }
    }
  }

  /** The largest distance of a mean from the reference's, in deviations of the reference. */
  private static double distance(Samples draws, PosteriorCase.Draws reference) {
    double max = 0;
    for (String site : reference.sites().keySet()) {
      double[] means = draws.mean(site);
      for (int j = 0; j < means.length; j++) {
        double[] column = new double[reference.count()];
        for (int i = 0; i < column.length; i++) {
          column[i] = reference.of(site)[i * means.length + j];
        }
        Stats stats = Stats.of(column);
        max = Math.max(max, Math.abs(means[j] - stats.mean()) / stats.sampleStandardDeviation());
      }
    }
    return max;
  }

  private void judge(String fit, FitReport report, double distance) {
    fits++;
    if (report.warnings().isEmpty()) {
      unwarned++;
    }
    if (!(distance <= OFF)) {
      off++;
      if (report.warnings().isEmpty()) {
        silent.add(fit + ": off by " + distance);
      }
    }
  }

  /** How many carried no warning. */
  int unwarned() {
    return unwarned;
  }

  int fits() {
    return fits;
  }

  /** How many were off. */
  int off() {
    return off;
  }

  /** Those of them that carried no warning. */
  List<String> silent() {
    return silent;
  }

  /** What is said of a guide N(m, 1) of the posterior N(0, 1). */
  static Assessment beside(double m) {
    Program<NDArray> model = (p, x) -> p.sample("z", Normal.of(0, 1));
    Program<NDArray> guide =
        (p, x) -> p.sample("z", Normal.of(p.param("loc", () -> p.scalar(m)), 1));
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager);
        NDArray none = manager.create(0.0)) {
      return Svi.builder(model, guide)
          .params(params)
          .optimizer(Sgd.withRate(1e-12))
          .progress(Progress.silent())
          .build()
          .run(none, 1)
          .assessment();
    }
  }
}
