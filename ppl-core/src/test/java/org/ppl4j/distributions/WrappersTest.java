package org.ppl4j.distributions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.ppl4j.testing.TensorAssertions.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.transforms.Bijections;

@ExtendWith(LeakCheck.class)
class WrappersTest {

  private static final Rng RNG = Rng.of(11, Rng.Purpose.MODEL, 0, "wrappers");

  private static NDArray vector(Run run, double... values) {
    return run.create(values, new Shape(values.length));
  }

  @Nested
  class OfEvents {

    @Test
    void theLogDensityIsTheSum() {
      try (Run run = Run.open(RunConfig.defaults(), 0)) {
        Distribution normal = Normal.of(vector(run, 0, 1, 2), vector(run, 1, 2, 3));
        NDArray x = vector(run, 0.5, -1, 2);

        Distribution joint = normal.toEvent();

        assertClose("density", joint.logProb(x), normal.logProb(x).sum(), 1e-14);
        assertClose("entropy", joint.entropy(), normal.entropy().sum(), 1e-14);
        assertThat(joint.expand(new Shape(4)).draw(RNG).value().getShape())
            .isEqualTo(new Shape(4, 3));
        assertThat(joint).hasToString("Normal(loc: (3), scale: (3)).toEvent(1)");
        assertThat(joint.arguments()).hasSize(2);
        assertThat(joint.support()).isEqualTo(Constraint.independent(Constraint.REAL, 1));
        assertThatThrownBy(() -> joint.cdf(x))
            .isInstanceOf(UnsupportedOperationException.class)
            .hasMessage("distribution 'Normal' has no cdf over an event of shape (3)");
      }
    }

    @Test
    void oneEntryOutsideTheSupportIsEnough() {
      try (Run run = Run.open(RunConfig.defaults(), 0)) {
        NDArray rate = Autograd.variable(vector(run, 1, 2));
        Distribution joint = Exponential.of(rate).toEvent(1);
        NDArray x = run.create(new double[] {1, 1, 1, -1}, new Shape(2, 2));

        NDArray logProb = joint.logProb(x);

        assertClose("density", logProb, 1e-15, Math.log(2) - 3, Double.NEGATIVE_INFINITY);
      }
    }

    @Test
    void noneStaysAsItIs() {
      try (Run run = Run.open(RunConfig.defaults(), 0)) {
        Distribution normal = Normal.of(vector(run, 0, 1), 1);

        assertThat(normal.toEvent(0)).isSameAs(normal);
        assertThat(normal.toEvent(1).toEvent(0).eventShape()).isEqualTo(new Shape(2));
      }
    }
  }

  @Nested
  class OfBatches {

    @Test
    void expandingTwiceIsExpandingOnce() {
      try (Run run = Run.open(RunConfig.defaults(), 0)) {
        Distribution normal = Normal.of(0, 1).on(run);

        Distribution expanded = normal.expand(new Shape(3)).expand(new Shape(2, 3));

        assertThat(expanded).hasToString("Normal(loc: 0.0, scale: 1.0).expand(2, 3)");
        assertThat(normal.expand(new Shape())).isSameAs(normal);
        assertThatThrownBy(() -> normal.expand(new Shape(3)).expand(new Shape(4)))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage("distribution 'Normal' has batch shape (3), which does not expand to (4)");
      }
    }

    @Test
    void enumerationHasADimForEachOfTheBatch() {
      try (Run run = Run.open(RunConfig.defaults(), 0)) {
        Distribution categorical = Categorical.probs(vector(run, 0.2, 0.3, 0.5));

        NDArray values = categorical.expand(new Shape(5, 4)).enumerateSupport();

        assertThat(values.getShape()).isEqualTo(new Shape(3, 1, 1));
        assertThat(Bernoulli.probs(vector(run, 0.1, 0.2)).enumerateSupport().getShape())
            .isEqualTo(new Shape(2, 1));
        assertThat(categorical.expand(new Shape(5, 4)).logProb(values).getShape())
            .isEqualTo(new Shape(3, 5, 4));
        Distribution pair = categorical.expand(new Shape(2)).toEvent(1);
        assertThat(Tensors.values(pair.enumerateSupport()))
            .containsExactly(0, 0, 0, 1, 0, 2, 1, 0, 1, 1, 1, 2, 2, 0, 2, 1, 2, 2);
        assertThat(Tensors.values(pair.logProb(pair.enumerateSupport()).exp().sum())[0])
            .isCloseTo(1, within(1e-14));
        assertThatThrownBy(() -> categorical.expand(new Shape(9)).toEvent(1).enumerateSupport())
            .isInstanceOf(UnsupportedOperationException.class)
            .hasMessage(
                "distribution 'Categorical' with 1 dims turned into the event has 3^9 values to"
                    + " enumerate; keep them in the batch");
      }
    }
  }

  @Nested
  class OfTransforms {

    @Test
    void theBaseIsExpandedToTheParametersOfTheTransform() {
      try (Run run = Run.open(RunConfig.defaults(), 0)) {
        Distribution transformed =
            TransformedDistribution.of(
                    Normal.of(0, 1), Bijections.affine(run.zeros(new Shape(50)), run.scalar(1)))
                .on(run);

        double[] draws = Tensors.values(transformed.draw(RNG).value());

        assertThat(transformed.batchShape()).isEqualTo(new Shape(50));
        assertThat(Arrays.stream(draws).distinct().count()).isEqualTo(50);
      }
    }

    @Test
    void batchDimsThatTheTransformNeedsBecomeEvent() {
      try (Run run = Run.open(RunConfig.defaults(), 0)) {
        Distribution simplex =
            TransformedDistribution.of(
                Normal.of(run.zeros(new Shape(4, 2)), run.scalar(1)), Bijections.stickBreaking());

        assertThat(simplex.batchShape()).isEqualTo(new Shape(4));
        assertThat(simplex.eventShape()).isEqualTo(new Shape(3));
        assertThat(simplex.support()).isEqualTo(Constraint.SIMPLEX);
        Draw draw = simplex.expand(new Shape(6, 4)).draw(RNG);
        assertThat(draw.value().getShape()).isEqualTo(new Shape(6, 4, 3));
        assertClose("density", draw.logProb(), simplex.logProb(draw.value()), 1e-10);
        assertThat(simplex)
            .hasToString("Transformed(Normal(loc: (4, 2), scale: 1.0).toEvent(1), stick-breaking)");
      }
    }

    @Test
    void eventDimsThatTheTransformTakesAsBatchAreSummed() {
      try (Run run = Run.open(RunConfig.defaults(), 0)) {
        Distribution logNormal =
            TransformedDistribution.of(
                Normal.of(vector(run, 0, 1), run.scalar(1)).toEvent(1), Bijections.exp());
        NDArray y = vector(run, 0.5, 2);

        assertThat(logNormal.eventShape()).isEqualTo(new Shape(2));
        assertClose(
            "density",
            logNormal.logProb(y),
            LogNormal.of(vector(run, 0, 1), run.scalar(1)).toEvent(1).logProb(y),
            1e-14);
        assertThat(logNormal.support()).isEqualTo(Constraint.independent(Constraint.POSITIVE, 1));
      }
    }
  }

  @Nested
  class OfPoints {

    @Test
    void aDeltaHasItsDensityAndItsGradient() {
      try (Run run = Run.open(RunConfig.defaults(), 0)) {
        NDArray point = Autograd.variable(run.create(new double[] {1, 2, 3, 4}, new Shape(2, 2)));
        NDArray density = point.square().sum(new int[] {-1});

        Delta delta = Delta.of(point, density, 1);
        Draw draw = delta.draw(RNG);

        assertThat(delta.batchShape()).isEqualTo(new Shape(2));
        assertThat(delta.eventShape()).isEqualTo(new Shape(2));
        assertThat(draw.value()).isSameAs(point);
        assertThat(draw.logProb()).isSameAs(density);
        assertClose("density", delta.logProb(draw.value()), density, 0);
        assertClose(
            "elsewhere",
            delta.logProb(run.create(new double[] {1, 2, 3, 5}, new Shape(2, 2))),
            0,
            5,
            Double.NEGATIVE_INFINITY);
        assertClose(
            "gradient", Autograd.grad(draw.logProb().sum(), List.of(point)).get(0), 0, 2, 4, 6, 8);
        assertClose("variance", delta.variance(), 0, 0, 0, 0, 0);
      }
    }

    @Test
    void aDeltaExpands() {
      try (Run run = Run.open(RunConfig.defaults(), 0)) {
        Draw draw = Delta.of(2.5).on(run).expand(new Shape(3)).draw(RNG);

        assertClose("value", draw.value(), 0, 2.5, 2.5, 2.5);
        assertClose("density", draw.logProb(), 0, 0, 0, 0);
        assertClose(
            "same", Delta.of(2.5).logProb(vector(run, 2.5, 1)), 0, 0, Double.NEGATIVE_INFINITY);
      }
    }
  }

  @Nested
  class OfSmallConcentrations {

    /** Half of these draws underflow float32, a third of them float64. */
    @Test
    void drawsDensitiesAndGradientsAreFinite() {
      for (FloatType type : FloatType.values()) {
        try (Run run = Run.open(RunConfig.defaults().withFloatType(type), 0)) {
          NDArray a = Autograd.variable(run.full(1e-3, new Shape(1000)));
          NDArray b = Autograd.variable(run.full(2e-3, new Shape(1000)));
          for (Distribution distribution : List.of(Gamma.of(a, b), Beta.of(a, b))) {
            Draw draw = distribution.draw(RNG);
            NDArray total = draw.logProb().sum().add(draw.value().sum());
            finite(draw.value());
            finite(draw.logProb());
            Autograd.grad(total, List.of(a, b)).forEach(this::finite);
            assertThat(distribution.support().check(draw.value()).toBooleanArray())
                .doesNotContain(false);
          }
        }
      }
    }

    private void finite(NDArray x) {
      for (double value : Tensors.values(x)) {
        assertThat(value).isFinite();
      }
    }
  }

  @Nested
  class OfData {

    @Test
    void bernoulliTakesBooleansAndIntegers() {
      try (Run run = Run.open(RunConfig.defaults(), 0)) {
        double[] expected = {Math.log(0.3), Math.log(0.7)};
        for (Distribution distribution :
            List.of(Bernoulli.probs(0.3).on(run), Bernoulli.logits(Math.log(3.0 / 7)).on(run))) {
          NDArray booleans = run.create(new boolean[] {true, false}, new Shape(2));
          NDArray integers = run.create(new long[] {1, 0}, new Shape(2));
          assertClose("booleans", distribution.logProb(booleans), 1e-15, expected);
          assertClose("integers", distribution.logProb(integers), 1e-15, expected);
        }
      }
    }

    @Test
    void categoricalTakesBatchesOfProbabilitiesAndOfValues() {
      try (Run run = Run.open(RunConfig.defaults(), 0)) {
        NDArray probs = run.create(new double[] {0.2, 0.8, 0.5, 0.5, 0.9, 0.1}, new Shape(3, 2));
        NDArray values = run.create(new long[] {0, 1, 0, 1, 1, 1}, new Shape(2, 3));

        NDArray logProb = Categorical.probs(probs).logProb(values);

        assertThat(logProb.getShape()).isEqualTo(new Shape(2, 3));
        assertClose("density", logProb.exp(), 1e-15, 0.2, 0.5, 0.9, 0.8, 0.5, 0.1);
      }
    }
  }

  /** Where the tails of a wide base hardly differ at the bounds. */
  @Test
  void aNarrowPartOfAWideBaseIsUniform() {
    for (FloatType type : FloatType.values()) {
      try (Run run = Run.open(RunConfig.defaults().withFloatType(type), 0)) {
        Truncated part = Truncated.of(Laplace.of(run.scalar(3), run.scalar(1e8)), -1, 1);
        boolean isSingle = type == FloatType.FLOAT32;
        // the base's slope, and the rounding of logarithms of masses, near -18
        double most = isSingle ? 4 * 18 * 0x1p-24 : 1e-8;

        assertClose("quantiles", part.icdf(vector(run, 0, 0.25, 1)), most, -1, -0.5, 1);
        assertClose("density", part.logProb(vector(run, 0.5)).exp(), most, 0.5);
        assertClose("cdf", part.cdf(vector(run, -1, 0, 0.5, 1)), most, 0, 0.5, 0.75, 1);
      }
    }
  }
}
