package org.ppl4j.infer.discrete;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.Bernoulli;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.ModelDensity;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.diagnostics.LogLikelihoods;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.LeakCheck;

/** Likelihoods of observations, each with the choices of its own row summed out. */
@ExtendWith(LeakCheck.class)
class SummedLikelihoodsTest {

  private static final double[] Y = {-1, 0.5, 3};

  private static final Program<Void> ROWS =
      (p, none) -> {
        NDArray mean = p.sample("mean", Normal.of(0, 1));
        try (Plate rows = p.plate("rows", Y.length)) {
          NDArray z = p.sample("z", Bernoulli.probs(0.3));
          p.observe("y", Normal.of(mean.add(z.mul(2)), 1), rows.take(Y));
        }
      };

  private static final Program<Void> SHARED =
      (p, none) -> {
        NDArray mean = p.sample("mean", Normal.of(0, 1));
        NDArray z = p.sample("z", Bernoulli.probs(0.3));
        try (Plate rows = p.plate("rows", Y.length)) {
          p.observe("y", Normal.of(mean.add(z.mul(2)), 1), rows.take(Y));
        }
      };

  private static double density(double x) {
    return Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
  }

  /** Whatever draws have of the choices. */
  @Test
  void rowsSumOverTheirOwnChoices() {
    NDManager manager = NDManager.newBaseManager();
    NDArray means = manager.create(new double[] {0.2, -0.7});
    NDArray choices = manager.create(new double[] {1, 0, 0, 1, 1, 0}, new Shape(2, 3));
    try (Samples draws = Samples.of(manager, Map.of("mean", means, "z", choices));
        NDManager ofParams = NDManager.newBaseManager();
        ParamStore params = new ParamStore(ofParams, RunConfig.defaults())) {
      LogLikelihoods logs =
          ModelDensity.of(ROWS, params, RunConfig.defaults()).logLikelihoods(null, draws);
      for (int row = 0; row < Y.length; row++) {
        for (int draw = 0; draw < 2; draw++) {
          double mean = draw == 0 ? 0.2 : -0.7;
          double one = 0.7 * density(Y[row] - mean) + 0.3 * density(Y[row] - mean - 2);
          assertThat(logs.of("y[" + (row + 1) + "]")[draw]).isCloseTo(Math.log(one), within(1e-12));
        }
      }
      assertThatThrownBy(
              () ->
                  ModelDensity.of(SHARED, params, RunConfig.defaults()).logLikelihoods(null, draws))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "observations of 'y' have no likelihoods one by one, since each depends on the choice"
                  + " of [z of 2], and so does 'z' or another row; ask for the log joint");
    }
  }
}
