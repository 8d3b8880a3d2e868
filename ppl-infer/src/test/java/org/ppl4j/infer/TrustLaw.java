package org.ppl4j.infer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import org.ppl4j.ParamStore;
import org.ppl4j.Program;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.optim.Adam;
import org.ppl4j.infer.optim.Sgd;
import org.ppl4j.tensor.FloatType;

/**
 * Fits of known posteriors whose mean is off by more than half a deviation must carry a warning.
 */
final class TrustLaw {

  private static final double OFF = 0.5;

  private final List<String> silent = new ArrayList<>();
  private int fits;
  private int off;

  /** A fit of the default settings, ended after so many steps, far or not. */
  void judge(GaussianProblem problem, long seed, int steps) {
    GaussianProblem.Fit fit = problem.fit(seed, FloatType.FLOAT64, Adam.withRate(0.01), steps);
    fits++;
    if (fit.distance() > OFF) {
      off++;
      if (!fit.isWarned()) {
        silent.add(
            "%s, seed %s, %s steps: off by %s".formatted(problem, seed, steps, fit.distance()));
      }
    }
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
