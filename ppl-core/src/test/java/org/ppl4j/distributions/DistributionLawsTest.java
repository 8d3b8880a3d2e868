package org.ppl4j.distributions;

import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.testing.DistributionCase;
import org.ppl4j.testing.DistributionCases;
import org.ppl4j.testing.DistributionLaws;
import org.ppl4j.testing.IntegralLaws;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.SamplingLaws;
import org.ppl4j.testing.Tally;

/** Every law for every row of the table. */
@ExtendWith(LeakCheck.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DistributionLawsTest {

  private final Tally tally = new Tally();

  @AfterAll
  void everyLawJudged() {
    tally.require();
  }

  static Stream<Named<DistributionCase>> cases() {
    return DistributionCases.all().stream().map(row -> Named.of(row.name(), row));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shapes(DistributionCase row) {
    tally.add("shapes", DistributionLaws.shapes(row));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void densityIntegrates(DistributionCase row) {
    tally.add("densityIntegrates", IntegralLaws.densityIntegrates(row));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void densityIsTheOracles(DistributionCase row) {
    tally.add("densityIsTheOracles", DistributionLaws.densityIsTheOracles(row));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void drawKnowsItsDensity(DistributionCase row) {
    tally.add("drawKnowsItsDensity", DistributionLaws.drawKnowsItsDensity(row));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void densityHasItsGradient(DistributionCase row) {
    tally.add("densityHasItsGradient", DistributionLaws.densityHasItsGradient(row));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void scoreAndPathAddUp(DistributionCase row) {
    tally.add("scoreAndPathAddUp", DistributionLaws.scoreAndPathAddUp(row));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void supportIsGuarded(DistributionCase row) {
    tally.add("supportIsGuarded", DistributionLaws.supportIsGuarded(row));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void numbersAreTensors(DistributionCase row) {
    tally.add("numbersAreTensors", DistributionLaws.numbersAreTensors(row));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void maskHides(DistributionCase row) {
    tally.add("maskHides", DistributionLaws.maskHides(row));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void bothFloatTypes(DistributionCase row) {
    tally.add("bothFloatTypes", DistributionLaws.bothFloatTypes(row));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void cdfExistsAsAsked(DistributionCase row) {
    tally.add("cdfExistsAsAsked", IntegralLaws.cdfExistsAsAsked(row));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void cdfInverts(DistributionCase row) {
    tally.add("cdfInverts", IntegralLaws.cdfInverts(row));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void moments(DistributionCase row) {
    tally.add("moments", SamplingLaws.QUICK.moments(row));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void drawsFollowTheDensity(DistributionCase row) {
    tally.add("drawsFollowTheDensity", SamplingLaws.QUICK.drawsFollowTheDensity(row));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void scoreIsZeroOnAverage(DistributionCase row) {
    tally.add("scoreIsZeroOnAverage", SamplingLaws.QUICK.scoreIsZeroOnAverage(row));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void drawsHaveTheirGradient(DistributionCase row) {
    tally.add("drawsHaveTheirGradient", SamplingLaws.QUICK.drawsHaveTheirGradient(row));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void expandDrawsAnew(DistributionCase row) {
    tally.add("expandDrawsAnew", SamplingLaws.expandDrawsAnew(row));
  }
}
