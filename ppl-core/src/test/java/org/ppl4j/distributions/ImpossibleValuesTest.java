package org.ppl4j.distributions;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;

/**
 * Where a probability is 0 a value is impossible, and its log-density is −∞ with gradient 0; that
 * of the other values has the gradient of its formula.
 */
@ExtendWith(LeakCheck.class)
class ImpossibleValuesTest {

  private static final double NONE = Double.NEGATIVE_INFINITY;

  static Stream<Arguments> rows() {
    Function<NDArray, Distribution> coin = Bernoulli::probs;
    Function<NDArray, Distribution> index = Categorical::probs;
    Function<NDArray, Distribution> hot = OneHotCategorical::probs;
    Function<NDArray, Distribution> zeros = p -> ZeroInflated.gate(Bernoulli.probs(0.5), p);
    double half = Math.log(0.5);
    double[] first = {1, 0};
    return Stream.of(
        Arguments.of("coin", coin, new double[] {0}, new double[] {0}, 0, new double[] {-1}),
        Arguments.of("coin", coin, new double[] {0}, new double[] {1}, NONE, new double[] {0}),
        Arguments.of("coin", coin, new double[] {1}, new double[] {1}, 0, new double[] {1}),
        Arguments.of("coin", coin, new double[] {1}, new double[] {0}, NONE, new double[] {0}),
        Arguments.of("index", index, first, new double[] {0}, 0, new double[] {0, -1}),
        Arguments.of("index", index, first, new double[] {1}, NONE, new double[] {-1, -1}),
        Arguments.of("hot", hot, first, new double[] {1, 0}, 0, new double[] {0, -1}),
        Arguments.of("hot", hot, first, new double[] {0, 1}, NONE, new double[] {-1, -1}),
        Arguments.of("zeros", zeros, new double[] {0}, new double[] {1}, half, new double[] {-1}),
        Arguments.of("zeros", zeros, new double[] {1}, new double[] {1}, NONE, new double[] {0}));
  }

  @ParameterizedTest(name = "{0} {2} {3}")
  @MethodSource("rows")
  void moveNothing(
      String name,
      Function<NDArray, Distribution> family,
      double[] probs,
      double[] value,
      double expected,
      double[] gradient) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray p = Autograd.variable(run.create(probs, new Shape(probs.length)));
      Distribution distribution = family.apply(p).on(run);
      boolean isNumber = distribution.batchShape().dimension() == 0 && value.length == 1;
      NDArray x = run.create(value, isNumber ? new Shape() : new Shape(value.length));
      NDArray logProb = Tensors.total(distribution.logProb(x));

      assertThat(Tensors.values(logProb)).containsExactly(expected);
      assertThat(Tensors.values(Autograd.grad(logProb, List.of(p)).get(0)))
          .containsExactly(gradient);
    }
  }
}
