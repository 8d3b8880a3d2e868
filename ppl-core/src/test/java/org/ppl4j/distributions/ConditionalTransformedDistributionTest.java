package org.ppl4j.distributions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.ppl4j.testing.TensorAssertions.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.UnaryOperator;
import org.hipparchus.distribution.continuous.LogNormalDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.transforms.Bijections;
import org.ppl4j.transforms.ConditionalTransform;
import org.ppl4j.transforms.Invertibility;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;

/** Each context has a transformed distribution of its own. */
@ExtendWith(LeakCheck.class)
class ConditionalTransformedDistributionTest {

  private static final Rng RNG = Rng.of(5, Rng.Purpose.MODEL, 0, "conditional");

  /** y = exp(c₀ + exp(c₁ + w) x): a log-normal distribution if x is standard normal. */
  private record LogNormals(NDArray w) implements ConditionalTransform {

    @Override
    public Transform given(NDArray context) {
      NDArray loc = Tensors.range(context, -1, 0, 1).squeeze(-1);
      NDArray logScale = Tensors.range(context, -1, 1, 2).squeeze(-1);
      return Bijections.affine(loc, logScale.add(w).exp()).then(Bijections.exp());
    }

    @Override
    public ConditionalTransform withParameters(UnaryOperator<NDArray> operator) {
      return new LogNormals(operator.apply(w));
    }

    @Override
    public String toString() {
      return "log-normals";
    }
  }

  private static NDArray contexts(Run run) {
    return run.create(new double[] {0.3, -0.7, -1, 0.2, 2, 0}, new Shape(3, 2));
  }

  @ParameterizedTest
  @EnumSource
  void eachContextHasItsDensity(FloatType type) {
    try (Run run = Run.open(RunConfig.defaults().withFloatType(type), 0)) {
      NDArray y = run.create(new double[] {0.4, 1.5, 6}, new Shape(3));
      Distribution given =
          ConditionalTransformedDistribution.of(Normal.of(0, 1), new LogNormals(run.scalar(0.5)))
              .given(contexts(run))
              .on(run);

      assertThat(given.batchShape()).isEqualTo(new Shape(3));
      assertThat(given.support()).isEqualTo(Constraint.POSITIVE);
      assertClose(
          "log-density",
          given.logProb(y),
          type == FloatType.FLOAT64 ? 1e-14 : 2e-6,
          new LogNormalDistribution(0.3, Math.exp(-0.2)).logDensity(0.4),
          new LogNormalDistribution(-1, Math.exp(0.7)).logDensity(1.5),
          new LogNormalDistribution(2, Math.exp(0.5)).logDensity(6));
    }
  }

  @Test
  void contextsBroadcastAgainstTheBase() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Distribution base = Normal.of(0, 1).expand(new Shape(4, 1));
      Distribution given =
          ConditionalTransformedDistribution.of(base, new LogNormals(run.scalar(0)))
              .given(contexts(run))
              .on(run);
      Draw draw = given.draw(RNG);

      assertThat(draw.value().getShape()).isEqualTo(new Shape(4, 3));
      assertThat(Tensors.values(draw.value())).doesNotHaveDuplicates();
      assertClose("log-density of draws", draw.logProb(), given.logProb(draw.value()), 1e-13);
    }
  }

  /** y = exp(c) x, which cannot be inverted. */
  private record Forward(NDArray c) {

    Transform transform() {
      return new Transform(0) {
        @Override
        protected Mapped doForward(NDArray x) {
          return new Mapped(x.mul(c.exp()), c);
        }

        @Override
        protected Mapped doInverse(NDArray y) {
          throw new AssertionError("a draw is not inverted");
        }

        @Override
        public Invertibility invertibility() {
          return Invertibility.NONE;
        }

        @Override
        public Transform withParameters(UnaryOperator<NDArray> operator) {
          return new Forward(operator.apply(c)).transform();
        }

        @Override
        public Constraint codomain() {
          return Constraint.REAL;
        }

        @Override
        public String toString() {
          return "forward only";
        }
      };
    }
  }

  @Test
  void aDrawCarriesTheDensityOfTheForwardPass() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray context = Autograd.variable(run.scalar(0.7));
      ConditionalTransform onlyForward =
          new ConditionalTransform() {
            @Override
            public Transform given(NDArray c) {
              return new Forward(c).transform();
            }

            @Override
            public ConditionalTransform withParameters(UnaryOperator<NDArray> operator) {
              return this;
            }
          };
      Distribution given =
          ConditionalTransformedDistribution.of(Normal.of(0, 1), onlyForward)
              .given(context)
              .on(run);
      Draw draw = given.draw(RNG);
      double x = Tensors.values(draw.value())[0] * Math.exp(-0.7);

      assertClose(
          "log-density", draw.logProb(), 1e-14, -0.5 * (Math.log(2 * Math.PI) + x * x) - 0.7);
      // The total derivative: the noise stays, the volume grows.
      assertClose("slope", Autograd.grad(draw.logProb(), List.of(context)).get(0), 1e-14, -1);
      assertThatThrownBy(() -> given.logProb(draw.value()))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessage("transform 'forward only' has no inverse; use it forward only");
    }
  }

  @Test
  void itsTensorsCanBeReplaced() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      ConditionalTransformedDistribution density =
          ConditionalTransformedDistribution.of(
              Normal.of(run.scalar(0), 1), new LogNormals(run.scalar(0)));
      NDArray y = run.scalar(2);
      NDArray context = run.create(new double[] {0.1, 0.2}, new Shape(2));

      Distribution moved = density.withParameters(x -> x.add(0.5)).given(context).on(run);

      // The base's mean and scale and the transform's w all grow by 0.5.
      double loc = 0.1 + 0.5 * Math.exp(0.7);
      double scale = 1.5 * Math.exp(0.7);
      assertClose(
          "log-density",
          moved.logProb(y),
          1e-14,
          new LogNormalDistribution(loc, scale).logDensity(2));
      assertThat(density)
          .hasToString("ConditionalTransformed(" + density.base() + ", log-normals)");
      assertThat(density.transform()).isInstanceOf(LogNormals.class);
    }
  }
}
