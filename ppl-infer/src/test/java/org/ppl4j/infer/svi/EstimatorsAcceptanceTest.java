package org.ppl4j.infer.svi;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.infer.svi.EstimatorCases.Case;
import org.ppl4j.tensor.Recording;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.LeakCheck;

/** Estimators against the slopes of their objectives, at 100,000 draws. */
@Tag("acceptance")
@Tag("discrete.5")
@ExtendWith(LeakCheck.class)
class EstimatorsAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("discrete.5");
  private static final RunConfig CONFIG =
      RunConfig.defaults().withSeed(11).withRecording(Recording.REQUIRED);
  private static final double BOUND = 4.5; // standard errors

  @Test
  void meansAreSlopes() {
    double largest = 0;
    for (Case each : EstimatorCases.ofMeans(500)) {
      double off = EstimatorLaw.largest(each, 200, CONFIG);
      POINT.below("|z| of " + each, off, BOUND);
      largest = Math.max(largest, off);
    }
    for (Case each : EstimatorCases.ofTwo()) {
      double off = EstimatorLaw.largest(each, 100_000, CONFIG);
      POINT.below("|z| of " + each, off, BOUND);
      largest = Math.max(largest, off);
    }
    POINT.below("largest |z|", largest, BOUND);
  }

  @Test
  void faultsAreSeen() {
    for (EstimatorFault fault : EstimatorFault.values()) {
      double off = EstimatorLaw.largest(fault.planted(), 2000, CONFIG);
      POINT.above("|z| where " + words(fault), off, BOUND);
    }
  }

  private static String words(EstimatorFault fault) {
    return fault.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
  }

  @Test
  void noiseIsTakenAway() {
    for (Elbo elbo : List.of(Elbo.pathDerivative(), Elbo.doublyReparameterized())) {
      POINT.below(
          "variance of " + elbo + " where q = p", variance(EstimatorCases.posterior(elbo)), 1e-20);
    }
    ScoreFunctionElbo score = Elbo.scoreFunction();
    ScoreFunctionElbo bare = score.baseline(Baseline.none());
    double alone = variance(EstimatorCases.fiftyRows(bare));
    double all = variance(EstimatorCases.fiftyRows(bare.withoutRaoBlackwell()));
    POINT.atLeast("variance without Rao-Blackwell / with, 50 rows", all / alone, 10);
    double average = variance(EstimatorCases.fiftyRows(score));
    POINT.above("variance without baseline / with", alone / average, 3);
    double again =
        EstimatorLaw.row(EstimatorCases.fiftyRows(bare), 2000, CONFIG.withSeed(12)).variance();
    POINT.below("the same where the baseline is forgotten", alone / again, 3);
  }

  private static double variance(Case each) {
    return EstimatorLaw.row(each, 2000, CONFIG).variance();
  }
}
