package org.ppl4j.infer.approximation;

import ai.djl.ndarray.NDArray;
import com.google.errorprone.annotations.MustBeClosed;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.infer.CountedRate;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.SimulationCalibration;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.AcceptancePoint;

/** A skewed posterior: the rate of a few counts, with its conjugate prior. */
@Tag("acceptance")
@Tag("sampler.3")
class ApproximationCalibrationAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("sampler.3");

  private static final int TRIALS = 1000;

  private static final int DRAWS = 2000;

  private static final long SEED = 20261127;

  /** Of two tests, so that one of a hundred runs of both fails by chance. */
  private static final double LEAST = 0.01 / 2;

  private static double p(long seed, SimulationCalibration.Fit<NDArray> fit) {
    return SimulationCalibration.of(TRIALS, seed, CountedRate::simulated, fit).pValue("rate");
  }

  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // by the caller
  private static Samples laplace(NDArray counts, long seed) {
    try (LaplacePosterior<NDArray> found =
        LaplaceApproximation.of(CountedRate.MODEL)
            .config(RunConfig.defaults().withSeed(seed))
            .run(counts)) {
      return found.importance(counts, DRAWS).samples();
    }
  }

  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // by the caller
  private static Samples pathfinder(NDArray counts, long seed) {
    try (PathfinderPosterior<NDArray> found =
        Pathfinder.of(CountedRate.MODEL).config(RunConfig.defaults().withSeed(seed)).run(counts)) {
      return found.posterior(counts, DRAWS);
    }
  }

  /** Draws weighed as if the density of the logarithm were that of the rate. */
  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // by the caller
  private static Samples withoutDeterminant(NDArray counts, long seed) {
    try (LaplacePosterior<NDArray> found =
        LaplaceApproximation.of(CountedRate.MODEL)
            .config(RunConfig.defaults().withSeed(seed))
            .run(counts)) {
      Samples plain = found.posterior(counts, DRAWS);
      double[] logWeights =
          Arrays.stream(plain.values("rate")).map(rate -> -Math.log(rate)).toArray();
      return plain.withLogWeights(logWeights, List.of());
    }
  }

  @Test
  void laplaceWithWeightsIsCalibrated() {
    double p = p(SEED, ApproximationCalibrationAcceptanceTest::laplace);
    POINT.above("laplace with weights, 1,000 trials: p of its ranks", p, LEAST);
  }

  @Test
  void pathfinderIsCalibrated() {
    double p = p(SEED + 1, ApproximationCalibrationAcceptanceTest::pathfinder);
    POINT.above("pathfinder, 1,000 trials: p of its ranks", p, LEAST);
  }

  @Test
  void aDeterminantThatIsLeftOutIsSeen() {
    double p = p(SEED + 2, ApproximationCalibrationAcceptanceTest::withoutDeterminant);
    POINT.atMost("planted: a determinant left out, p of the ranks", p, 1e-6);
  }
}
