package org.ppl4j.distributions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.ppl4j.testing.TensorAssertions.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

/** What the rows of the table do not reach of distributions made of others. */
@ExtendWith(LeakCheck.class)
class StructuralTest {

  private static final double NEVER = Double.NEGATIVE_INFINITY;

  private static Rng rng() {
    return Rng.of(7, Rng.Purpose.MODEL, 0, "structural");
  }

  private static NDArray vector(Run run, double... values) {
    return run.create(values, new Shape(values.length));
  }

  @ParameterizedTest
  @EnumSource(FloatType.class)
  void tailsThatNoFloatHoldsAreCutOff(FloatType type) {
    try (Run run = Run.open(RunConfig.defaults().withFloatType(type), 0)) {
      double tolerance = type == FloatType.FLOAT64 ? 1e-10 : 1e-5;
      for (double sign : new double[] {1, -1}) {
        Distribution far =
            (sign > 0
                    ? Truncated.of(Normal.of(0, 1), 100, Double.POSITIVE_INFINITY)
                    : Truncated.of(Normal.of(0, 1), Double.NEGATIVE_INFINITY, -100))
                .on(run);
        NDArray draws = far.expand(new Shape(20_000)).draw(rng()).value().mul(sign);
        double[] values = Tensors.values(draws);

        assertThat(Arrays.stream(values).min().orElseThrow()).isGreaterThanOrEqualTo(100);
        // E(Z | Z > 100) = 100.0099980009988..., its standard deviation 0.0099970013...
        assertThat(Arrays.stream(values).average().orElseThrow())
            .isCloseTo(100.0099980009988, within(5 * 0.01 / Math.sqrt(20_000) + 100 * tolerance));
        // log(φ(z) / Q(100)) at z = 100.01, by mpmath.
        assertClose(
            "log-density", far.logProb(run.scalar(100.01 * sign)), tolerance * 1e4, LOG_DENSITY);
      }
    }
  }

  /** log(φ(100.01) / Q(100)), by mpmath with 30 digits. */
  private static final double LOG_DENSITY = 3.605220160999904;

  @Test
  void theQuantileOfATruncatedNormalFollowsItsBounds() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray low = Autograd.variable(run.scalar(50));
      Distribution far =
          TruncatedNormal.of(run.scalar(0), run.scalar(1), low, run.scalar(60)).on(run);
      NDArray median = far.icdf(run.scalar(0.5));

      // φ(50) / 2 / φ(median): by mpmath, as the median itself.
      assertClose("median", median, 1e-12, 50.01385548686213);
      assertClose("slope", Autograd.grad(median, List.of(low)).get(0), 1e-10, 0.9997231881239618);
    }
  }

  @Test
  void aBaseWithoutQuantilesIsSearched() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Distribution mixture =
          MixtureSameFamily.of(
              Categorical.probs(vector(run, 0.3, 0.7)),
              Normal.of(vector(run, -2, 3), vector(run, 1, 0.5)));
      Distribution part = Truncated.of(mixture, 0, Double.POSITIVE_INFINITY).on(run);
      NDArray p = vector(run, 1e-6, 0.2, 0.5, 0.9, 1 - 1e-6);

      assertThat(part.isReparameterized()).isTrue();
      assertClose("cdf of icdf", part.cdf(part.icdf(p)), p, 1e-12);
      assertClose("sf of isf", part.sf(part.isf(p)), p, 1e-12);
    }
  }

  @ParameterizedTest
  @CsvSource({"2.5, 1", "Infinity, 0"})
  void rowsHaveBoundsOfTheirOwn(double bound, double censored) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray until = vector(run, bound, 4);
      NDArray rate = Autograd.variable(run.scalar(0.7));
      Distribution seen = Censored.of(Exponential.of(rate), 0, until);
      NDArray logProb = seen.logProb(vector(run, 2.5, 3));

      double first = censored == 1 ? -0.7 * 2.5 : Math.log(0.7) - 0.7 * 2.5;
      assertClose("log-density", logProb, 1e-12, first, Math.log(0.7) - 0.7 * 3);
      double slope = -2.5 - 3 + (2 - censored) / 0.7;
      assertClose("slope", Autograd.grad(logProb.sum(), List.of(rate)).get(0), 1e-12, slope);
    }
  }

  @Test
  void componentsMayHaveSupportsOfTheirOwn() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Distribution same =
          MixtureSameFamily.of(
              Categorical.probs(vector(run, 0.25, 0.75)),
              Uniform.of(vector(run, -1, 0.5), vector(run, 1, 2)));
      Distribution any =
          Mixture.of(
                  Categorical.probs(vector(run, 0.25, 0.75)),
                  List.of(Uniform.of(-1, 1), Uniform.of(0.5, 2)))
              .on(run);
      NDArray x = vector(run, -2, 0, 0.75, 1.5, 3);

      for (Distribution mixture : List.of(same, any)) {
        assertClose(
            "log-density",
            mixture.logProb(x),
            1e-12,
            NEVER,
            Math.log(0.125),
            Math.log(0.625),
            Math.log(0.5),
            NEVER);
        assertThat(mixture.support().check(x).toBooleanArray())
            .containsExactly(false, true, true, true, false);
        assertClose("cdf", mixture.cdf(x), 1e-12, 0, 0.125, 0.34375, 0.75, 1);
      }
      assertThat(any.support()).hasToString("interval(-1.0, 1.0) or interval(0.5, 2.0)");
      assertThat(same.support()).hasToString("any interval((2), (2))");
    }
  }

  @Test
  void mixturesOfPlainNumbersNeedARunToDrawOnly() {
    Mixture mixture =
        Mixture.of(Categorical.probs(0.3, 0.7), List.of(Normal.of(-2, 1), Normal.of(3, 0.5)));
    Distribution same =
        MixtureSameFamily.of(Categorical.probs(1, 1), Normal.of(0, 1).expand(new Shape(2)));

    assertThat(mixture.isReparameterized()).isTrue();
    assertThat(same.batchShape()).isEqualTo(new Shape());
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      // The reference's value.
      assertClose("log-density", mixture.on(run).logProb(run.scalar(0)), 1e-12, -4.122910812366598);
      assertClose("same", same.on(run).logProb(run.scalar(0)), 1e-12, -0.9189385332046728);
      assertThat(mixture.on(run).draw(rng()).logProb().getDouble()).isFinite();
    }
  }

  @Test
  void aMixtureOfCategoriesEnumeratesThem() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Distribution mixture =
          MixtureSameFamily.of(
              Categorical.probs(vector(run, 0.3, 0.7)), Bernoulli.probs(vector(run, 0.1, 0.6)));

      assertThat(mixture.enumerateSupport().getShape()).isEqualTo(new Shape(2));
      assertClose("masses", mixture.logProb(mixture.enumerateSupport()).exp(), 1e-12, 0.55, 0.45);
    }
  }

  @Test
  void aMixtureOfVectorsHasNoGradientOfDraws() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Categorical weights = Categorical.probs(vector(run, 0.3, 0.7));
      Distribution vectors =
          MixtureSameFamily.of(weights, Normal.of(run.zeros(new Shape(2, 3)), 1).toEvent(1));
      Distribution counts = Mixture.of(weights, List.of(Poisson.of(1), Poisson.of(20)));

      assertThat(vectors.isReparameterized()).isFalse();
      assertThat(counts.isReparameterized()).isFalse();
      assertThat(Mixture.of(weights, List.of(Normal.of(0, 1), Cauchy.of(0, 1))).isReparameterized())
          .isTrue();
      assertThatThrownBy(() -> vectors.cdf(run.zeros(new Shape(3))))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessage("distribution 'MixtureSameFamily' has no cdf over an event of shape (3)");
    }
  }

  @Test
  void anImproperPriorHasAValueButNoDraw() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Distribution flat = ImproperUniform.of(Constraint.POSITIVE).expand(new Shape(2)).on(run);

      assertClose("log-density", flat.logProb(vector(run, 3, -1)), 0, 0, NEVER);
      assertThat(ImproperUniform.of(Constraint.SIMPLEX, new Shape(2), new Shape(3)).batchShape())
          .isEqualTo(new Shape(2));
      assertThatThrownBy(() -> flat.draw(rng()))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessage(
              "distribution 'ImproperUniform' has no normaliser, so nothing can be drawn from it;"
                  + " give the site a value by an observation, a guide or an initial value");
      assertThatThrownBy(() -> ImproperUniform.of(Constraint.SIMPLEX))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "support 'simplex' of ImproperUniform has members of 1 dims, but the event shape is"
                  + " (); give the shape of a member");
    }
  }

  @Test
  void samplesAreDrawnByTheirWeights() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray samples = run.create(new double[] {1, 10, 2, 20, 1, 10, 5, 50}, new Shape(4, 2));
      NDArray logWeights = vector(run, 0, Math.log(2), Math.log(3), Math.log(4));
      Distribution empirical = Empirical.of(samples, logWeights);
      NDArray draws = empirical.expand(new Shape(10_000)).draw(rng()).value();

      assertThat(empirical.eventShape()).isEqualTo(new Shape(2));
      assertClose(
          "log-mass",
          empirical.logProb(run.create(new double[] {1, 10, 5, 50, 1, 20}, new Shape(3, 2))),
          1e-12,
          Math.log(0.4),
          Math.log(0.4),
          NEVER);
      assertClose("mean", empirical.mean(), 1e-12, 2.8, 28);
      assertClose("variance", empirical.variance(), 1e-12, 3.36, 336);
      assertClose("mean of draws", draws.mean(new int[] {0}), 0.03, 2.8, 28);
      assertClose("own log-mass", empirical.draw(rng()).logProb(), 1e-12, own(empirical));
      assertClose("equal weights", Empirical.of(samples).mean(), 1e-12, 2.25, 22.5);
      assertThatThrownBy(() -> Empirical.of(samples, vector(run, 0, 1)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "Empirical has samples of shape (4, 2) and log-weights of shape (2); the latter must"
                  + " be the left part of the former, down to the dim of the samples");
    }
  }

  private static double own(Distribution distribution) {
    Draw draw = distribution.draw(rng());
    return distribution.logProb(draw.value()).getDouble();
  }

  @Test
  void aTransformThatIsNotMonotoneHasNoCdf() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Distribution simplex =
          TransformedDistribution.of(Normal.standard(2).toEvent(1), Bijections.stickBreaking())
              .on(run);

      assertThatThrownBy(() -> simplex.cdf(run.zeros(new Shape(3))))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessage(
              "distribution 'TransformedDistribution' has no cdf over an event of shape (3)");
      assertThatThrownBy(() -> Bijections.stickBreaking().sign())
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessage("transform 'stick-breaking' is not known to be a monotone map of numbers");
    }
  }
}
