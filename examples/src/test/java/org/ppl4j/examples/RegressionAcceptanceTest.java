package org.ppl4j.examples;

import com.google.common.collect.ImmutableMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.examples.hierarchical.Radon;
import org.ppl4j.examples.launcher.ExampleOptions;
import org.ppl4j.examples.launcher.ExampleResult;
import org.ppl4j.examples.launcher.Reference;
import org.ppl4j.examples.regression.Regression;
import org.ppl4j.infer.Summary;
import org.ppl4j.testing.AcceptancePoint;

/** The regressions reach their references, on all data and by batches. */
@Tag("acceptance")
class RegressionAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("distributions.4");
  private static final long[] SEEDS = {0, 1, 2};
  private static final double ONE_PERCENT = 0.01;
  private static final double MOST_OF_A_COUNTY = 0.1;
  private static final double MOST_OF_SIGMA_ALPHA = 0.2;
  private static final double MOST_OF_BATCHES = 0.2;

  private static ExampleOptions options(long seed) {
    return ExampleOptions.defaults().withSeed(seed).quietly();
  }

  @Test
  @Tag("distributions.4")
  void regressionReachesItsExactPosterior() throws Exception {
    for (long seed : SEEDS) {
      ExampleResult result = new Regression().run(options(seed));
      String name = "regression seed " + seed;
      figure(result, name, "largest error of a mean in sd");
      figure(result, name, "largest error of a covariance, relative");
    }
  }

  private static void figure(ExampleResult result, String name, String figure) {
    POINT.below(name + " " + figure, result.figures().get(figure), ONE_PERCENT);
  }

  @Test
  @Tag("distributions.4")
  void radonReachesItsReferenceAndBatchesReachTheWhole() throws Exception {
    for (long seed : SEEDS) {
      ExampleResult whole = new Radon().run(options(seed));
      final double counties = largest(whole.reference(), whole.parameters());
      final double slope = offset(whole, "beta");
      final double spread = offset(whole, "sigma_alpha");
      Reference reached = instead(whole.reference(), whole.parameters());
      double batched =
          largest(reached, new Radon().run(options(seed).with(Radon.BATCH, 128)).parameters());

      String name = "radon seed " + seed;
      POINT.below(name + " largest offset of 85 counties in sd", counties, MOST_OF_A_COUNTY);
      POINT.below(name + " offset of the slope in sd", slope, MOST_OF_A_COUNTY);
      POINT.below(name + " offset of sigma_alpha in sd", spread, MOST_OF_SIGMA_ALPHA);
      POINT.below(
          name + " largest offset by batches of 128 from the whole", batched, MOST_OF_BATCHES);
    }
  }

  private static double offset(ExampleResult result, String name) {
    return Math.abs(result.reference().offset(name, result.parameters().get(name).mean()));
  }

  /** The largest offset of the counties' intercepts. */
  private static double largest(Reference reference, Summary summary) {
    double largest = 0;
    for (int county = 1; county <= 85; county++) {
      String name = "alpha[" + county + "]";
      largest = Math.max(largest, Math.abs(reference.offset(name, summary.get(name).mean())));
    }
    return largest;
  }

  /** The means of a summary in the standard deviations of a reference. */
  private static Reference instead(Reference reference, Summary summary) {
    ImmutableMap.Builder<String, Reference.Moments> moments = ImmutableMap.builder();
    reference
        .parameters()
        .forEach(
            (name, was) ->
                moments.put(name, new Reference.Moments(summary.get(name).mean(), was.sd())));
    return new Reference(moments.buildOrThrow());
  }
}
