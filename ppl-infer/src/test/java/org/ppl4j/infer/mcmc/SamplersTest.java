package org.ppl4j.infer.mcmc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.ppl4j.infer.mcmc.ClosedForm.check;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.primitives.Doubles;
import com.google.errorprone.annotations.MustBeClosed;
import java.util.Arrays;
import org.hipparchus.linear.CholeskyDecomposition;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ppl4j.Program;
import org.ppl4j.distributions.Gamma;
import org.ppl4j.distributions.LogNormal;
import org.ppl4j.distributions.MultivariateNormal;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.CountedRate;
import org.ppl4j.infer.MeasuredLine;
import org.ppl4j.infer.Progress;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;

/** Chains that make no trajectories, on posteriors in closed form. */
@ExtendWith(LeakCheck.class)
class SamplersTest {

  /** Warm-up, and draws, of tests that do not ask for the defaults. */
  private static final int ITERATIONS = 2500;

  private static final double[] COUNTS = {2, 4, 3};
  private static final double[] MEASURED = {0.3, 1.2, -0.4, 2.5};

  /** Ways to sample a model. */
  private enum Sampler {
    LANGEVIN {
      @Override
      <D extends @Nullable Object> Mcmc<D, ?> of(Program<D> model, RunConfig config) {
        return AdjustedLangevin.of(model)
            .draws(3000)
            .metric(Metric.DENSE)
            .progress(Progress.silent())
            .config(config);
      }
    },
    RANDOM_WALK {
      @Override
      <D extends @Nullable Object> Mcmc<D, ?> of(Program<D> model, RunConfig config) {
        return RandomWalk.of(model).progress(Progress.silent()).config(config);
      }
    },
    SLICE {
      @Override
      <D extends @Nullable Object> Mcmc<D, ?> of(Program<D> model, RunConfig config) {
        return EllipticalSlice.of(model).progress(Progress.silent()).config(config);
      }
    },
    LEARNED_SLICE {
      @Override
      <D extends @Nullable Object> Mcmc<D, ?> of(Program<D> model, RunConfig config) {
        return EllipticalSlice.of(model).learned().progress(Progress.silent()).config(config);
      }
    };

    abstract <D extends @Nullable Object> Mcmc<D, ?> of(Program<D> model, RunConfig config);

    @MustBeClosed
    <D extends @Nullable Object> McmcRun<D> run(Program<D> model, D data) {
      return of(model, RunConfig.defaults().withSeed(7)).run(data);
    }

    /** With fewer iterations. */
    @MustBeClosed
    <D extends @Nullable Object> McmcRun<D> runShort(Program<D> model, D data) {
      Mcmc<D, ?> sampler = of(model, RunConfig.defaults().withSeed(7));
      return sampler.warmup(ITERATIONS).draws(ITERATIONS).run(data);
    }
  }

  /** Gamma(3 + 9, 1 + 3), skewed, of a prior that is not normal. */
  @ParameterizedTest
  @EnumSource
  void aConjugateRate(Sampler sampler) {
    try (McmcRun<NDArray> run = sampler.run(CountedRate.MODEL, Tensors.vector(COUNTS))) {
      check(run.samples(), "rate", 0, 3, Math.sqrt(12) / 4);
      assertThat(run.report().warnings()).isEmpty();
      assertThat(run.samples().chains()).isEqualTo(4);
    }
  }

  /** Of precisions 5 and 15 that share 6, by the normal equations. */
  @ParameterizedTest
  @EnumSource
  void aLineOfANormalPrior(Sampler sampler) {
    double a = Arrays.stream(MEASURED).sum();
    double b = MEASURED[1] + 2 * MEASURED[2] + 3 * MEASURED[3];
    double determinant = 5 * 15 - 36;
    try (McmcRun<NDArray> run = sampler.runShort(MeasuredLine.MODEL, Tensors.vector(MEASURED))) {
      double intercept = (15 * a - 6 * b) / determinant;
      double slope = (5 * b - 6 * a) / determinant;
      check(run.samples(), "intercept", 0, intercept, Math.sqrt(15 / determinant));
      check(run.samples(), "slope", 0, slope, Math.sqrt(5 / determinant));
      assertThat(run.report().warnings()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void oneNumberFarFromTheStart(Sampler sampler) {
    Program<Void> model = (p, none) -> p.sample("x", Normal.of(-300, 2));
    try (McmcRun<Void> run = sampler.runShort(model, null)) {
      check(run.samples(), "x", 0, -300, 2);
    }
  }

  /** Correlations of 0.9 between neighbours, scales from 0.1 to 10. */
  @ParameterizedTest
  @EnumSource
  void threeCorrelatedNumbers(Sampler sampler) {
    double[] scales = {0.1, 1, 10};
    double[][] covariance = new double[3][3];
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        covariance[i][j] = scales[i] * scales[j] * Math.pow(0.9, Math.abs(i - j));
      }
    }
    double[] lower = lower(covariance);
    Program<Void> model =
        (p, none) ->
            p.sample("x", MultivariateNormal.of(0, p.run().create(lower, new Shape(3, 3))));
    try (McmcRun<Void> run = sampler.runShort(model, null)) {
      for (int i = 0; i < 3; i++) {
        check(run.samples(), "x", i, 0, scales[i]);
      }
    }
  }

  private static double[] lower(double[][] covariance) {
    RealMatrix matrix = MatrixUtils.createRealMatrix(covariance);
    return Doubles.concat(new CholeskyDecomposition(matrix).getL().getData());
  }

  /** What is computed in float32 is of the same posterior, but for its rounding. */
  @ParameterizedTest
  @EnumSource
  void single(Sampler sampler) {
    RunConfig config = RunConfig.defaults().withSeed(8).withFloatType(FloatType.FLOAT32);
    try (McmcRun<NDArray> run =
        sampler.of(CountedRate.MODEL, config).draws(ITERATIONS).run(Tensors.vector(COUNTS))) {
      check(run.samples(), "rate", 0, 3, Math.sqrt(12) / 4);
    }
  }

  /** The seed decides, and not the threads. */
  @ParameterizedTest
  @EnumSource
  void theSameSeedGivesTheSameBits(Sampler sampler) {
    NDArray counts = Tensors.vector(COUNTS);
    RunConfig config = RunConfig.defaults().withSeed(9);
    Mcmc<NDArray, ?> few = sampler.of(CountedRate.MODEL, config).warmup(60).draws(10).chains(2);
    try (McmcRun<NDArray> one = few.run(counts);
        McmcRun<NDArray> again = few.threads(1).run(counts);
        McmcRun<NDArray> other = few.config(config.withSeed(10)).run(counts)) {
      double[] draws = one.samples().values("rate");
      assertThat(again.samples().values("rate")).containsExactly(draws);
      assertThat(other.samples().values("rate")).isNotEqualTo(draws);
      assertThat(Arrays.copyOf(draws, 10)).isNotEqualTo(Arrays.copyOfRange(draws, 10, 20));
    }
  }

  @Test
  void whatIsLearnedFromGradientsIsForSamplersThatHaveThem() {
    RandomWalk<Void> walk = RandomWalk.of((p, none) -> p.sample("x", Normal.of(0, 1)));
    EllipticalSlice<Void> slice = EllipticalSlice.of((p, none) -> p.sample("x", Normal.of(0, 1)));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> walk.metric(Metric.LOW_RANK))
        .withMessage(
            "random walk has metric LOW_RANK, which is learned from gradients; pass DIAGONAL or"
                + " DENSE");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> slice.metric(Metric.LOW_RANK))
        .withMessageStartingWith("elliptical slice has metric LOW_RANK");
  }

  /** Starts are as those of any chains. */
  @ParameterizedTest
  @EnumSource
  void startsAreGiven(Sampler sampler) {
    Program<Void> model = (p, none) -> p.sample("x", Normal.of(1e6, 1e-3));
    Mcmc<Void, ?> from =
        sampler
            .of(model, RunConfig.defaults())
            .chains(2)
            .warmup(0)
            .draws(1)
            .startAt(new double[] {1e6}, new double[] {1e6});
    try (McmcRun<Void> run = from.run(null)) {
      assertThat(run.samples().values("x")[0]).isCloseTo(1e6, within(0.1));
      assertThat(run.samples().values("x")[1]).isCloseTo(1e6, within(0.1));
    }
  }

  /**
   * Eight values of a Gaussian process, seen with errors: their posterior is normal, by the normal
   * equations in Hipparchus' hands.
   */
  @ParameterizedTest
  @EnumSource(names = {"SLICE", "LEARNED_SLICE"})
  void aGaussianProcess(Sampler sampler) {
    int size = 8;
    double error = 0.5;
    double[][] kernel = new double[size][size];
    double[] y = new double[size];
    for (int i = 0; i < size; i++) {
      y[i] = Math.sin(i) + 0.3 * Math.cos(7 * i);
      for (int j = 0; j < size; j++) {
        kernel[i][j] = Math.exp(-(i - j) * (i - j) / 8.0) + (i == j ? 0.01 : 0);
      }
    }
    double[] lower = lower(kernel);
    Program<NDArray> model =
        (p, seen) -> {
          NDArray factor = p.run().create(lower, new Shape(size, size));
          NDArray f = p.sample("f", MultivariateNormal.of(0, factor));
          p.observe("y", Normal.of(f, error).toEvent(1), seen);
        };
    RealMatrix prior = MatrixUtils.createRealMatrix(kernel);
    RealMatrix noise = MatrixUtils.createRealIdentityMatrix(size).scalarMultiply(error * error);
    RealMatrix gain = prior.multiply(MatrixUtils.inverse(prior.add(noise)));
    double[] mean = gain.operate(y);
    RealMatrix covariance = prior.subtract(gain.multiply(prior));
    try (McmcRun<NDArray> run = sampler.runShort(model, Tensors.vector(y))) {
      for (int i = 0; i < size; i++) {
        check(run.samples(), "f", i, mean[i], Math.sqrt(covariance.getEntry(i, i)));
      }
    }
  }

  /** Of a prior alone each first point is a draw: so it is found, however it is written. */
  @Test
  void theNormalPriorOfAModelIsFound() {
    Program<Void> normal =
        (p, none) -> {
          NDArray mean = p.sample("mean", Normal.of(3, 10));
          p.sample("around", Normal.of(mean, 0.1));
          p.sample("size", LogNormal.of(-2, 0.5));
        };
    Program<Void> other =
        (p, none) -> {
          NDArray spread = p.sample("spread", Gamma.of(2, 1));
          p.sample("around", Normal.of(0, spread));
        };

    assertThat(shareOfFirstPoints(normal)).isEqualTo(1);
    assertThat(shareOfFirstPoints(other)).isLessThan(0.95);
  }

  private static double shareOfFirstPoints(Program<Void> model) {
    EllipticalSlice<Void> slice = EllipticalSlice.of(model).progress(Progress.silent());
    try (McmcRun<Void> run = slice.warmup(100).draws(100).run(null)) {
      return run.iterations().acceptances().stream().filter(each -> each == 1).count() / 400.0;
    }
  }

  /** Columns of what a sampler does not have are NaN, and the report has no complaint of them. */
  @Test
  void whatIsNotThereIsNoNumber() {
    NDArray counts = Tensors.vector(COUNTS);
    try (McmcRun<NDArray> slice = Sampler.SLICE.run(CountedRate.MODEL, counts);
        McmcRun<NDArray> walk = Sampler.RANDOM_WALK.run(CountedRate.MODEL, counts)) {
      assertThat(slice.iterations().stepSizes().stream()).allMatch(x -> Double.isNaN(x));
      assertThat(slice.iterations().energies().stream()).allMatch(x -> Double.isNaN(x));
      assertThat(slice.report().chains().get(0).ebfmi()).isNaN();
      assertThat(walk.report().chains().get(0).ebfmi()).isNaN();
      // As many as are best where there is one number, within the noise of dual averaging.
      assertThat(walk.report().chains().get(0).acceptance()).isBetween(0.38, 0.5);
      assertThat(walk.report().toString()).startsWith("random walk: 4 chains of 5,000 draws");
      assertThat(slice.report().toString()).startsWith("elliptical slice: 4 chains of 5,000 draws");
      assertThat(walk.report().warnings()).isEmpty();
    }
  }

  @Test
  void theStepsOfLangevinAreOne() {
    try (McmcRun<NDArray> run = Sampler.LANGEVIN.run(CountedRate.MODEL, Tensors.vector(COUNTS))) {
      assertThat(run.iterations().steps().stream()).allMatch(steps -> steps == 1);
      // The best of many numbers, 0.574, within the noise of dual averaging over 50 iterations.
      assertThat(run.report().chains().get(0).acceptance()).isBetween(0.4, 0.75);
      assertThat(run.report().toString()).startsWith("adjusted langevin: 4 chains of 3,000 draws");
    }
  }

  @Test
  void slicesHaveNoAcceptance() {
    EllipticalSlice<NDArray> slice = EllipticalSlice.of(CountedRate.MODEL).targetAcceptance(0.9);

    assertThatThrownBy(() -> closed(slice))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "elliptical slice has target acceptance 0.9, but no steps that are accepted; leave it"
                + " out");
  }

  private static void closed(Mcmc<NDArray, ?> sampler) {
    try (McmcRun<NDArray> run = sampler.run(Tensors.vector(COUNTS))) {
      assertThat(run.samples().draws()).isNegative();
    }
  }
}
