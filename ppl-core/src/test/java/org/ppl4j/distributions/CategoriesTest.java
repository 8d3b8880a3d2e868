package org.ppl4j.distributions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.ppl4j.testing.TensorAssertions.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;

/** Categories of plain numbers, of probability 0, and far out; vectors of them. */
@ExtendWith(LeakCheck.class)
class CategoriesTest {

  private static NDArray vector(Run run, double... values) {
    return run.create(values, new Shape(values.length));
  }

  private static Rng rng() {
    return Rng.of(1, Rng.Purpose.MODEL, 0, "x");
  }

  @Test
  void plainNumbersAreProbabilities() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Categorical probs = Categorical.probs(1, 3);
      NDArray one = run.create(new long[] {1}, new Shape(1));

      assertThat(probs.batchShape()).isEqualTo(new Shape());
      assertThat(probs).hasToString("Categorical(probs: (2))");
      assertThat(probs.detached().support()).isEqualTo(probs.support());
      assertClose("probs", probs.on(run).logProb(one), 1e-15, Math.log(0.75));
      assertClose(
          "logits", Categorical.logits(0, Math.log(3)).on(run).logProb(one), 1e-15, Math.log(0.75));
      assertThat(probs.on(run).draw(rng()).value().getDataType()).isEqualTo(DataType.INT64);
      assertClose(
          "one hot",
          OneHotCategorical.probs(1, 3).on(run).logProb(vector(run, 0, 1)),
          1e-15,
          Math.log(0.75));
      assertClose(
          "multinomial",
          Multinomial.probs(2, 1, 3).on(run).logProb(vector(run, 1, 1)),
          1e-14,
          Math.log(2 * 0.75 * 0.25));
      assertThatThrownBy(() -> probs.draw(rng()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "plain numbers have no run; make them with run.scalar(value), or bring a distribution"
                  + " into a run with distribution.on(run)");
    }
  }

  @Test
  void aCategoryOfProbabilityZeroHasItsGradient() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray probs = Autograd.variable(vector(run, 0.25, 0, 0.75));
      NDArray logits = Autograd.variable(vector(run, 0, Double.NEGATIVE_INFINITY, Math.log(3)));
      NDArray hot = vector(run, 1, 0, 0);
      NDArray counts = vector(run, 1, 0, 1);
      double two = Math.log(2 * 0.75 * 0.25);

      isFinite(OneHotCategorical.probs(probs).logProb(hot), Math.log(0.25), probs);
      isFinite(OneHotCategorical.logits(logits).logProb(hot), Math.log(0.25), logits);
      isFinite(Multinomial.probs(2, probs).logProb(counts), two, probs);
      assertThat(Tensors.values(OneHotCategorical.probs(probs).logProb(vector(run, 0, 1, 0))))
          .containsExactly(Double.NEGATIVE_INFINITY);
      assertThat(Tensors.values(Multinomial.probs(2, probs).logProb(vector(run, 1, 1, 0))))
          .containsExactly(Double.NEGATIVE_INFINITY);
      double[] draws =
          Tensors.values(Multinomial.probs(5, probs).expand(new Shape(100)).draw(rng()).value());
      for (int i = 0; i < 100; i++) {
        assertThat(draws[3 * i + 1]).isZero();
      }
    }
  }

  private static void isFinite(NDArray logProb, double expected, NDArray parameter) {
    assertClose("log-mass", logProb, 1e-14, expected);
    NDArray slope = Autograd.grad(logProb, List.of(parameter)).get(0);
    for (double each : Tensors.values(slope)) {
      assertThat(each).isFinite();
    }
  }

  @Test
  void everyOneHotVectorIsListedLeftOfTheBatch() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray batch = run.ones(new Shape(2, 3));

      NDArray values = OneHotCategorical.probs(batch).enumerateSupport();

      assertThat(values.getShape()).isEqualTo(new Shape(3, 1, 3));
      assertThat(Tensors.values(values)).containsExactly(1, 0, 0, 0, 1, 0, 0, 0, 1);
    }
  }

  /** A difference of sigmoids would be 0 there, and its gradient NaN. */
  @Test
  void orderedCategoriesFarFromTheirCutpointsHaveGradients() {
    for (FloatType type : FloatType.values()) {
      try (Run run = Run.open(RunConfig.defaults().withFloatType(type), 0)) {
        NDArray predictor = Autograd.variable(vector(run, -500, 500));
        NDArray cutpoints = Autograd.variable(vector(run, -1, 1));
        OrderedLogistic ordered = OrderedLogistic.of(predictor, cutpoints);
        NDArray values = run.create(new long[] {0, 1, 2}, new Shape(3, 1));

        NDArray logProb = ordered.logProb(values);

        double middle = Math.log1p(-Math.exp(-2));
        assertClose("log-mass", logProb, 1e-5, 0, -501, -499 + middle, -499 + middle, -501, 0);
        List<NDArray> slopes = Autograd.grad(logProb.sum(), List.of(predictor, cutpoints));
        assertClose("in the predictor", slopes.get(0), 1e-5, 2, -2);
        double width = 2 / Math.expm1(2);
        assertClose("in the cutpoints", slopes.get(1), 1e-5, 1 - 1 - width, 1 - 1 + width);
      }
    }
  }
}
