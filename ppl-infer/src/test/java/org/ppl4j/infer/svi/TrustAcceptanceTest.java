package org.ppl4j.infer.svi;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.PosteriorCases;

/** The laws of {@link TrustTest} on many seeds. */
@Tag("acceptance")
class TrustAcceptanceTest {

  private static final int SEEDS = 20;
  private static final int STEPS = 5000;
  private static final int[] ENDS = {10, 30, 100, 300, 1000, 3000};

  @TempDir Path folder;

  private static List<GaussianProblem> problems() {
    return GaussianProblem.all().map(Named::getPayload).toList();
  }

  @Test
  @Tag("trust.5")
  void guidesThatHaveThePosteriorAreSeldomWarnedOf() {
    AcceptancePoint point = new AcceptancePoint("trust.5");
    int fits = 0;
    int warned = 0;
    for (GaussianProblem problem : problems()) {
      for (FloatType floatType : FloatType.values()) {
        for (long seed = 1; seed <= SEEDS; seed++) {
          GaussianProblem.Fit fit =
              problem.fit(seed, floatType, GaussianProblem.falling(STEPS), STEPS);
          fits++;
          if (fit.isWarned()) {
            warned++;
            System.out.printf(
                "trust.5 %s %s seed %s: %s%n", problem, floatType, seed, fit.report().warnings());
          }
        }
      }
    }
    point.between("fits of a guide that has the posterior", fits, 400, 400);
    point.atMost("share of them with a warning", warned / (double) fits, 0.02);
  }

  @Test
  @Tag("trust.5")
  void everyFitWhoseMeanIsOffIsWarnedOf() {
    AcceptancePoint point = new AcceptancePoint("trust.5");
    TrustLaw law = new TrustLaw();
    for (GaussianProblem problem : problems()) {
      for (int end : ENDS) {
        for (long seed = 1; seed <= 6; seed++) {
          law.judge(problem, seed, end);
        }
      }
    }
    point.shown("fits ended early and late", law.fits());
    point.atLeast("fits whose mean is off by more than 0.5 sd", law.off(), 100);
    assertThat(law.silent()).isEmpty();
    point.none("fits off by more than 0.5 sd without a warning");
  }

  @Test
  @Tag("trust.5")
  void everyPosteriorWhoseMeanIsOffIsWarnedOf() {
    AcceptancePoint point = new AcceptancePoint("trust.5");
    TrustLaw law = new TrustLaw();
    PosteriorCases.all()
        .map(Named::getPayload)
        .forEach(
            posterior -> {
              for (long seed = 1; seed <= 3; seed++) {
                law.judge(posterior, seed, 1000);
              }
            });
    point.atLeast("fits of 15 posteriors", law.fits(), 45);
    point.shown("of them without a warning", law.unwarned());
    point.atLeast("of them off by more than 0.5 sd", law.off(), 10);
    assertThat(law.silent()).isEmpty();
    point.none("of those without a warning");
  }

  @Test
  @Tag("trust.6")
  void theBoundIsThatOfTheStoredParameters() {
    AcceptancePoint point = new AcceptancePoint("trust.6");
    StoredBounds.all()
        .forEach(
            fit -> {
              double max = 0;
              for (long seed = 1; seed <= 5; seed++) {
                max = Math.max(max, fit.getPayload().errors(seed, folder, false));
              }
              point.below(
                  fit.getName() + ": distance from a fresh bound in three standard errors", max, 1);
            });
    double planted = StoredBounds.averaged(300).errors(3, folder, true);
    point.above("planted: the same distance if the store is changed after", planted, 1);
  }
}
