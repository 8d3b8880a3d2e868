package org.ppl4j.infer.mcmc;

import ai.djl.ndarray.NDManager;
import com.google.common.primitives.ImmutableDoubleArray;
import com.google.errorprone.annotations.MustBeClosed;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.ToDoubleBiFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.Simulated;
import org.ppl4j.infer.SimulationCalibration;
import org.ppl4j.tensor.Rng;
import org.ppl4j.testing.AcceptancePoint;

/**
 * Kernels with planted faults beside those without, on a mean of N(0, 1) that was measured three
 * times with variance 1: its posterior is N(Σ y / 4, 1 / 4).
 */
@Tag("acceptance")
@Tag("sampler.3")
class KernelCalibrationAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("sampler.3");

  private static final int TRIALS = 1000;

  private static final long SEED = 20261202;

  /** Of four tests, so that one of a hundred runs of all fails by chance. */
  private static final double LEAST = 0.01 / 4;

  private static final double PRECISION = 4;

  private static final int BURN_IN = 50;

  /** Draws between those that are kept. */
  private static final int APART = 5;

  /** Of HMC in the test's own words: accepts the end of a trajectory by a rule. */
  private record Written(
      Leapfrog leapfrog,
      int steps,
      ToDoubleBiFunction<PhasePoint, PhasePoint> logOdds,
      PhasePoint start,
      PhasePoint end)
      implements TransitionKernel {

    @Override
    public Transition move(ChainState state, Rng rng) {
      start.copyPlace(state);
      leapfrog.refresh(start, rng);
      end.copy(start);
      for (int i = 0; i < steps; i++) {
        leapfrog.step(end, 1);
      }
      double acceptance = Math.min(1, Math.exp(logOdds.applyAsDouble(start, end)));
      if (rng.nextUniform() < acceptance) {
        state.copyPlace(end);
      }
      return Transition.of(acceptance, steps);
    }
  }

  static TransitionKernel written(
      Leapfrog leapfrog, int steps, ToDoubleBiFunction<PhasePoint, PhasePoint> logOdds) {
    return new Written(leapfrog, steps, logOdds, new PhasePoint(1), new PhasePoint(1));
  }

  private static double lessEnergy(PhasePoint start, PhasePoint end) {
    return start.energy - end.energy;
  }

  private static Simulated<ImmutableDoubleArray> simulated(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double mean = random.nextGaussian();
    ImmutableDoubleArray.Builder y = ImmutableDoubleArray.builder();
    for (int i = 0; i < PRECISION - 1; i++) {
      y.add(mean + random.nextGaussian());
    }
    return Simulated.of(Map.of("mean", new double[] {mean}), y.build());
  }

  /** A chain from the posterior mean. */
  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // by the caller
  private static Samples chain(
      ImmutableDoubleArray y,
      long seed,
      double stepSize,
      Function<Leapfrog, TransitionKernel> kernel) {
    double mean = y.stream().sum() / PRECISION;
    Target target =
        (u, gradient) -> {
          gradient[0] = PRECISION * (mean - u[0]);
          return -PRECISION * (u[0] - mean) * (u[0] - mean) / 2;
        };
    Leapfrog leapfrog = Targets.leapfrog(target, 1);
    leapfrog.stepSize(stepSize / Math.sqrt(PRECISION));
    TransitionKernel moves = kernel.apply(leapfrog);
    Rng rng = Rng.of(seed, Rng.Purpose.CHAIN, 0, "test");
    ChainState state = new ChainState(1);
    leapfrog.target().place(new double[] {mean}, state);
    double[] draws = new double[SimulationCalibration.DRAWS * APART];
    for (int i = -BURN_IN; i < draws.length; i++) {
      Transition unused = moves.move(state, rng);
      if (i >= 0) {
        draws[i] = state.position[0];
      }
    }
    NDManager manager = NDManager.newBaseManager();
    return Samples.of(manager, Map.of("mean", manager.create(draws)));
  }

  static double p(long seed, double stepSize, Function<Leapfrog, TransitionKernel> kernel) {
    return SimulationCalibration.of(
            TRIALS,
            seed,
            KernelCalibrationAcceptanceTest::simulated,
            (y, noise) -> chain(y, noise, stepSize, kernel))
        .pValue("mean");
  }

  @Test
  void kernelsAreCalibrated() {
    POINT.above(
        "nuts, long steps, 1,000 trials: p of its ranks",
        p(SEED, 1.6, leapfrog -> new NutsKernel(leapfrog, 10)),
        LEAST);
    POINT.above(
        "hmc, long steps, 1,000 trials: p of its ranks",
        p(SEED + 1, 1.6, leapfrog -> new HmcKernel(leapfrog, size -> 1)),
        LEAST);
  }

  /** What is planted below, without the fault. */
  @Test
  void whatIsWrittenHereIsCalibratedWithoutAFault() {
    POINT.above(
        "long steps without a fault, 1,000 trials: p of the ranks",
        p(
            SEED + 2,
            1.6,
            leapfrog -> written(leapfrog, 1, KernelCalibrationAcceptanceTest::lessEnergy)),
        LEAST);
    POINT.above(
        "short steps without a fault, 1,000 trials: p of the ranks",
        p(
            SEED + 3,
            0.4,
            leapfrog -> written(leapfrog, 4, KernelCalibrationAcceptanceTest::lessEnergy)),
        LEAST);
  }

  /** The leapfrog integrator leaves another normal distribution as it is, wider by 5/3. */
  @Test
  void aSamplerThatAlwaysAcceptsIsSeen() {
    POINT.atMost(
        "planted: always accepted, p of the ranks",
        p(SEED + 2, 1.6, leapfrog -> written(leapfrog, 1, (start, end) -> 0)),
        1e-6);
  }

  /** A quarter turn is a new draw, which is accepted by its density: √½ as wide. */
  @Test
  void aKineticTermThatIsLeftOutIsSeen() {
    POINT.atMost(
        "planted: no kinetic term, p of the ranks",
        p(
            SEED + 3,
            0.4,
            leapfrog -> written(leapfrog, 4, (start, end) -> end.logDensity - start.logDensity)),
        1e-6);
  }
}
