package org.ppl4j.integration;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.Program;
import org.ppl4j.flows.Flows;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.autoguide.AutoNormal;
import org.ppl4j.infer.svi.FitReport;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.integration.LearnedTails.Ends;
import org.ppl4j.testing.LeakCheck;

/** A flow learns the tails of a Student law, normal tails are short, and it is said. */
@Tag("judge.7")
@ExtendWith(LeakCheck.class)
class LearnedTailsTest {

  private static final int DRAWS = 200_000;
  private static final int STEPS = 2000;
  private static final double DEGREES = 3;
  private static final double[] NONE = {};
  private static final Program<double[]> MODEL = LearnedTails.pair(DEGREES);

  private static Ends ends(Svi<double[]> svi) {
    try (Samples draws = svi.posterior(NONE, DRAWS)) {
      return Ends.of(draws.values("x"), DEGREES, 0, 1);
    }
  }

  @Test
  void aFlowReachesThem() {
    try (Svi<double[]> svi = LearnedTails.flow(MODEL, Flows::spline)) {
      FitReport report = svi.run(NONE, STEPS);
      assertThat(ends(svi)).matches(Ends::isRight);
      assertThat(report.warnings()).noneMatch(text -> text.contains("tails that"));
    }
  }

  @Test
  void normalTailsDoNot() {
    try (Svi<double[]> svi = LearnedTails.withoutTails(MODEL, Flows::spline)) {
      FitReport unused = svi.run(NONE, STEPS);
      assertThat(ends(svi)).matches(ends -> !ends.isRight());
    }
  }

  @Test
  void thatAGuideCannotReachThemIsSaid() {
    try (Svi<double[]> svi =
        Svi.builder(MODEL, AutoNormal.of(MODEL)).progress(Progress.silent()).build()) {
      FitReport report = svi.run(NONE, STEPS);
      assertThat(report.judgement().doubts())
          .singleElement()
          .asString()
          .matches(
              "the posterior of 1 numbers has tails that the draws do not reach, most of all 'x':"
                  + " it falls as a Student law of 3\\.0 degrees of freedom, whose 1% quantile is"
                  + " 1\\.\\d times as far out; take AutoFlow\\.of\\(model, flow\\), whose tails"
                  + " are learned, or chains");
      assertThat(report.isConverged()).isFalse();
    }
  }
}
