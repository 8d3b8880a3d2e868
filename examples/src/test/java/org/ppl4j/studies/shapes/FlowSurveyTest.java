package org.ppl4j.studies.shapes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The truths that the survey compares with, and its tables. */
class FlowSurveyTest {

  @Test
  void theClawHasMassOne() {
    double mass =
        IntStream.range(0, 10_000)
            .mapToDouble(i -> Math.exp(FlowSurvey.Claw.logDensity(16 * (i + 0.5) / 10_000 - 8)))
            .sum();

    assertThat(mass * 16 / 10_000).isCloseTo(1, within(1e-9));
  }

  /** Of the claw: E x² = ½ + ½ (½ + 0.1²), by the second moments of its parts. */
  @Test
  void drawsOfTheClawHaveItsVariance() {
    double[] draws = FlowSurvey.Claw.draw(1, 200_000);

    double square = Arrays.stream(draws).map(x -> x * x).average().orElseThrow();
    assertThat(square).isCloseTo(0.755, within(0.01));
  }

  @Test
  void countsHaveProbabilitiesOfSumOne() {
    double sum = 0;
    for (int first = 0; first < 20; first++) {
      for (int second = 0; second < 20; second++) {
        sum += Math.exp(FlowSurvey.Counts.logDensities(new double[] {first, second})[0]);
      }
    }

    assertThat(sum).isCloseTo(1, within(1e-3));
  }

  @Test
  void figuresOfSeveralSeedsHaveTheirExtremes() {
    FlowSurvey.Figures figures = FlowSurvey.Figures.of("flow");
    figures.add("affine", "moons", 0.25);
    figures.add("affine", "moons", 0.75);
    figures.add("affine", "rings", Double.POSITIVE_INFINITY);

    assertThat(figures)
        .hasToString(
            """
            | flow | moons | rings |
            | --- | --- | --- |
            | affine | 0.500 (0.250 to 0.750) | infinite |
            """);
  }
}
