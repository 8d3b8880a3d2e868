package org.ppl4j.infer.latent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import org.hipparchus.distribution.continuous.NormalDistribution;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.Beta;
import org.ppl4j.distributions.Categorical;
import org.ppl4j.distributions.Delta;
import org.ppl4j.distributions.Mixture;
import org.ppl4j.distributions.Normal;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Recording;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;

/** A model of zeros among numbers: its probability of a zero is Beta given their count. */
class SpikesTest {

  private static final double[] Y = {0, 1.5, 0, -0.5, 0, 2};

  private static final Program<double[]> MODEL =
      (p, y) -> {
        NDArray zero = p.sample("zero", Beta.of(1, 1));
        NDArray mean = p.sample("mean", Normal.of(0, 1));
        Categorical weights = Categorical.of(Tensors.stack(List.of(zero, zero.neg().add(1)), -1));
        try (Plate rows = p.plate("rows", y.length)) {
          p.observe("y", Mixture.of(weights, List.of(Delta.of(0), Normal.of(mean, 1))), y);
        }
      };

  @ParameterizedTest
  @EnumSource(
      value = Recording.class,
      names = {"OFF", "REQUIRED"})
  void zerosTellOfTheirProbabilityAlone(Recording recording) {
    RunConfig config = RunConfig.defaults().withRecording(recording);
    NormalDistribution normal = new NormalDistribution(0, 1);
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager);
        LogDensity<double[]> density =
            LogDensity.of(MODEL, Y, params, config, Initializer.uniform())) {
      for (double logit : new double[] {-2, 0.3, 1}) {
        for (double mean : new double[] {-1, 0, 0.7}) {
          double zero = 1 / (1 + Math.exp(-logit));
          double expected = normal.logDensity(mean) + Math.log(zero * (1 - zero));
          double slopeOfLogit = 1 - 2 * zero;
          double slopeOfMean = -mean;
          for (double y : Y) {
            expected += y == 0 ? Math.log(zero) : Math.log(1 - zero) + normal.logDensity(y - mean);
            slopeOfLogit += y == 0 ? 1 - zero : -zero;
            slopeOfMean += y == 0 ? 0 : y - mean;
          }
          double[] gradient = new double[2];
          assertThat(density.evaluate(new double[] {logit, mean}, gradient))
              .isCloseTo(expected, within(1e-10));
          assertThat(gradient)
              .containsExactly(new double[] {slopeOfLogit, slopeOfMean}, within(1e-10));
        }
      }
    }
  }
}
