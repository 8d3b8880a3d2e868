package org.ppl4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import com.google.common.primitives.Doubles;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.examples.basics.Coin;
import org.ppl4j.examples.hierarchical.EightSchools;
import org.ppl4j.examples.hierarchical.EightSchools.Schools;
import org.ppl4j.examples.launcher.ExampleOptions;
import org.ppl4j.examples.launcher.ExampleResult;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.svi.FitReport;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.AcceptancePoint;

/** The first posteriors: the exact one of the coin, the mean-field optimum of eight schools. */
@Tag("acceptance")
class PosteriorAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("floor.2");
  private static final long[] SEEDS = {0, 1, 2};
  private static final int MOST_STEPS = 20_000;

  /** So many that the Monte Carlo error of a mean is 0.002 standard deviations. */
  private static final int DRAWS = 200_000;

  /**
   * The mean-field optimum: offsets of the means from the reference, in reference standard
   * deviations. Found independently; given with the issue.
   */
  private static final Map<String, Double> OFFSETS =
      Map.of(
          "theta[1]", -0.139,
          "theta[2]", -0.033,
          "theta[3]", 0.072,
          "theta[4]", -0.023,
          "theta[5]", 0.090,
          "theta[6]", 0.053,
          "theta[7]", -0.156,
          "theta[8]", -0.032,
          "mu", 0.035,
          "tau", -0.210);

  private static final double TAU_RATIO = 0.766;

  /** The other ratios are known as a range of two digits; the optimum's least is 0.877. */
  private static final double ROUNDED = 0.02;

  /** One fit: its report, its parameters, the moments of its draws. */
  private record Fitted(FitReport report, List<Double> params, Summary summary) {}

  private static Fitted fit(long seed, FloatType floatType) {
    RunConfig config = RunConfig.defaults().withSeed(seed).withFloatType(floatType);
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager, config)) {
      Schools data = EightSchools.schools(manager);
      Svi<Schools> svi = EightSchools.fit(params).progress(Progress.silent()).build();
      FitReport report = svi.run(data, MOST_STEPS);
      double[] loc = params.value("auto.loc");
      double[] all = Arrays.copyOf(loc, 2 * loc.length);
      System.arraycopy(params.value("auto.scale"), 0, all, loc.length, loc.length);
      try (Samples samples = svi.posterior(data, DRAWS)) {
        return new Fitted(report, Doubles.asList(all), samples.summary());
      }
    }
  }

  @Test
  @Tag("floor.2")
  void coinReachesTheMeanOfItsPosterior() {
    for (long seed : SEEDS) {
      ExampleResult result = new Coin().run(ExampleOptions.defaults().withSeed(seed).quietly());

      double error = Math.abs(result.figures().get("mean") - 16.0 / 30);

      POINT.below("coin seed " + seed + " |mean - 16/30|", error, 0.01);
    }
  }

  @Test
  @Tag("floor.2")
  void eightSchoolsReachesTheMeanFieldOptimum() {
    for (long seed : SEEDS) {
      Fitted fitted = fit(seed, FloatType.FLOAT64);

      double worst = 0;
      for (Map.Entry<String, Double> optimum : OFFSETS.entrySet()) {
        double offset = offset(fitted.summary(), optimum.getKey());
        worst = Math.max(worst, Math.abs(offset - optimum.getValue()));
        double ratio = ratio(fitted.summary(), optimum.getKey());
        if (!optimum.getKey().equals("tau")) {
          assertThat(ratio)
              .as("sd ratio of %s", optimum.getKey())
              .isBetween(0.88 - ROUNDED, 1.03 + ROUNDED);
        }
      }
      double tau = Math.abs(ratio(fitted.summary(), "tau") - TAU_RATIO);
      assertThat(fitted.report().stop()).isEqualTo(FitReport.Stop.CONVERGED);
      String name = "eight-schools seed " + seed;
      POINT.below(name + " largest offset from the optimum", worst, 0.05);
      POINT.below(name + " |sd ratio of tau - 0.766|", tau, 0.04);
      POINT.below(name + " steps until it stopped", fitted.report().steps(), MOST_STEPS);
    }
  }

  @Test
  @Tag("floor.2")
  void singlePrecisionAgreesWithDouble() {
    double worst = 0;
    for (long seed : SEEDS) {
      Summary wide = fit(seed, FloatType.FLOAT64).summary();
      Summary narrow = fit(seed, FloatType.FLOAT32).summary();
      for (String name : OFFSETS.keySet()) {
        worst = Math.max(worst, Math.abs(offset(wide, name) - offset(narrow, name)));
      }
    }

    POINT.below("float32 against float64, largest difference in sd", worst, 0.03);
  }

  @Test
  @Tag("floor.2")
  void theSameSeedGivesTheSameBits() {
    Fitted first = fit(5, FloatType.FLOAT64);
    Fitted again = fit(5, FloatType.FLOAT64);

    assertThat(again.params()).isEqualTo(first.params());
    assertThat(again.report().losses().toArray())
        .containsExactly(first.report().losses().toArray());
    assertThat(again.summary()).isEqualTo(first.summary());
    POINT.none("same seed, parameters that differ in a bit");
  }

  private static double offset(Summary summary, String name) {
    return EightSchools.reference().offset(name, summary.get(name).mean());
  }

  private static double ratio(Summary summary, String name) {
    return summary.get(name).sd() / EightSchools.reference().get(name).sd();
  }
}
