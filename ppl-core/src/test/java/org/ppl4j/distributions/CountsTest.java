package org.ppl4j.distributions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.ppl4j.testing.TensorAssertions.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;

/** Counts at the edges of their parameters, of every data type, and large ones. */
@ExtendWith(LeakCheck.class)
class CountsTest {

  private static NDArray vector(Run run, double... values) {
    return run.create(values, new Shape(values.length));
  }

  static Stream<Arguments> edges() {
    double none = Double.NEGATIVE_INFINITY;
    Function<NDArray, Distribution> poisson = Poisson::of;
    Function<NDArray, Distribution> binomial = p -> Binomial.probs(2, p);
    Function<NDArray, Distribution> geometric = Geometric::probs;
    Function<NDArray, Distribution> negative = p -> NegativeBinomial.probs(3, p);
    return Stream.of(
        Arguments.of(poisson, 0, new double[] {0, none, none}),
        Arguments.of(binomial, 0, new double[] {0, none, none}),
        Arguments.of(binomial, 1, new double[] {none, none, 0}),
        Arguments.of(geometric, 1, new double[] {0, none, none}),
        Arguments.of(negative, 0, new double[] {0, none, none}));
  }

  /** All mass is on one count, whose log-mass has a gradient. */
  @ParameterizedTest
  @MethodSource("edges")
  void degenerate(Function<NDArray, Distribution> family, double edge, double[] expected) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray parameter = Autograd.variable(vector(run, edge));
      Distribution distribution = family.apply(parameter);

      NDArray logProb = distribution.logProb(run.create(new double[] {0, 1, 2}, new Shape(3, 1)));

      double[] actual = Tensors.values(logProb);
      for (int i = 0; i < expected.length; i++) {
        if (expected[i] == 0) {
          assertThat(actual[i]).isCloseTo(0, within(1e-14));
          NDArray alone = distribution.logProb(vector(run, i));
          assertThat(Tensors.values(Autograd.grad(alone.sum(), List.of(parameter)).get(0))[0])
              .isFinite();
        } else {
          assertThat(actual[i]).isEqualTo(Double.NEGATIVE_INFINITY);
        }
      }
      NDArray draw = distribution.draw(rng("x")).value();
      assertClose("draw", distribution.logProb(draw), 1e-14, 0);
    }
  }

  @Test
  void valuesMayBeIntegersAndDrawsAreFloats() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray integers = run.create(new long[] {0, 1, 3}, new Shape(3));
      NDArray floats = vector(run, 0, 1, 3);
      for (Distribution distribution :
          List.of(
              Poisson.of(2),
              Binomial.probs(4, 0.3),
              Binomial.logits(4, 0.3),
              BetaBinomial.of(1, 2, 4),
              Geometric.probs(0.3),
              Geometric.logits(0.3),
              NegativeBinomial.probs(2, 0.3),
              GammaPoisson.of(2, 0.3),
              DiscreteUniform.of(0, 4))) {
        Distribution bound = distribution.on(run);
        assertClose(bound.toString(), bound.logProb(integers), bound.logProb(floats), 0);
        assertThat(bound.draw(rng("x")).value().getDataType()).isEqualTo(DataType.FLOAT64);
      }
    }
  }

  /** Poisson regression far from its data: the rate is no float, its logarithm is. */
  @Test
  void anExponentialMayBeSmallerThanAnyFloat() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray eta = Autograd.variable(vector(run, -800));

      NDArray logProb = Poisson.of(eta.exp()).logProb(run.scalar(2));

      assertClose("log-mass", logProb, 1e-12, -1600 - Math.log(2));
      assertClose("slope", Autograd.grad(logProb.sum(), List.of(eta)).get(0), 1e-12, 2);
    }
  }

  static Stream<Named<BiFunction<NDArray, NDArray, Distribution>>> extremes() {
    return Stream.of(
        Named.of("Poisson", (a, b) -> Poisson.of(a)),
        Named.of("Binomial", (a, l) -> Binomial.logits(1_000_000, l)),
        Named.of("BetaBinomial", (a, l) -> BetaBinomial.of(a, Tensors.number(2), 1000)),
        Named.of("Geometric", (a, l) -> Geometric.logits(l)),
        Named.of("NegativeBinomial", NegativeBinomial::logits),
        Named.of("GammaPoisson", (a, l) -> GammaPoisson.of(a, l.mul(0.4).exp())),
        Named.of("ZeroInflated", (a, l) -> ZeroInflated.gateLogits(Poisson.of(a), l)));
  }

  /** Log-masses, their gradients and draws, from vanishing to huge parameters. */
  @ParameterizedTest
  @MethodSource("extremes")
  void extremeParametersAreFinite(BiFunction<NDArray, NDArray, Distribution> family) {
    for (FloatType type : FloatType.values()) {
      try (Run run = Run.open(RunConfig.defaults().withFloatType(type), 0)) {
        NDArray a = Autograd.variable(vector(run, 1e-30, 1e-6, 1, 1e6, 1e20).reshape(5, 1));
        NDArray l = Autograd.variable(vector(run, -200, -30, 0, 30, 200));
        Distribution distribution = family.apply(a, l);
        NDArray values = run.create(new double[] {0, 1, 7, 1000}, new Shape(4, 1, 1));

        NDArray logProb = distribution.logProb(values);
        NDArray draws = distribution.expand(new Shape(5, 5)).draw(rng("x")).value();

        isFinite("log-mass", logProb);
        for (NDArray slope :
            Autograd.grad(logProb.sum().add(a.sum().add(l.sum()).mul(0)), List.of(a, l))) {
          isFinite("slope", slope);
        }
        assertThat(distribution.support().check(draws).toBooleanArray()).doesNotContain(false);
      }
    }
  }

  private static void isFinite(String what, NDArray x) {
    for (double value : Tensors.values(x)) {
      assertThat(value).as(what).isFinite();
    }
  }

  private static Rng rng(String name) {
    return Rng.of(1, Rng.Purpose.MODEL, 0, name);
  }

  /** At a mean of a million, where log-factorials in float32 are off by one. */
  @Test
  void largeCountsKeepTheirDigitsInFloat32() {
    double expected;
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      expected = Tensors.values(Poisson.of(1_000_000).logProb(run.scalar(1_001_000)))[0];
    }
    try (Run run = Run.open(RunConfig.defaults().withFloatType(FloatType.FLOAT32), 0)) {
      NDArray count = run.scalar(1_001_000);

      NDArray poisson = Poisson.of(1_000_000).logProb(count);
      NDArray many = NegativeBinomial.probs(1e12, 1e-6 / (1 + 1e-6)).logProb(count);

      assertThat(expected).isBetween(-8.5, -8.0);
      assertClose("Poisson", poisson, 1e-5, expected);
      assertClose("its limit", many, 1e-3, expected);
    }
  }

  @Test
  void finiteSupportsAreEnumeratedLeftOfTheBatch() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray batch = vector(run, 0.1, 0.2);

      NDArray counts = Binomial.probs(3, batch).enumerateSupport();
      NDArray numbers = DiscreteUniform.of(-1, 1).on(run).enumerateSupport();

      assertThat(counts.getShape()).isEqualTo(new Shape(4, 1));
      assertThat(Tensors.values(counts)).containsExactly(0, 1, 2, 3);
      assertThat(Tensors.values(BetaBinomial.of(batch, Tensors.number(1), 2).enumerateSupport()))
          .containsExactly(0, 1, 2);
      assertThat(Tensors.values(numbers)).containsExactly(-1, 0, 1);
      Distribution various = Binomial.probs(vector(run, 3, 4), 0.5);
      NDArray all = various.enumerateSupport();
      assertThat(Tensors.values(all)).containsExactly(0, 1, 2, 3, 4);
      assertThat(Tensors.values(various.logProb(all).exp().sum(new int[] {0})))
          .usingComparatorWithPrecision(1e-14)
          .containsExactly(1, 1);
    }
  }

  @Test
  void theQuantilesOfRoundedProbabilitiesAreTheValues() {
    for (FloatType type : FloatType.values()) {
      try (Run run = Run.open(RunConfig.defaults().withFloatType(type), 0)) {
        double[] values = new double[20];
        for (int i = 0; i < values.length; i++) {
          values[i] = i;
        }
        NDArray all = vector(run, values);
        for (Distribution distribution :
            List.of(Geometric.probs(0.1).on(run), DiscreteUniform.of(0, 22).on(run))) {
          assertClose("icdf", distribution.icdf(distribution.cdf(all)), all, 0);
          assertClose("isf", distribution.isf(distribution.sf(all)), all, 0);
        }
      }
    }
  }
}
