package org.ppl4j.distributions;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.DistributionCase;
import org.ppl4j.testing.DistributionCases;
import org.ppl4j.testing.DrawnDensityLaw;
import org.ppl4j.testing.LeakCheck;

/** The law of draws and their densities on every row of continuous values, in both float types. */
@ExtendWith(LeakCheck.class)
class DrawnDensityTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("sound.6");

  static Stream<Arguments> rows() {
    return DistributionCases.all().stream()
        .flatMap(row -> Stream.of(FloatType.values()).map(type -> Arguments.of(row, type)));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void drawsCarryTheDensityOfTheirValue(DistributionCase row, FloatType type) {
    int judged = DrawnDensityLaw.drawsCarryTheirDensity(row, type);

    assertThat(judged > 0).isEqualTo(DrawnDensityLaw.applies(row));
  }

  @Test
  @Tag("acceptance")
  @Tag("sound.6")
  void drawsOfEveryRow() {
    for (FloatType type : FloatType.values()) {
      int judged = 0;
      for (DistributionCase row : DistributionCases.all()) {
        judged += DrawnDensityLaw.drawsCarryTheirDensity(row, type);
      }
      POINT.atLeast("draws with the density of their value, all of them, " + type, judged, 20_000);
    }
  }
}
