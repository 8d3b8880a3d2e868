package org.ppl4j.distributions;

import static org.ppl4j.tensor.Tensors.number;
import static org.ppl4j.testing.TensorAssertions.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;

/** Tails and entropy of the beta-binomial family are the sums of its masses. */
@ExtendWith(LeakCheck.class)
class BetaBinomialTailsTest {

  @ParameterizedTest
  @CsvSource({"0.3, 0.4, 20", "3, 0.5, 30", "0.001, 5, 12", "50, 80, 200", "1, 1, 9"})
  void areSumsOfMassesWithTheirDerivatives(double a, double b, int n) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      List<NDArray> both =
          List.of(Autograd.variable(run.scalar(a)), Autograd.variable(run.scalar(b)));
      BetaBinomial tails = BetaBinomial.of(both.get(0), both.get(1), n);
      NDArray values = tails.enumerateSupport();
      NDArray logMass = tails.logProb(values);
      same("entropy", tails.entropy(), logMass.exp().mul(logMass).sum().neg(), both);
      int step = Math.max(1, n / 10);
      for (int k = 0; k < n; k += step) {
        NDArray at = run.scalar(k);
        NDArray below = Tensors.where(values.lte(at), logMass.exp(), number(0)).sum();
        NDArray above = Tensors.where(values.gt(at), logMass.exp(), number(0)).sum();
        same("log cdf at " + k, tails.logCdf(at), below.log(), both);
        same("log sf at " + k, tails.logSf(at), above.log(), both);
      }
    }
  }

  private static void same(String what, NDArray actual, NDArray expected, List<NDArray> both) {
    assertClose(what, actual, expected, 1e-10);
    List<NDArray> slopes = Autograd.grad(actual, both);
    List<NDArray> truth = Autograd.grad(expected, both);
    for (int i = 0; i < slopes.size(); i++) {
      assertClose(
          "derivative %s of %s".formatted(i, what),
          slopes.get(i).reshape(new Shape()),
          truth.get(i).reshape(new Shape()),
          1e-8);
    }
  }
}
