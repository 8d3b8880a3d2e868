package org.ppl4j.distributions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;

/**
 * Probabilities that a sigmoid or a softmax gave are as good as its argument: densities and their
 * gradients are those of the logits, where the function rounds to 0 or 1 too.
 */
@ExtendWith(LeakCheck.class)
class SaturationTest {

  /** Arguments of a sigmoid, the last four in float64 only. */
  private static final double[] LOGITS = {
    0, 1e-3, -2, 5, -17, 20, -40, 41, 80, -80, 300, -300, 700, -700
  };

  private static final int OF_FLOAT32 = 10;

  /** Rows of arguments of a softmax; more than 80 apart in float64 only. */
  private static final double[][] ROWS = {
    {0, 1, -2}, {30, -10, 0}, {-79, 0, 1}, {700, 0, -3}, {-350, 350, 0}
  };

  /** How a probability reaches a distribution from the sigmoid. */
  private static final Map<String, UnaryOperator<NDArray>> WAYS =
      Map.of(
          "ours", Special::sigmoid,
          "of DJL", z -> z.getNDArrayInternal().sigmoid(),
          "an activation", Activation::sigmoid,
          "reshaped", z -> Special.sigmoid(z).reshape(-1, 2).reshape(z.getShape()),
          "a slice", z -> Special.sigmoid(Tensors.concat(List.of(z, z), 0)).get(half(z)),
          "squeezed", z -> Special.sigmoid(z.expandDims(-1)).squeeze(-1));

  private static String half(NDArray z) {
    return ":" + z.getShape().get(0);
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Pair(Distribution ofProbs, Distribution ofLogits, double... values) {}

  private static List<Pair> pairs(NDArray p, NDArray z) {
    return List.of(
        new Pair(Bernoulli.probs(p), Bernoulli.logits(z), 0, 1),
        new Pair(Binomial.probs(7, p), Binomial.logits(7, z), 0, 3, 7),
        new Pair(Geometric.probs(p), Geometric.logits(z), 0, 1, 5),
        new Pair(NegativeBinomial.probs(3, p), NegativeBinomial.logits(3, z), 0, 1, 5),
        new Pair(
            ZeroInflated.gate(Poisson.of(2), p), ZeroInflated.gateLogits(Poisson.of(2), z), 0, 4),
        new Pair(RelaxedBernoulli.probs(0.7, p), RelaxedBernoulli.logits(0.7, z), 0.2, 0.9));
  }

  @ParameterizedTest
  @EnumSource(FloatType.class)
  void sigmoidsAreTheirLogits(FloatType type) {
    int judged = 0;
    for (UnaryOperator<NDArray> way : WAYS.values()) {
      judged += judgeSigmoid(type, way);
    }
    assertThat(judged).isEqualTo(6 * 15 * (type == FloatType.FLOAT32 ? OF_FLOAT32 : 14));
  }

  @Test
  void aSigmoidThatIsForgottenIsCaught() {
    assertThatThrownBy(
            () -> judgeSigmoid(FloatType.FLOAT64, z -> Special.sigmoid(z).mul(0.5).mul(2)))
        .isInstanceOf(AssertionError.class);
  }

  private static int judgeSigmoid(FloatType type, UnaryOperator<NDArray> way) {
    int judged = 0;
    try (Run run = Run.open(RunConfig.defaults().withFloatType(type), 0)) {
      int count = type == FloatType.FLOAT32 ? OF_FLOAT32 : LOGITS.length;
      double[] logits = Arrays.copyOf(LOGITS, count);
      NDArray z = Autograd.variable(run.create(logits, new Shape(count)));
      for (Pair pair : pairs(way.apply(z), z)) {
        for (double value : pair.values()) {
          NDArray x = run.scalar(value);
          judged += judge(pair.ofLogits().name(), z, d -> d.logProb(x), pair);
        }
      }
    }
    return judged;
  }

  @ParameterizedTest
  @EnumSource(FloatType.class)
  void softmaxesAreTheirLogits(FloatType type) {
    int judged = 0;
    List<UnaryOperator<NDArray>> ways =
        List.of(z -> z.softmax(-1), z -> z.softmax(-1).expandDims(0).squeeze(0));
    for (UnaryOperator<NDArray> way : ways) {
      for (int row = 0; row < (type == FloatType.FLOAT32 ? 3 : ROWS.length); row++) {
        try (Run run = Run.open(RunConfig.defaults().withFloatType(type), 0)) {
          NDArray z = Autograd.variable(run.create(ROWS[row], new Shape(3)));
          NDArray p = way.apply(z);
          for (int k = 0; k < 3; k++) {
            NDArray index = run.scalar(k);
            double[] hot = new double[3];
            hot[k] = 1;
            NDArray one = run.create(hot, new Shape(3));
            hot[k] = 4;
            NDArray counts = run.create(hot, new Shape(3));
            judged +=
                judge(
                    "Categorical",
                    z,
                    d -> d.logProb(index),
                    new Pair(Categorical.probs(p), Categorical.logits(z)));
            judged +=
                judge(
                    "OneHotCategorical",
                    z,
                    d -> d.logProb(one),
                    new Pair(OneHotCategorical.probs(p), OneHotCategorical.logits(z)));
            judged +=
                judge(
                    "Multinomial",
                    z,
                    d -> d.logProb(counts),
                    new Pair(Multinomial.probs(4, p), Multinomial.logits(4, z)));
          }
        }
      }
    }
    assertThat(judged).isEqualTo(2 * 3 * 3 * 3 * (type == FloatType.FLOAT32 ? 3 : 5));
  }

  /** The log-density and its gradient in z, elementwise; returns how many entries of z. */
  private static int judge(
      String what, NDArray z, Function<Distribution, NDArray> density, Pair pair) {
    NDArray own = density.apply(pair.ofProbs());
    NDArray expected = density.apply(pair.ofLogits());
    close(what, own, expected);
    NDArray slope = Autograd.grad(own.sum(), List.of(z), true).get(0);
    NDArray slopes = Autograd.grad(expected.sum(), List.of(z), true).get(0);
    return close(what + "'s gradient", slope, slopes);
  }

  @CanIgnoreReturnValue
  private static int close(String what, NDArray actual, NDArray expected) {
    double tolerance = Tensors.run(actual).floatType() == FloatType.FLOAT32 ? 1e-5 : 1e-12;
    double[] found = Tensors.values(actual);
    double[] wanted = Tensors.values(expected);
    for (int i = 0; i < wanted.length; i++) {
      assertThat(found[i])
          .as("%s at %s", what, i)
          .isCloseTo(wanted[i], within(tolerance * (1 + Math.abs(wanted[i]))));
    }
    return wanted.length;
  }
}
