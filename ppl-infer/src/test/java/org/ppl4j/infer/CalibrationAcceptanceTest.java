package org.ppl4j.infer;

import static org.junit.jupiter.params.provider.Arguments.arguments;

import ai.djl.ndarray.NDArray;
import com.google.errorprone.annotations.MustBeClosed;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.Gamma;
import org.ppl4j.distributions.Poisson;
import org.ppl4j.infer.annealing.Smc;
import org.ppl4j.infer.annealing.SmcRun;
import org.ppl4j.infer.approximation.LaplaceApproximation;
import org.ppl4j.infer.approximation.LaplacePosterior;
import org.ppl4j.infer.approximation.Pathfinder;
import org.ppl4j.infer.approximation.PathfinderPosterior;
import org.ppl4j.infer.autoguide.AutoMultivariateNormal;
import org.ppl4j.infer.autoguide.AutoNormal;
import org.ppl4j.infer.mcmc.AdjustedLangevin;
import org.ppl4j.infer.mcmc.EllipticalSlice;
import org.ppl4j.infer.mcmc.Hmc;
import org.ppl4j.infer.mcmc.Mcmc;
import org.ppl4j.infer.mcmc.McmcRun;
import org.ppl4j.infer.mcmc.Nuts;
import org.ppl4j.infer.mcmc.RandomWalk;
import org.ppl4j.infer.optim.Adam;
import org.ppl4j.infer.svi.Averaging;
import org.ppl4j.infer.svi.StoppingRule;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.AcceptancePoint;

/**
 * Ways to a posterior over data that the prior draws: the rate of a few counts, which is skewed,
 * and a line, whose numbers have a correlation of −0.7.
 */
@Tag("acceptance")
@Tag("sampler.3")
class CalibrationAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("sampler.3");

  private static final int TRIALS = 1000;

  /** Of approximations, which are weighed. */
  private static final int DRAWS = 2000;

  /** Iterations of chains without trajectories between draws that are kept. */
  private static final int APART = 30;

  /**
   * The rate given the first count. Chains move in its logarithm: the density here lacks what that
   * brings, as if the rate were of Gamma(2, 1).
   */
  private static final Program<NDArray> WITHOUT_JACOBIAN =
      (p, counts) -> {
        NDArray rate = p.sample("rate", Gamma.of(3, 1));
        p.factor("left out", rate.log().neg());
        try (Plate plate = p.plate("counts", 1)) {
          p.observe("count", Poisson.of(rate), plate.take(Tensors.range(counts, -1, 0, 1)));
        }
      };

  /**
   * A way to a posterior of some data.
   *
   * @param tests with it, so that one of a hundred runs of all fails by chance
   */
  private record Way(
      long seed,
      int tests,
      LongFunction<Simulated<NDArray>> simulator,
      SimulationCalibration.Fit<NDArray> fit) {

    static Way ofRate(long seed, int tests, SimulationCalibration.Fit<NDArray> fit) {
      return new Way(seed, tests, CountedRate::simulated, fit);
    }

    static Way ofLine(long seed, int tests, SimulationCalibration.Fit<NDArray> fit) {
      return new Way(seed, tests, MeasuredLine::simulated, fit);
    }

    SimulationCalibration calibration() {
      return SimulationCalibration.of(TRIALS, seed, simulator, fit);
    }
  }

  static Stream<Arguments> ways() {
    Program<NDArray> rate = CountedRate.MODEL;
    Program<NDArray> line = MeasuredLine.MODEL;
    return Stream.of(
        arguments("nuts", Way.ofRate(20261201, 4, chains(Nuts.of(rate)))),
        arguments("nuts", Way.ofLine(20261202, 4, chains(Nuts.of(line)))),
        arguments("hmc", Way.ofRate(20261203, 4, chains(Hmc.of(rate)))),
        arguments(
            "adjusted Langevin",
            Way.ofRate(20261204, 5, chains(longer(AdjustedLangevin.of(rate))))),
        arguments("random walk", Way.ofRate(20261205, 5, chains(longer(RandomWalk.of(rate))))),
        arguments(
            "elliptical slice", Way.ofLine(20261206, 5, chains(longer(EllipticalSlice.of(line))))),
        arguments(
            "learned slice", Way.ofRate(20261207, 5, chains(longer(EllipticalSlice.of(rate))))),
        arguments("smc", Way.ofRate(20261205, 3, (data, seed) -> particles(rate, data, seed))),
        arguments("smc", Way.ofLine(20261206, 3, (data, seed) -> particles(line, data, seed))),
        arguments(
            "laplace with weights", Way.ofRate(20261127, 2, CalibrationAcceptanceTest::laplace)),
        arguments("pathfinder", Way.ofRate(20261128, 2, CalibrationAcceptanceTest::pathfinder)),
        arguments(
            "svi of full rank",
            Way.ofLine(20261203, 2, (y, seed) -> fit(AutoMultivariateNormal.of(line), y, seed))));
  }

  /** The last is as narrow as the conditional distributions: √(1 − 36 / 75) = 0.72. */
  static Stream<Arguments> faults() {
    Nuts<NDArray> wrong = Nuts.of(WITHOUT_JACOBIAN).chains(1).warmup(300).draws(990);
    return Stream.of(
        arguments("a Jacobian left out", Way.ofRate(20261204, 1, chains(wrong))),
        arguments(
            "a determinant left out",
            Way.ofRate(20261129, 1, CalibrationAcceptanceTest::withoutDeterminant)),
        arguments(
            "independent numbers",
            Way.ofLine(20261204, 1, (y, seed) -> fit(AutoNormal.of(MeasuredLine.MODEL), y, seed))));
  }

  private static Mcmc<NDArray, ?> longer(Mcmc<NDArray, ?> sampler) {
    return sampler.chains(1).warmup(1000).draws(APART * SimulationCalibration.DRAWS);
  }

  /** Draws of all chains, as far apart as can be. */
  private static SimulationCalibration.Fit<NDArray> chains(Mcmc<NDArray, ?> sampler) {
    return (data, seed) -> {
      try (McmcRun<NDArray> run =
          sampler.progress(Progress.silent()).config(seeded(seed)).run(data)) {
        return run.posterior(data, SimulationCalibration.DRAWS);
      }
    };
  }

  private static RunConfig seeded(long seed) {
    return RunConfig.defaults().withSeed(seed);
  }

  @MustBeClosed
  private static Samples particles(Program<NDArray> model, NDArray data, long seed) {
    Smc<NDArray> smc = Smc.of(model).particles(500).progress(Progress.silent());
    try (SmcRun<NDArray> run = smc.config(seeded(seed)).run(data)) {
      return run.posterior(data, SimulationCalibration.DRAWS);
    }
  }

  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // by the caller
  private static Samples laplace(
      NDArray counts, long seed, Function<LaplacePosterior<NDArray>, Samples> draws) {
    try (LaplacePosterior<NDArray> found =
        LaplaceApproximation.of(CountedRate.MODEL).config(seeded(seed)).run(counts)) {
      return draws.apply(found);
    }
  }

  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // by the caller
  private static Samples laplace(NDArray counts, long seed) {
    return laplace(counts, seed, found -> found.importance(counts, DRAWS).samples());
  }

  /** Draws weighed as if the density of the logarithm were that of the rate. */
  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // by the caller
  private static Samples withoutDeterminant(NDArray counts, long seed) {
    return laplace(
        counts,
        seed,
        found -> {
          Samples plain = found.posterior(counts, DRAWS);
          double[] logWeights =
              Arrays.stream(plain.values("rate")).map(rate -> -Math.log(rate)).toArray();
          return plain.withLogWeights(logWeights, List.of());
        });
  }

  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // by the caller
  private static Samples pathfinder(NDArray counts, long seed) {
    try (PathfinderPosterior<NDArray> found =
        Pathfinder.of(CountedRate.MODEL).config(seeded(seed)).run(counts)) {
      return found.posterior(counts, DRAWS);
    }
  }

  /**
   * Settings that a thousand fits have time for: a number of steps, few particles, and the average
   * of the last iterates.
   */
  @MustBeClosed
  private static Samples fit(Program<NDArray> guide, NDArray y, long seed) {
    try (Svi<NDArray> svi =
        Svi.builder(MeasuredLine.MODEL, guide)
            .config(seeded(seed))
            .optimizer(Adam.withRate(0.02))
            .particles(16)
            .averaging(Averaging.polynomial(3))
            .stopping(StoppingRule.never())
            .progress(Progress.silent())
            .build()) {
      svi.run(y, 1500);
      return svi.posterior(y, SimulationCalibration.DRAWS);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("ways")
  void isCalibrated(String name, Way way) {
    SimulationCalibration calibration = way.calibration();
    for (String number : calibration.names()) {
      POINT.above(
          name + ", " + number + ", 1,000 trials: p of its ranks",
          calibration.pValue(number),
          0.01 / way.tests());
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faults")
  void aFaultIsSeen(String name, Way way) {
    SimulationCalibration calibration = way.calibration();
    for (String number : calibration.names()) {
      double p = calibration.pValue(number);
      POINT.atMost("planted: " + name + ", " + number + ", p of its ranks", p, 1e-6);
    }
  }
}
