package org.ppl4j.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableMap;
import java.util.Map;
import java.util.function.ToIntFunction;

/** All laws for one row: what a distribution or transform of one's own is checked by. */
public final class EveryLaw {

  private static final ImmutableMap<String, ToIntFunction<DistributionCase>> OF_DISTRIBUTIONS =
      ImmutableMap.<String, ToIntFunction<DistributionCase>>builder()
          .put("shapes", DistributionLaws::shapes)
          .put("densityIntegrates", IntegralLaws::densityIntegrates)
          .put("densityIsTheOracles", DistributionLaws::densityIsTheOracles)
          .put("drawKnowsItsDensity", DistributionLaws::drawKnowsItsDensity)
          .put("densityHasItsGradient", DistributionLaws::densityHasItsGradient)
          .put("scoreAndPathAddUp", DistributionLaws::scoreAndPathAddUp)
          .put("supportIsGuarded", DistributionLaws::supportIsGuarded)
          .put("numbersAreTensors", DistributionLaws::numbersAreTensors)
          .put("maskHides", DistributionLaws::maskHides)
          .put("bothFloatTypes", DistributionLaws::bothFloatTypes)
          .put("cdfInverts", IntegralLaws::cdfInverts)
          .put("moments", SamplingLaws.QUICK::moments)
          .put("drawsFollowTheDensity", SamplingLaws.QUICK::drawsFollowTheDensity)
          .put("scoreIsZeroOnAverage", SamplingLaws.QUICK::scoreIsZeroOnAverage)
          .put("drawsHaveTheirGradient", SamplingLaws.QUICK::drawsHaveTheirGradient)
          .put("expandDrawsAnew", SamplingLaws::expandDrawsAnew)
          .buildOrThrow();

  private static final ImmutableMap<String, ToIntFunction<TransformCase>> OF_TRANSFORMS =
      ImmutableMap.of(
          "roundTrip", TransformLaws::roundTrip,
          "logDetIsThatOfTheJacobian", TransformLaws::logDetIsThatOfTheJacobian,
          "logDetCancelsUnderInverse", TransformLaws::logDetCancelsUnderInverse,
          "invertedIsAView", TransformLaws::invertedIsAView,
          "batches", TransformLaws::batches,
          "gradientsAreFinite", TransformLaws::gradientsAreFinite);

  private EveryLaw() {}

  /** Checks a distribution; those laws that need what the row lacks judge nothing. */
  public static ImmutableMap<String, Integer> check(DistributionCase row) {
    return check(OF_DISTRIBUTIONS, row);
  }

  /** Checks a transform. */
  public static ImmutableMap<String, Integer> check(TransformCase row) {
    return check(OF_TRANSFORMS, row);
  }

  private static <R> ImmutableMap<String, Integer> check(
      Map<String, ToIntFunction<R>> laws, R row) {
    ImmutableMap.Builder<String, Integer> judged = ImmutableMap.builder();
    laws.forEach((name, law) -> judged.put(name, law.applyAsInt(row)));
    ImmutableMap<String, Integer> counts = judged.buildOrThrow();
    assertThat(counts.values()).as("laws of %s: %s", row, counts).anyMatch(count -> count > 0);
    return counts;
  }
}
