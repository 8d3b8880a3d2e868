package org.ppl4j.infer.svi;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.function.BiFunction;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.optim.Adam;
import org.ppl4j.infer.svi.EstimatorCases.Case;
import org.ppl4j.infer.svi.GradientVariance.Row;
import org.ppl4j.tensor.RunConfig;

/** What gradients of a case come to. */
final class EstimatorLaw {

  private EstimatorLaw() {}

  /** So many gradients of a case at its first parameters. */
  static Row row(Case each, int steps, RunConfig config) {
    return fitted(
        each,
        config,
        (svi, y) -> GradientVariance.of(svi, y, List.of(each.elbo()), steps).rows().get(0));
  }

  /** What becomes of a fit of a case. */
  static <T> T fitted(Case each, RunConfig config, BiFunction<Svi<NDArray>, NDArray, T> use) {
    try (NDManager manager = NDManager.newBaseManager();
        NDArray y = manager.create(EstimatorCases.Y);
        Svi<NDArray> svi =
            Svi.builder(each.model(), each.guide())
                .config(config)
                .optimizer(Adam.withRate(0.05))
                .estimator(each.elbo())
                .particles(each.particles())
                .progress(Progress.silent())
                .build()) {
      return use.apply(svi, y);
    }
  }

  /** How far the mean is off the slope at most, in standard errors. */
  static double largest(Case each, int steps, RunConfig config) {
    return fitted(
        each,
        config,
        (svi, y) -> {
          Row row = GradientVariance.of(svi, y, List.of(each.elbo()), steps).rows().get(0);
          assertThat(row.whyNot()).isEmpty();
          List<String> names = List.copyOf(svi.params().names());
          double largest = 0;
          for (int i = 0; i < each.slopes().length; i++) {
            int at = names.indexOf("p" + i); // of numbers
            double error = Math.sqrt(row.variances().get(at) / steps);
            double off = Math.abs(row.mean().get(at) - each.slopes()[i]);
            largest = Math.max(largest, off < 1e-12 ? 0 : off / error);
          }
          return largest;
        });
  }
}
