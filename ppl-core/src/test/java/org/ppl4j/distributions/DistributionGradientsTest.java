package org.ppl4j.distributions;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.tensor.LeafOnly;
import org.ppl4j.testing.DistributionCase;
import org.ppl4j.testing.DistributionCases;
import org.ppl4j.testing.DistributionGradients;
import org.ppl4j.testing.GradientLaw;
import org.ppl4j.testing.LeakCheck;

/** {@link DistributionGradients} of every row of the table. */
@ExtendWith(LeakCheck.class)
class DistributionGradientsTest {

  static Stream<Named<DistributionCase>> cases() {
    return DistributionCases.all().stream().map(row -> Named.of(row.name(), row));
  }

  /** All but those of whole numbers with whole parameters, whose density nothing moves. */
  static Stream<Named<DistributionCase>> movingCases() {
    return cases().filter(row -> DistributionGradients.isMoving(row.getPayload()));
  }

  @ParameterizedTest
  @MethodSource("movingCases")
  void densitiesHaveTheirGradients(DistributionCase row) {
    DistributionGradients.density(row, GradientLaw::check);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void drawsHaveTheGradientsOfLeaves(DistributionCase row) {
    DistributionGradients.draws(row, GradientLaw::arrivalsAgree);
  }

  @Test
  void aGradientCutAtAParameterThatIsNoLeafIsCaught() {
    DistributionCase row =
        DistributionCase.of("cut", p -> Normal.of(p.get(0), LeafOnly.cut(p.get(1))))
            .numbers(0.3, 1.7)
            .inside(-2, 0.1, 3);

    assertThatThrownBy(() -> DistributionGradients.density(row, GradientLaw::check))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining(
            "gradient of log-density of cut in parameter 1 that arrives as RESULT");
    assertThatThrownBy(() -> DistributionGradients.draws(row, GradientLaw::arrivalsAgree))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("gradient of draws of cut in parameter 1 that arrives as RESULT");
  }
}
