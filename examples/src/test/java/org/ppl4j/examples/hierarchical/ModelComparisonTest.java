package org.ppl4j.examples.hierarchical;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.examples.hierarchical.Radon.Houses;
import org.ppl4j.infer.ModelDensity;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.diagnostics.Loo;
import org.ppl4j.infer.mcmc.McmcRun;
import org.ppl4j.infer.mcmc.Nuts;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.LeakCheck;

/** The pooled model of radon, whose cross-validation is known without draws. */
@ExtendWith(LeakCheck.class)
class ModelComparisonTest {

  /** Monte Carlo errors of the largest of 919 differences, and of their sum. */
  private static final double ERRORS = 6;

  /** The estimated errors of weights are themselves rough where they are smallest. */
  private static final double ROUGH = 2e-4;

  @Test
  void crossValidationOfThePooledModelIsTheExactOne() {
    try (NDManager manager = NDManager.newBaseManager()) {
      Houses data = Radon.houses(manager);
      Nuts<Houses> nuts =
          Nuts.of(ModelComparison.POOLED)
              .config(RunConfig.defaults().withSeed(2))
              .progress(Progress.silent())
              .warmup(500)
              .draws(500);
      try (McmcRun<Houses> run = nuts.run(data)) {
        Loo loo =
            Loo.of(
                ModelDensity.of(ModelComparison.POOLED, run).logLikelihoods(data, run.samples()));

        double[] exact = exact(data, false, false);
        assertThat(loo.bad()).isEmpty();
        assertThat(loo.pointwise()).hasSize(Radon.HOUSES);
        for (int i = 0; i < exact.length; i++) {
          Loo.Observation house = loo.pointwise().get(i);
          assertThat(house.elpd())
              .as("%s", house.name())
              .isCloseTo(exact[i], within(ERRORS * house.standardError() + ROUGH));
        }
        // observations share their draws, so that errors of a sum may add up
        double errors = loo.pointwise().stream().mapToDouble(Loo.Observation::standardError).sum();
        assertThat(loo.elpd().value()).isCloseTo(Arrays.stream(exact).sum(), within(errors));
      }
    }
  }

  /** The log predictive density of each house given all others. */
  static double[] exact(Houses data, boolean byCounty, boolean withUranium) {
    double[] ones = new double[Radon.HOUSES];
    Arrays.fill(ones, 1);
    double[] floor = data.floor().toDoubleArray();
    double[] uranium = data.logUranium().toDoubleArray();
    int[] county = Arrays.stream(data.county().toLongArray()).mapToInt(Math::toIntExact).toArray();
    return ExactLoo.of(
        withUranium ? List.of(ones, floor, uranium) : List.of(ones, floor),
        byCounty ? county : new int[0],
        data.logRadon().toDoubleArray());
  }
}
