package org.ppl4j.infer.svi;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.infer.importance.Assessment;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.PosteriorCase;

/**
 * A report warns of a fit whose mean is off, and not of a guide that has the posterior; the bound
 * that it gives is that of the parameters in the store.
 */
@ExtendWith(LeakCheck.class)
class TrustTest {

  @TempDir Path folder;

  static Stream<Named<GaussianProblem>> problems() {
    return GaussianProblem.all();
  }

  @ParameterizedTest
  @MethodSource("problems")
  void aGuideThatHasThePosteriorIsNotWarnedOf(GaussianProblem problem) {
    FloatType floatType = problem.isFull() ? FloatType.FLOAT32 : FloatType.FLOAT64;

    GaussianProblem.Fit fit = problem.fit(1, floatType, GaussianProblem.falling(800), 800);

    assertThat(fit.report().warnings()).isEmpty();
    assertThat(fit.report().toString()).doesNotContain("warning");
  }

  @ParameterizedTest
  @MethodSource("problems")
  void everyFitWhoseMeanIsOffIsWarnedOf(GaussianProblem problem) {
    TrustLaw law = new TrustLaw();
    for (long seed = 2; seed < 7; seed++) {
      law.judge(problem, seed, 10);
    }
    law.judge(problem, 2, 100);
    assertThat(law.off()).isPositive();
    assertThat(law.silent()).isEmpty();
  }

  /** A fit that has hardly begun. */
  @ParameterizedTest
  @MethodSource("org.ppl4j.testing.PosteriorCases#all")
  void everyPosteriorWhoseMeanIsOffIsWarnedOf(PosteriorCase posterior) {
    TrustLaw law = new TrustLaw();
    law.judge(posterior, 1, 60);

    assertThat(law.off()).isPositive();
    assertThat(law.silent()).isEmpty();
  }

  /** Guides of the right scales beside the posterior: neither k-hat nor effective size sees it. */
  @Test
  void withoutTheShiftOfTheMeanTheLawWouldFail() {
    for (double beside : new double[] {0.5, 0.75, 1, 1.25}) {
      Assessment assessment = TrustLaw.beside(beside);

      assertThat(assessment.khat().isWarning()).isFalse();
      assertThat(assessment.effectiveShare()).isGreaterThan(0.05);
      assertThat(assessment.warnings()).as("%s beside", beside).hasSize(1);
    }
    assertThat(TrustLaw.beside(0.1).warnings()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("org.ppl4j.infer.svi.StoredBounds#all")
  void theBoundIsThatOfTheStoredParameters(StoredBounds fit) {
    assertThat(fit.errors(3, folder, false)).isLessThan(1);
  }

  @Test
  void aBoundOfOtherParametersIsSeen() {
    assertThat(StoredBounds.averaged(300).errors(3, folder, true)).isGreaterThan(1);
  }
}
