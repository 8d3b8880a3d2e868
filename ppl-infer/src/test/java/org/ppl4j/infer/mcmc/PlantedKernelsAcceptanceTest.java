package org.ppl4j.infer.mcmc;

import static org.ppl4j.infer.mcmc.KernelCalibrationAcceptanceTest.p;
import static org.ppl4j.infer.mcmc.KernelCalibrationAcceptanceTest.written;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.tensor.Rng;
import org.ppl4j.testing.AcceptancePoint;

/**
 * Kernels of one step, and slices, with planted faults beside those without, on the posterior of
 * {@link KernelCalibrationAcceptanceTest}.
 */
@Tag("acceptance")
@Tag("sampler.3")
class PlantedKernelsAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("sampler.3");

  private static final long SEED = 20261203;

  /** Of five tests, so that one of a hundred runs of all fails by chance. */
  private static final double LEAST = 0.01 / 5;

  private static final double FOUND = 1e-6;

  /** Wider than the posterior, whose scale is 0.5, and beside it. */
  private static Ellipses ellipses() {
    return Ellipses.normal(new double[] {0.5}, DiagonalMass.of(new double[] {1}));
  }

  /** What may be wrong with a slice. */
  private enum Fault {
    NONE,
    /** The level of the slice is where the chain is. */
    LEVEL,
    /** The first point is taken, whatever the level. */
    ALWAYS
  }

  /** Elliptical slices in the test's own words. */
  private record Slice(Leapfrog leapfrog, Ellipses ellipses, Fault fault)
      implements TransitionKernel {

    private double logLikelihood(ChainState at) {
      return at.logDensity - ellipses.logDensity(at.position);
    }

    @Override
    public Transition move(ChainState state, Rng rng) {
      double[] deviation = new double[1];
      ellipses.draw(state.position, rng, deviation);
      double level =
          logLikelihood(state) + (fault == Fault.LEVEL ? 0 : Math.log(rng.nextUniform()));
      double angle = 2 * Math.PI * rng.nextUniform();
      double from = angle - 2 * Math.PI;
      double to = angle;
      ChainState next = new ChainState(1);
      double[] at = new double[1];
      for (int i = 0; i < 50; i++) {
        ellipses.turn(state.position, deviation, angle, at);
        leapfrog.target().place(at, next);
        if (fault == Fault.ALWAYS || logLikelihood(next) > level) {
          state.copyPlace(next);
          break;
        }
        from = angle < 0 ? angle : from;
        to = angle < 0 ? to : angle;
        angle = from + (to - from) * rng.nextUniform();
      }
      return Transition.of(1, 1);
    }
  }

  private static double slice(long seed, Fault fault) {
    return p(seed, 1, leapfrog -> new Slice(leapfrog, ellipses(), fault));
  }

  @Test
  void kernelsAreCalibrated() {
    POINT.above(
        "random walk, 1,000 trials: p of its ranks",
        p(SEED, 2.4, leapfrog -> new RandomWalkKernel(leapfrog)),
        LEAST);
    POINT.above(
        "elliptical slices, 1,000 trials: p of their ranks",
        p(SEED + 1, 1, leapfrog -> new EllipticalSliceKernel(leapfrog.target(), ellipses())),
        LEAST);
    POINT.above(
        "slices of a t density, 1,000 trials: p of their ranks",
        p(SEED + 2, 1, leapfrog -> new EllipticalSliceKernel(leapfrog.target(), Ellipses.t(5, 1))),
        LEAST);
  }

  /** What is planted below, without the fault. */
  @Test
  void whatIsWrittenHereIsCalibratedWithoutAFault() {
    POINT.above(
        "a step of Langevin's without a fault, 1,000 trials: p of the ranks",
        p(SEED + 3, 1.2, leapfrog -> written(leapfrog, 1, (from, to) -> from.energy - to.energy)),
        LEAST);
    POINT.above(
        "slices without a fault, 1,000 trials: p of the ranks", slice(SEED + 4, Fault.NONE), LEAST);
  }

  /** The proposal goes where the density is high, and more often than back. */
  @Test
  void aForgottenRatioOfProposalsIsSeen() {
    POINT.atMost(
        "planted: Langevin's proposals without their ratio, p of the ranks",
        p(
            SEED + 3,
            1.2,
            leapfrog -> written(leapfrog, 1, (from, to) -> to.logDensity - from.logDensity)),
        FOUND);
  }

  /** A step of N(0, M⁻¹), whatever the density. */
  @Test
  void aRandomWalkThatIsAlwaysTakenIsSeen() {
    POINT.atMost(
        "planted: a random walk's steps always taken, p of the ranks",
        p(SEED, 0.2, leapfrog -> always(leapfrog)),
        FOUND);
  }

  private static TransitionKernel always(Leapfrog leapfrog) {
    PhasePoint point = new PhasePoint(1);
    return (state, rng) -> {
      leapfrog.refresh(point, rng);
      state.position[0] += leapfrog.stepSize() * point.velocity[0];
      return Transition.of(1, 1);
    };
  }

  @Test
  void faultsOfSlicesAreSeen() {
    POINT.atMost(
        "planted: slices at the chain's own level, p of the ranks",
        slice(SEED + 4, Fault.LEVEL),
        FOUND);
    POINT.atMost(
        "planted: the first point of a slice taken, p of the ranks",
        slice(SEED + 4, Fault.ALWAYS),
        FOUND);
  }
}
