package org.ppl4j.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.ppl4j.infer.Summary;
import org.ppl4j.tensor.FloatType;

/** The line of the first chapter is that of least squares, which its wide priors hardly move. */
class FirstModelPageTest {

  /** Σ (x − 3.5) y / Σ (x − 3.5)², and the mean of y, 43.3 / 6, less 3.5 slopes. */
  private static final double SLOPE = 34.65 / 17.5;

  private static final double START = 43.3 / 6 - 3.5 * SLOPE;

  @Test
  void thePriorIsWide() {
    Summary.Row height = FirstModelPage.before().get("height[6]");

    // Variances 100, 36 · 100 and 25; four standard errors of 1,000 draws.
    assertThat(height.sd()).isCloseTo(Math.sqrt(3725), within(4 * Math.sqrt(3725.0 / 2000)));
  }

  @Test
  void thePosteriorIsThatOfLeastSquares() {
    Summary after = FirstModelPage.after();

    assertThat(after.get("slope").mean()).isCloseTo(SLOPE, within(0.03));
    assertThat(after.get("start").mean()).isCloseTo(START, within(0.1));
  }

  @Test
  void questionsAreAnswered() {
    double[] answers = FirstModelPage.asked();

    assertThat(answers[0]).isBetween(0.2, 0.5);
    assertThat(answers[1]).isCloseTo(START + 10 * SLOPE, within(0.2));
  }

  @Test
  void theTableOfSitesIsThatOfThePage() throws IOException {
    String table = FirstModelPage.GROWTH.describe(FirstModelPage.SEEN).toString();

    assertThat(Files.readString(Path.of("guide", "first-model.md"))).contains(table.strip());
  }

  @Test
  void settingsAreTheGpus() {
    assertThat(FirstModelPage.gpu().device()).isEqualTo(Device.gpu());
    assertThat(FirstModelPage.gpu().floatType()).isEqualTo(FloatType.FLOAT32);
  }
}
