package org.ppl4j.distributions;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;

/**
 * A Dirichlet distribution of two entries is the beta distribution, which is held to the reference
 * of extreme parameters.
 */
@ExtendWith(LeakCheck.class)
class ExtremeDirichletTest {

  private static final double[] CONCENTRATIONS = {1e-8, 1e-3, 1, 30, 1e4, 1e8};
  private static final double[] QUANTILES = {0.01, 0.5, 0.9};

  @ParameterizedTest
  @EnumSource
  void ofTwoIsBeta(FloatType type) {
    double share = type == FloatType.FLOAT64 ? 1e-10 : 1e-4;
    int judged = 0;
    try (Run run = Run.open(RunConfig.defaults().withFloatType(type), 0)) {
      for (double a : CONCENTRATIONS) {
        for (double b : new double[] {a, 3 * a}) {
          Beta beta = Beta.of(run.scalar(a), run.scalar(b));
          Dirichlet dirichlet = Dirichlet.of(run.create(new double[] {a, b}, new Shape(2)));
          judged += close(beta.entropy(), dirichlet.entropy(), share);
          NDArray x = beta.icdf(run.create(QUANTILES, new Shape(QUANTILES.length)));
          NDArray both = Tensors.stack(List.of(x, run.scalar(1).sub(x)), -1);
          judged += close(beta.logProb(x), dirichlet.logProb(both), share);
        }
      }
    }
    assertThat(judged).isGreaterThan(25);
  }

  private static int close(NDArray expected, NDArray actual, double share) {
    double[] truth = Tensors.values(expected);
    double[] values = Tensors.values(actual);
    int judged = 0;
    for (int i = 0; i < truth.length; i++) {
      if (Double.isFinite(truth[i])) {
        assertThat(Math.abs(values[i] - truth[i])).isLessThan(share * (1 + Math.abs(truth[i])));
        judged++;
      }
    }
    return judged;
  }
}
