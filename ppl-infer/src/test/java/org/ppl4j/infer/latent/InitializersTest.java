package org.ppl4j.infer.latent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.Program;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.ImproperUniform;
import org.ppl4j.distributions.Normal;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.LeakCheck;

@ExtendWith(LeakCheck.class)
class InitializersTest {

  /** Of a prior that has no draws the start is near 0. */
  @Test
  void dispersedStartsAreNearAndFar() {
    Program<Void> model =
        (p, none) -> {
          p.observe("y", Normal.of(p.sample("far", Normal.of(1000, 1)), 1), p.scalar(0));
          p.observe(
              "z",
              Normal.of(p.sample("flat", ImproperUniform.of(Constraint.REAL)), 1),
              p.scalar(0));
        };
    try (LogDensity<Void> density = LogDensity.of(model, null, RunConfig.defaults().withSeed(3))) {
      double[][] starts =
          IntStream.range(0, 200)
              .mapToObj(i -> Initializer.dispersed().withNoise(rng -> rng.split(i)))
              .map(density::start)
              .toArray(double[][]::new);

      int drawn = 0;
      for (double[] start : starts) {
        assertThat(Math.abs(start[1])).isLessThanOrEqualTo(2);
        assertThat(Math.abs(start[0]) <= 2 || Math.abs(start[0] - 1000) < 6).isTrue();
        drawn += start[0] > 2 ? 1 : 0;
      }
      assertThat(drawn).isBetween(70, 130); // four standard errors
    }
  }
}
