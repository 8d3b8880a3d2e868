package org.ppl4j.distributions;

import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.testing.DistributionCase;
import org.ppl4j.testing.DistributionCases;
import org.ppl4j.testing.DistributionLaws;
import org.ppl4j.testing.IntegralLaws;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.SamplingLaws;

/** Every law for every row of the table. */
@ExtendWith(LeakCheck.class)
class DistributionLawsTest {

  static Stream<Named<DistributionCase>> cases() {
    return DistributionCases.all().stream().map(row -> Named.of(row.name(), row));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shapes(DistributionCase row) {
    DistributionLaws.shapes(row);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void densityIntegrates(DistributionCase row) {
    IntegralLaws.densityIntegrates(row);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void densityIsTheOracles(DistributionCase row) {
    DistributionLaws.densityIsTheOracles(row);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void drawKnowsItsDensity(DistributionCase row) {
    DistributionLaws.drawKnowsItsDensity(row);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void densityHasItsGradient(DistributionCase row) {
    DistributionLaws.densityHasItsGradient(row);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void scoreAndPathAddUp(DistributionCase row) {
    DistributionLaws.scoreAndPathAddUp(row);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void supportIsGuarded(DistributionCase row) {
    DistributionLaws.supportIsGuarded(row);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void numbersAreTensors(DistributionCase row) {
    DistributionLaws.numbersAreTensors(row);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void maskHides(DistributionCase row) {
    DistributionLaws.maskHides(row);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void bothFloatTypes(DistributionCase row) {
    DistributionLaws.bothFloatTypes(row);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void cdfInverts(DistributionCase row) {
    IntegralLaws.cdfInverts(row);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void moments(DistributionCase row) {
    SamplingLaws.QUICK.moments(row);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void drawsFollowTheDensity(DistributionCase row) {
    SamplingLaws.QUICK.drawsFollowTheDensity(row);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void scoreIsZeroOnAverage(DistributionCase row) {
    SamplingLaws.QUICK.scoreIsZeroOnAverage(row);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void drawsHaveTheirGradient(DistributionCase row) {
    SamplingLaws.QUICK.drawsHaveTheirGradient(row);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void expandDrawsAnew(DistributionCase row) {
    SamplingLaws.expandDrawsAnew(row);
  }
}
