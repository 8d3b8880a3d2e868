package org.ppl4j.infer.svi;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.Bernoulli;
import org.ppl4j.distributions.Normal;
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

  /** What is summed out has no noise: the slope is that of the evidence, each time. */
  @Test
  void choicesThatAreSummedOutHaveNone() {
    double[] y = {0.3, -1.2, 2.1, 0.9};
    Program<double[]> model =
        (p, data) -> {
          NDArray odds = p.param("odds", () -> p.scalar(0.4));
          try (Plate rows = p.plate("rows", data.length)) {
            NDArray z = p.sample("z", Bernoulli.logits(odds));
            p.observe("y", Normal.of(z, 1), rows.take(data));
          }
        };
    Program<double[]> nothing = (p, data) -> {};
    try (Svi<double[]> svi = Svi.builder(model, nothing).config(CONFIG).build()) {
      GradientVariance.Row row =
          GradientVariance.of(svi, y, List.of(Elbo.trace()), 100).rows().get(0);
      POINT.atMost("variance of choices that are summed out", row.variance(), 0);
      POINT.atMost("their slope's error", Math.abs(row.mean().get(0) + slope(y, 0.4)), 1e-12);
    }
  }

  /** d/da Σ log(p f1 + (1 − p) f0) of p = 1 / (1 + e^−a). */
  private static double slope(double[] y, double a) {
    double p = 1 / (1 + Math.exp(-a));
    double sum = 0;
    for (double x : y) {
      double one = Math.exp(-(x - 1) * (x - 1) / 2);
      double none = Math.exp(-x * x / 2);
      sum += p * (1 - p) * (one - none) / (p * one + (1 - p) * none);
    }
    return sum;
  }

  private static double variance(Case each) {
    return EstimatorLaw.row(each, 2000, CONFIG).variance();
  }
}
