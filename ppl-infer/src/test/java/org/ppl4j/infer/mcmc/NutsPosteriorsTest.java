package org.ppl4j.infer.mcmc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.PosteriorCase;
import org.ppl4j.testing.PosteriorCases;

/** Posteriors of posteriordb with short chains; acceptance has all of them. */
@ExtendWith(LeakCheck.class)
class NutsPosteriorsTest {

  private static final Set<String> SOME =
      Set.of("arK", "eight_schools_noncentered", "sblri_blr", "radon_pooled", "GLM_Poisson");

  static Stream<Named<PosteriorCase>> posteriors() {
    return PosteriorCases.all().filter(posterior -> SOME.contains(posterior.getName()));
  }

  @ParameterizedTest
  @MethodSource("posteriors")
  void momentsAreThoseOfTheReference(PosteriorCase posterior) {
    PosteriorFit fit = PosteriorFit.of(posterior, nuts -> nuts.warmup(500).draws(500));

    assertThat(fit.parameters()).isPositive();
    assertThat(fit.offset()).isLessThan(0);
    assertThat(fit.leastRatio()).isGreaterThan(0.85);
    assertThat(fit.largestRatio()).isLessThan(1.15);
    assertThat(fit.rhat()).isLessThan(1.03);
  }
}
