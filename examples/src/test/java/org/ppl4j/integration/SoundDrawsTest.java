package org.ppl4j.integration;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.flows.Coupling;
import org.ppl4j.flows.Flows;
import org.ppl4j.flows.RationalQuadratic;
import org.ppl4j.integration.SoundDraws.Outcome;
import org.ppl4j.tensor.FloatType;

/**
 * Draws keep to the scale of what is narrow given others; those of splines that end at 3 do not.
 * What is at one of two places given its context is hardly ever at the other.
 */
class SoundDrawsTest {

  private static final int ROWS = 2000;

  @Test
  void drawsAreAsNarrowAsTheLaw() {
    Outcome outcome = SoundDraws.ofCorrelated(Flows::splineCoupling, ROWS, FloatType.FLOAT32);

    assertThat(outcome.draws().sd()).isBetween(0.85, 1.15);
    assertThat(outcome.draws().farthest()).isLessThan(2 * outcome.truth().farthest());
  }

  /**
   * No row has such noise: a scale that the shape undoes would be that of its draws, which then
   * reach more than twice as far (12.9).
   */
  @Test
  @Tag("acceptance")
  @Tag("sound.5")
  void whatHasNoRowsIsOfTheScaleOfTheRest() {
    double reach = SoundDraws.reach(ConditionalLaw.NARROW, Flows::conditional, ROWS, 5);

    assertThat(reach).isBetween(4.5, 7.5);
  }

  /** By normal scores of the column, whose gap is in every context then, one draw in ten is. */
  @Test
  @Tag("acceptance")
  @Tag("sound.5")
  void drawsAreAtThePlaceOfTheirContext() {
    Outcome outcome = SoundDraws.of(ConditionalLaw.STEEP, Flows::regression, ROWS, 1500);

    assertThat(outcome.draws().sd()).isBetween(0.85, 1.15);
    assertThat(outcome.draws().farthest()).isLessThan(2 * outcome.truth().farthest());
  }

  @Test
  @Tag("acceptance")
  @Tag("sound.5")
  void splinesThatEndWhereThereIsNoiseAreCaught() {
    RationalQuadratic ending = RationalQuadratic.of(8, 3);
    Outcome outcome =
        SoundDraws.ofCorrelated(
            dim -> Coupling.of(dim, ending).passing(ending), ROWS, FloatType.FLOAT32);

    assertThat(outcome.draws().sd()).isGreaterThan(1.15);
    assertThat(outcome.draws().farthest()).isGreaterThan(2 * outcome.truth().farthest());
  }
}
