package org.ppl4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.errorprone.annotations.MustBeClosed;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import org.hipparchus.distribution.RealDistribution;
import org.hipparchus.distribution.continuous.BetaDistribution;
import org.hipparchus.distribution.continuous.NormalDistribution;
import org.hipparchus.distribution.continuous.UniformRealDistribution;
import org.hipparchus.special.Gamma;
import org.hipparchus.stat.inference.KolmogorovSmirnovTest;
import org.hipparchus.stat.inference.TTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The samplers of {@link Rng} on tensors; the laws of the counts are tested with their kernels. */
class SamplersTest {

  /** Seeds are fixed, so a test either always passes or never does. */
  private static final double SIGNIFICANCE = 1e-3;

  private static final int DRAWS = 50_000;

  @SuppressWarnings("MustBeClosedChecker") // closed after each test
  private Run run = open(FloatType.FLOAT64);

  @MustBeClosed
  private static Run open(FloatType type) {
    return Run.open(RunConfig.defaults().withSeed(5).withFloatType(type), 2);
  }

  @AfterEach
  void close() {
    run.close();
  }

  private Rng rng() {
    return run.rng(Rng.Purpose.MODEL, "site");
  }

  private NDArray vector(double... values) {
    return run.create(values, new Shape(values.length));
  }

  private NDArray copies(double value) {
    return run.full(value, new Shape(DRAWS));
  }

  private static double ks(NDArray draws, RealDistribution distribution) {
    return new KolmogorovSmirnovTest().kolmogorovSmirnovTest(distribution, draws.toDoubleArray());
  }

  private static double sameMean(double expected, NDArray draws) {
    return new TTest().tTest(expected, draws.toDoubleArray());
  }

  @Test
  void normalAndUniformFollowTheirLaws() {
    Shape shape = new Shape(5, DRAWS / 5);

    assertThat(rng().normal(run, shape).getShape()).isEqualTo(shape);
    assertThat(ks(rng().normal(run, shape), new NormalDistribution(0, 1)))
        .isGreaterThan(SIGNIFICANCE);
    assertThat(ks(rng().uniform(run, shape), new UniformRealDistribution(0, 1)))
        .isGreaterThan(SIGNIFICANCE);
  }

  /** Every sampler, on parameters that suit it. */
  private static final List<BiFunction<Rng, Run, NDArray>> SAMPLERS =
      List.of(
          (rng, run) -> rng.normal(run, new Shape(2, 3)),
          (rng, run) -> rng.uniform(run, new Shape()),
          (rng, run) -> rng.logGamma(run.full(0.5, new Shape(2, 3))),
          (rng, run) -> rng.poisson(run.full(20, new Shape(2, 3))),
          (rng, run) -> rng.binomial(run.full(90, new Shape(2, 1)), run.full(0.5, new Shape(3))),
          (rng, run) -> rng.bernoulli(run.full(0.5, new Shape(3))),
          (rng, run) -> rng.categorical(run.full(0.5, new Shape(2, 3))));

  @Test
  void theSeedGivesTheBitsAndSinglePrecisionRoundsThem() {
    for (BiFunction<Rng, Run, NDArray> sampler : SAMPLERS) {
      double[] first = sampler.apply(rng(), run).toDoubleArray();
      double[] again = sampler.apply(rng(), run).toDoubleArray();
      double[] single;
      try (Run other = open(FloatType.FLOAT32)) {
        single = sampler.apply(other.rng(Rng.Purpose.MODEL, "site"), other).toDoubleArray();
      }
      double[] rounded = Arrays.stream(first).map(x -> (float) x).toArray();

      assertThat(again).isEqualTo(first);
      assertThat(single).isEqualTo(rounded);
    }
  }

  @Test
  void resultsHaveTheShapeAndTypeOfTheirParameters() {
    assertThat(SAMPLERS.stream().map(sampler -> sampler.apply(rng(), run).getShape()))
        .containsExactly(
            new Shape(2, 3),
            new Shape(),
            new Shape(2, 3),
            new Shape(2, 3),
            new Shape(2, 3),
            new Shape(3),
            new Shape(2));
    assertThat(rng().categorical(vector(1, 2)).getDataType()).isEqualTo(DataType.INT64);
    assertThat(rng().bernoulli(vector(0.1)).getDataType()).isEqualTo(DataType.FLOAT64);
    assertThat(rng().logGamma(run.scalar(2)).getShape()).isEqualTo(new Shape());
    assertThat(rng().logGamma(run.zeros(new Shape(0))).getShape()).isEqualTo(new Shape(0));
  }

  @Test
  void aDrawDoesNotDependOnItsNeighboursParameters() {
    double[] some = rng().logGamma(vector(0.1, 2, 30)).toDoubleArray();
    double[] others = rng().logGamma(vector(7, 2, 0.9)).toDoubleArray();

    assertThat(others[1]).isEqualTo(some[1]);
    assertThat(others[0]).isNotEqualTo(some[0]);
  }

  @Test
  void theMarkOfParticlesIsKept() {
    NDArray marked = Tensors.particles(vector(0.5, 0.5));

    for (NDArray draws :
        List.of(
            rng().logGamma(marked),
            rng().poisson(marked),
            rng().bernoulli(marked),
            rng().categorical(marked),
            rng().binomial(vector(3), marked),
            rng().binomial(marked.mul(2), vector(0.5)))) {
      assertThat(((RunArray) draws).hasParticles()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.01, 0.5, 1, 3, 40})
  void theDerivativeOfLogGammaHasTheRightMean(double concentration) {
    NDArray parameter = Autograd.variable(copies(concentration));
    NDArray draws = rng().logGamma(parameter);

    NDArray derivative = Autograd.grad(draws.sum(), List.of(parameter)).get(0);

    assertThat(sameMean(Gamma.digamma(concentration), draws)).isGreaterThan(SIGNIFICANCE);
    assertThat(sameMean(Gamma.trigamma(concentration), derivative)).isGreaterThan(SIGNIFICANCE);
  }

  @ParameterizedTest
  @CsvSource({"0.3, 0.7", "2, 5", "50, 20"})
  void betaDrawsAreNormalisedLogGammas(double a, double b) {
    NDArray first = Autograd.variable(copies(a));
    NDArray second = Autograd.variable(copies(b));
    NDArray logFirst = rng().split("first").logGamma(first);
    NDArray logSecond = rng().split("second").logGamma(second);
    NDArray draws = logFirst.sub(Special.logAddExp(logFirst, logSecond)).exp();

    List<NDArray> slopes = Autograd.grad(draws.sum(), List.of(first, second));

    assertThat(ks(draws, new BetaDistribution(a, b))).isGreaterThan(SIGNIFICANCE);
    double sum = a + b;
    assertThat(sameMean(b / (sum * sum), slopes.get(0))).isGreaterThan(SIGNIFICANCE);
    assertThat(sameMean(-a / (sum * sum), slopes.get(1))).isGreaterThan(SIGNIFICANCE);
  }

  @SuppressWarnings("MustBeClosedChecker")
  @ParameterizedTest
  @EnumSource(FloatType.class)
  void logGammaIsFiniteForSmallConcentrations(FloatType type) {
    run.close();
    run = open(type);
    NDArray parameter = Autograd.variable(copies(1e-3));
    NDArray draws = rng().logGamma(parameter);
    NDArray derivative = Autograd.grad(draws.sum(), List.of(parameter)).get(0);

    assertThat(Arrays.stream(draws.toDoubleArray())).allMatch(Double::isFinite);
    assertThat(Arrays.stream(derivative.toDoubleArray())).allMatch(Double::isFinite);
  }

  @Test
  void countsHaveTheirMeans() {
    assertThat(sameMean(3.5, rng().poisson(copies(3.5)))).isGreaterThan(SIGNIFICANCE);
    assertThat(sameMean(12, rng().binomial(run.scalar(30), copies(0.4))))
        .isGreaterThan(SIGNIFICANCE);
    assertThat(sameMean(0.3, rng().bernoulli(copies(0.3)))).isGreaterThan(SIGNIFICANCE);
    NDArray weights = vector(1, 0, 3).broadcast(new Shape(DRAWS, 3));
    assertThat(sameMean(1.5, Tensors.cast(rng().categorical(weights), run.dataType())))
        .isGreaterThan(SIGNIFICANCE);
  }

  @Test
  void parametersOutsideTheirRangeGiveNan() {
    NDArray bad = vector(-1, Double.NaN);

    for (NDArray draws :
        List.of(
            rng().logGamma(bad),
            rng().poisson(bad),
            rng().bernoulli(bad),
            rng().binomial(run.scalar(4), bad),
            rng().binomial(bad, run.scalar(0.5)))) {
      assertThat(draws.toDoubleArray()).containsOnly(Double.NaN);
    }
    assertThat(rng().bernoulli(vector(0, 1)).toDoubleArray()).containsExactly(0, 1);
  }

  @Test
  void weightsThatAreNoneAreRefused() {
    assertThatThrownBy(() -> rng().categorical(run.scalar(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("categorical needs a dim of categories, but its weights are a number");
    assertThatThrownBy(() -> rng().categorical(vector(0, 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "categorical weights add up to 0.0; at least one must be positive and all finite");
  }

  @Test
  void drawsAreConstantsButForLogGamma() {
    NDArray parameter = Autograd.variable(vector(0.5, 0.25));
    for (NDArray draws :
        List.of(
            rng().poisson(parameter),
            rng().bernoulli(parameter),
            rng().binomial(run.scalar(4), parameter))) {
      NDArray loss = draws.sum().add(parameter.sum().mul(0));
      assertThat(Autograd.grad(loss, List.of(parameter)).get(0).toDoubleArray())
          .containsExactly(new double[] {0, 0}, within(0.0));
    }
  }
}
