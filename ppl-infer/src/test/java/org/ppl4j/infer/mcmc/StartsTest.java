package org.ppl4j.infer.mcmc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.Program;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.latent.Initializer;
import org.ppl4j.infer.latent.LogDensity;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.LeakCheck;

/** Where chains start. */
@ExtendWith(LeakCheck.class)
class StartsTest {

  private static final Program<Void> MODEL = (p, none) -> p.sample("x", Normal.of(0, 1));

  @Test
  void eachChainHasAStartOfItsOwnThatTheSeedDecides() {
    Starts starts = Starts.by(Initializer.uniform());
    try (LogDensity<Void> density = LogDensity.of(MODEL, null, RunConfig.defaults());
        LogDensity<Void> other = LogDensity.of(MODEL, null, RunConfig.defaults().withSeed(1))) {
      double first = starts.of(density, 0)[0];
      assertThat(first).isBetween(-2.0, 2.0);
      assertThat(starts.of(density, 0)[0]).isEqualTo(first);
      assertThat(starts.of(density, 1)[0]).isNotEqualTo(first).isBetween(-2.0, 2.0);
      assertThat(starts.of(other, 0)[0]).isNotEqualTo(first);
    }
  }

  @Test
  void givenVectorsAreTaken() {
    double[][] vectors = {{3}, {-4}};
    Starts starts = Starts.at(Initializer.uniform(), vectors);
    vectors[0][0] = 99;
    try (LogDensity<Void> density = LogDensity.of(MODEL, null, RunConfig.defaults())) {
      assertThat(starts.of(density, 0)).containsExactly(3);
      assertThat(starts.of(density, 1)).containsExactly(-4);
    }
  }
}
