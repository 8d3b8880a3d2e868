package org.ppl4j.distributions;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.partitioningBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.ppl4j.testing.References.number;
import static org.ppl4j.testing.References.objects;

import com.google.common.collect.ImmutableMap;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.ppl4j.distributions.Planted.Fault;
import org.ppl4j.distributions.ReferenceValues.Compared;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.DistributionCase;
import org.ppl4j.testing.DistributionCases;
import org.ppl4j.testing.DistributionLaws;
import org.ppl4j.testing.EveryLaw;
import org.ppl4j.testing.IntegralLaws;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.ReferenceParameters;
import org.ppl4j.testing.References;
import org.ppl4j.testing.SamplingLaws;
import org.ppl4j.testing.Significance;

/** The whole reference, and all laws over the whole table on the full grid. */
@Tag("acceptance")
@ExtendWith(LeakCheck.class)
class DistributionsAcceptanceTest {

  private static final AcceptancePoint REFERENCE = new AcceptancePoint("distributions.1");
  private static final AcceptancePoint LAWS_KEPT = new AcceptancePoint("distributions.2");
  private static final int OVERFLOWING_SQUARES = 3; // explained in ReferenceValues
  private static final int CONTRADICTIONS = 1; // of the reference, explained there too

  @Test
  @Tag("distributions.1")
  void everyFamilyOfTheReferenceAgrees() {
    List<String> missing =
        ReferenceValues.families().stream()
            .filter(family -> DistributionCases.reference(family).isEmpty())
            .toList();
    assertThat(missing).as("families of the reference without a row").isEmpty();
    List<Compared> all =
        ReferenceValues.cases().flatMap(one -> ReferenceValues.compare(one).stream()).toList();
    Map<Boolean, List<Compared>> agreeing = all.stream().collect(partitioningBy(Compared::agrees));
    List<Compared> excused = agreeing.get(false);
    assertThat(excused.stream().filter(one -> !ReferenceValues.isExplained(one))).isEmpty();
    REFERENCE.atMost("families without a row", missing.size(), 0);
    Map<String, List<Compared>> byField =
        new TreeMap<>(agreeing.get(true).stream().collect(groupingBy(Compared::field)));
    byField.forEach(
        (field, values) ->
            REFERENCE.atMost(
                "largest error of " + field + " over " + values.size() + " values",
                values.stream().mapToDouble(Compared::error).max().orElseThrow(),
                ReferenceValues.TOLERANCE));
    REFERENCE.atMost(
        "of " + all.stream().filter(Compared::stress).count() + " values of stress points, wrong",
        excused.stream().filter(Compared::stress).count(),
        OVERFLOWING_SQUARES);
    REFERENCE.atMost(
        "values in which the reference contradicts itself",
        excused.stream().filter(one -> !one.stress()).count(),
        CONTRADICTIONS);
  }

  @Test
  @Tag("distributions.1")
  void everyDivergenceOfTheReferenceAgrees() {
    List<JsonObject> entries = objects(References.read("distributions.json").get("kl"));
    double worst = 0;
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      for (JsonObject entry : entries) {
        Distribution p = in(run, entry.getAsJsonObject("p"));
        Distribution q = in(run, entry.getAsJsonObject("q"));
        double expected = number(entry.get("kl"));
        double error = Math.abs(Tensors.values(Kl.of(p, q))[0] - expected);
        worst = Math.max(worst, error / Math.max(1, Math.abs(expected)));
      }
    }
    REFERENCE.atMost(
        "largest error of kl over " + entries.size() + " pairs", worst, ReferenceValues.TOLERANCE);
  }

  private static Distribution in(Run run, JsonObject entry) {
    return DistributionCases.reference(entry.get("dist").getAsString())
        .orElseThrow()
        .apply(new ReferenceParameters(run, entry))
        .on(run);
  }

  private static final ImmutableMap<String, ToIntFunction<DistributionCase>> LAWS =
      EveryLaw.OF_DENSITIES;

  private static final ImmutableMap<String, ToIntFunction<DistributionCase>> LAWS_OF_DRAWS =
      EveryLaw.ofDraws(SamplingLaws.FULL);

  @Test
  @Tag("distributions.2")
  void allLawsHoldOverTheWholeTable() {
    List<String> failures = new ArrayList<>();
    int[] comparisons = {0};
    int[] judged = {0};
    for (DistributionCase row : DistributionCases.all()) {
      LAWS.forEach(
          (name, law) -> run(failures, name, row, one -> judged[0] += law.applyAsInt(one)));
      LAWS_OF_DRAWS.forEach(
          (name, law) -> run(failures, name, row, one -> comparisons[0] += law.applyAsInt(one)));
    }

    assertThat(LAWS.size() + LAWS_OF_DRAWS.size())
        .as("laws here and in every build")
        .isEqualTo(
            Arrays.stream(DistributionLawsTest.class.getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(ParameterizedTest.class))
                .count());
    assertThat(failures).isEmpty();
    assertThat(judged[0]).isPositive();
    int rows = DistributionCases.all().size();
    int laws = LAWS.size() + LAWS_OF_DRAWS.size();
    LAWS_KEPT.atMost(laws + " laws over " + rows + " rows, failures", failures.size(), 0);
    LAWS_KEPT.atMost(
        "comparisons of draws at alpha = 1e-4 over all",
        comparisons[0],
        Significance.MOST_COMPARISONS);
  }

  private static void run(
      List<String> failures, String name, DistributionCase row, Consumer<DistributionCase> law) {
    try {
      law.accept(row);
    } catch (AssertionError | RuntimeException e) {
      failures.add(row.name() + ": " + name + ": " + e);
    }
  }

  @Test
  @Tag("distributions.2")
  void anErrorOfOneMillionthInEachDensityIsCaught() {
    plant(
        "1e-6 in the log-density",
        Fault.ofDensity(1e-6),
        row -> true,
        List.of(IntegralLaws::densityIntegrates, DistributionLaws::drawKnowsItsDensity));
  }

  @Test
  @Tag("distributions.2")
  void anErrorOfOnePercentInEachScaleIsCaught() {
    plant(
        "1% in the scale of the sampler",
        Fault.ofScale(1.01),
        DistributionsAcceptanceTest::isContinuous,
        List.of(
            SamplingLaws.FULL::scoreIsZeroOnAverage,
            SamplingLaws.FULL::moments,
            SamplingLaws.FULL::drawsFollowTheDensity));
  }

  @Test
  @Tag("distributions.2")
  void aWrongDerivativeOfEachDrawIsCaught() {
    plant(
        "half the derivative of draws",
        Fault.ofDerivative(),
        DistributionsAcceptanceTest::hasPath,
        List.of(SamplingLaws.FULL::drawsHaveTheirGradient));
  }

  /** Draws that are made hard are bits, which have no scale; those that they are made of have. */
  private static boolean isContinuous(DistributionCase row) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      return row.atoms().length == 0
          && !row.hasBiasedGradient()
          && !row.in(run).support().isDiscrete();
    }
  }

  /** Of draws that are made hard, {@link StraightThroughTest} knows the derivative. */
  private static boolean hasPath(DistributionCase row) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      return row.in(run).isReparameterized() && !row.hasBiasedGradient();
    }
  }

  private static void plant(
      String what,
      Fault fault,
      Predicate<DistributionCase> where,
      List<Consumer<DistributionCase>> laws) {
    List<DistributionCase> rows = DistributionCases.all().stream().filter(where).toList();
    List<String> missed =
        rows.stream()
            .map(row -> row.made(base -> new Planted(base, fault)))
            .filter(row -> laws.stream().noneMatch(law -> catches(law, row)))
            .map(DistributionCase::name)
            .toList();

    assertThat(missed).as("not caught: %s", what).isEmpty();
    LAWS_KEPT.none(what + ", planted in " + rows.size() + " rows, missed");
  }

  private static boolean catches(Consumer<DistributionCase> law, DistributionCase row) {
    try {
      law.accept(row);
      return false;
    } catch (AssertionError e) {
      return true;
    }
  }
}
