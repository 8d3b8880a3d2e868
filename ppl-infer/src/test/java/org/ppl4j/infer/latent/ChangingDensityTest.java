package org.ppl4j.infer.latent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.Program;
import org.ppl4j.distributions.Normal;
import org.ppl4j.tensor.Recording;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.LeakCheck;

/** Log densities of programs that read what changes around them. */
@ExtendWith(LeakCheck.class)
class ChangingDensityTest {

  private double scale = 1;

  private final Program<Void> model = (p, none) -> p.sample("x", Normal.of(0, scale));

  private static double value(LogDensity<Void> density, double x) {
    return density.evaluate(new double[] {x}, new double[1]);
  }

  /** At a moment that no check is due. */
  @Test
  void aFieldThatChangesIsSeenAtOnce() {
    try (LogDensity<Void> density = LogDensity.of(model, null, RunConfig.defaults())) {
      assertThat(density.isRecorded()).isTrue();
      assertThat(density.unjudged()).isEmpty();
      for (int i = 0; i < 15; i++) {
        assertThat(value(density, 1)).isCloseTo(-0.5 - 0.91893853320467, within(1e-12));
      }

      scale = 2;
      assertThat(value(density, 1))
          .isCloseTo(-0.125 - Math.log(2) - 0.91893853320467, within(1e-12));
      assertThat(density.isRecorded()).isFalse();
      assertThat(density.whyNotRecorded())
          .contains(
              "this changes: field 'scale' of class '" + ChangingDensityTest.class.getName() + "'");
    }
  }

  @Test
  void whatMustBeRecordedThrows() {
    RunConfig required = RunConfig.defaults().withRecording(Recording.REQUIRED);
    try (LogDensity<Void> density = LogDensity.of(model, null, required)) {
      scale = 3;
      assertThatThrownBy(() -> value(density, 1))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("cannot be recorded, since this changes: field 'scale'");
    }
  }

  @Test
  void whatCannotBeJudgedIsNamed() {
    Random random = new Random(1);
    Program<Void> drawn = (p, none) -> p.sample("x", Normal.of(0, 1 + random.nextInt(1)));
    try (LogDensity<Void> density = LogDensity.of(drawn, null, RunConfig.defaults())) {
      assertThat(density.isRecorded()).isTrue();
      assertThat(density.unjudged()).contains("java.util.Random.nextInt, which they call");
    }
  }
}
