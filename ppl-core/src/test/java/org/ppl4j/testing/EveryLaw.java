package org.ppl4j.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableMap;
import java.util.Map;
import java.util.function.ToIntFunction;

/** All laws for one row: what a distribution or transform of one's own is checked by. */
public final class EveryLaw {

  /** Those of distributions that need no draws in number. */
  public static final ImmutableMap<String, ToIntFunction<DistributionCase>> OF_DENSITIES =
      ImmutableMap.<String, ToIntFunction<DistributionCase>>builder()
          .put("shapes", DistributionLaws::shapes)
          .put("density integrates", IntegralLaws::densityIntegrates)
          .put("draws know their density", DistributionLaws::drawKnowsItsDensity)
          .put("gradients of the density", DistributionLaws::densityHasItsGradient)
          .put("score and total derivative", DistributionLaws::scoreAndPathAddUp)
          .put("support", DistributionLaws::supportIsGuarded)
          .put("plain numbers", DistributionLaws::numbersAreTensors)
          .put("mask", DistributionLaws::maskHides)
          .put("float types", DistributionLaws::bothFloatTypes)
          .put("cdf as asked", IntegralLaws::cdfExistsAsAsked)
          .put("cdf and quantiles", IntegralLaws::cdfInverts)
          .put("expand", SamplingLaws::expandDrawsAnew)
          .put("oracle", DistributionLaws::densityIsTheOracles)
          .buildOrThrow();

  private static final ImmutableMap<String, ToIntFunction<TransformCase>> OF_TRANSFORMS =
      ImmutableMap.of(
          "tensorsAreReplaced", TransformLaws::tensorsAreReplaced,
          "roundTrip", TransformLaws::roundTrip,
          "logDetIsThatOfTheJacobian", TransformLaws::logDetIsThatOfTheJacobian,
          "logDetCancelsUnderInverse", TransformLaws::logDetCancelsUnderInverse,
          "invertedIsAView", TransformLaws::invertedIsAView,
          "batches", TransformLaws::batches,
          "gradientsAreFinite", TransformLaws::gradientsAreFinite);

  private EveryLaw() {}

  /** Those of distributions that are about many draws. */
  public static ImmutableMap<String, ToIntFunction<DistributionCase>> ofDraws(SamplingLaws laws) {
    return ImmutableMap.of(
        "moments", laws::moments,
        "Kolmogorov-Smirnov and chi-square", laws::drawsFollowTheDensity,
        "mean score", laws::scoreIsZeroOnAverage,
        "gradients of draws", laws::drawsHaveTheirGradient);
  }

  /** Checks a distribution; those laws that need what the row lacks judge nothing. */
  public static ImmutableMap<String, Integer> check(DistributionCase row) {
    return check(
        ImmutableMap.<String, ToIntFunction<DistributionCase>>builder()
            .putAll(OF_DENSITIES)
            .putAll(ofDraws(SamplingLaws.QUICK))
            .buildOrThrow(),
        row);
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
