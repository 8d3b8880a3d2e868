package org.ppl4j.distributions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.ppl4j.testing.TensorAssertions.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;

/** Hard values, soft gradients; and relaxed values that round to the ends. */
@ExtendWith(LeakCheck.class)
class StraightThroughTest {

  /** A straight-through distribution with its relaxed one, of a temperature and logits. */
  private record Pair(
      BiFunction<NDArray, NDArray, Distribution> hard,
      BiFunction<NDArray, NDArray, Distribution> soft) {}

  static Stream<Named<Pair>> pairs() {
    return Stream.of(
        Named.of(
            "Bernoulli",
            new Pair(
                (t, l) -> RelaxedBernoulliStraightThrough.logits(t, l).toEvent(1),
                (t, l) -> RelaxedBernoulli.logits(t, l).toEvent(1))),
        Named.of(
            "one-hot",
            new Pair(
                RelaxedOneHotCategoricalStraightThrough::logits,
                RelaxedOneHotCategorical::logits)));
  }

  private static NDArray vector(Run run, double... values) {
    return run.create(values, new Shape(values.length));
  }

  private static Rng rng() {
    return Rng.of(1, Rng.Purpose.MODEL, 0, "x");
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void drawsAreHardWithTheGradientAndTheDensityOfTheRelaxed(Pair pair) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray temperature = Autograd.variable(run.create(new double[] {0.7}, new Shape()));
      NDArray logits = Autograd.variable(vector(run, -0.3, 0.4, 0.1));
      List<NDArray> leaves = List.of(temperature, logits);
      Distribution distribution = pair.hard().apply(temperature, logits).expand(new Shape(50));
      Draw hard = distribution.draw(rng());
      Draw soft = pair.soft().apply(temperature, logits).expand(new Shape(50)).draw(rng());
      NDArray weights = run.arange(150).reshape(50, 3).mul(1.0);

      assertThat(Constraint.BOOLEAN.check(hard.value()).toBooleanArray()).doesNotContain(false);
      assertThat(boxed(hard.value().sub(soft.value()).abs()))
          .allMatch(difference -> difference < 1);
      assertThat(gradients(hard.value().mul(weights), leaves))
          .isEqualTo(gradients(soft.value().mul(weights), leaves));
      assertThat(Tensors.values(hard.logProb())).isEqualTo(Tensors.values(soft.logProb()));
      assertClose("again", distribution.logProb(hard.value()), soft.logProb(), 1e-10);
      assertClose(
          "detached", distribution.logProb(hard.value().stopGradient()), soft.logProb(), 1e-10);
      assertThat(gradients(distribution.logProb(hard.value().stopGradient()), leaves))
          .isEqualTo(gradients(distribution.logProb(soft.value().stopGradient()), leaves));
    }
  }

  private static List<List<Double>> gradients(NDArray loss, List<NDArray> leaves) {
    return Autograd.grad(loss.sum(), leaves, true).stream()
        .map(StraightThroughTest::boxed)
        .toList();
  }

  private static List<Double> boxed(NDArray x) {
    return Arrays.stream(Tensors.values(x)).boxed().toList();
  }

  @Test
  void hardDrawsHaveTheProbabilities() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      int count = 100_000;
      NDArray bits =
          RelaxedBernoulliStraightThrough.probs(0.5, 0.3)
              .on(run)
              .expand(new Shape(count))
              .draw(rng())
              .value();
      NDArray hot =
          RelaxedOneHotCategoricalStraightThrough.probs(0.5, 1, 2, 5)
              .on(run)
              .expand(new Shape(count))
              .draw(rng())
              .value();

      double error = 5 * Math.sqrt(0.25 / count);
      assertClose("bits", bits.mean(), error, 0.3);
      assertClose("categories", hot.mean(new int[] {0}), error, 0.125, 0.25, 0.625);
    }
  }

  /** At a temperature of 1e-3 nearly all relaxed draws are 0 or 1 to the last digit. */
  @Test
  void coldDrawsAndTheirDensitiesAreFinite() {
    for (FloatType type : FloatType.values()) {
      try (Run run = Run.open(RunConfig.defaults().withFloatType(type), 0)) {
        NDArray logits = Autograd.variable(vector(run, -30, 0, 2));
        NDArray temperature = run.create(new double[] {1e-3}, new Shape());
        for (Distribution distribution :
            List.of(
                RelaxedBernoulli.logits(temperature, logits).toEvent(1),
                RelaxedOneHotCategorical.logits(temperature, logits))) {
          Draw draw = distribution.expand(new Shape(100)).draw(rng());
          NDArray again = distribution.logProb(draw.value());

          assertThat(distribution.support().check(draw.value()).toBooleanArray())
              .doesNotContain(false);
          for (NDArray each : List.of(draw.logProb(), again)) {
            assertThat(boxed(each)).allMatch(Double::isFinite);
            assertThat(boxed(Autograd.grad(each.sum(), List.of(logits), true).get(0)))
                .allMatch(Double::isFinite);
          }
        }
        NDArray ends = vector(run, 0, 1);
        assertThat(boxed(RelaxedBernoulli.probs(0.5, 0.5).logProb(ends)))
            .containsOnly(Double.POSITIVE_INFINITY);
        assertThat(boxed(RelaxedBernoulli.probs(2, 0.5).logProb(ends)))
            .containsOnly(Double.NEGATIVE_INFINITY);
        assertThat(boxed(RelaxedBernoulli.probs(1, 0.5).logProb(ends))).containsOnly(0.0);
      }
    }
  }
}
