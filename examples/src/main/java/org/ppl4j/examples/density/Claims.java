package org.ppl4j.examples.density;

import com.google.common.collect.ImmutableMap;
import com.google.common.math.Stats;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.ppl4j.examples.density.ClaimsTable.Policy;
import org.ppl4j.examples.launcher.Example;
import org.ppl4j.examples.launcher.ExampleOptions;
import org.ppl4j.examples.launcher.ExampleResult;
import org.ppl4j.examples.launcher.Reference;
import org.ppl4j.flows.Flows;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.density.ConditionalDensity;
import org.ppl4j.infer.density.ConditionalDensityEstimator;
import org.ppl4j.infer.density.Table;
import org.ppl4j.infer.report.CurvePicture;
import org.ppl4j.infer.report.Report;
import org.ppl4j.infer.report.Sheet;

/**
 * What a motor policy claims in a year, given its driver, region, fuel and car: most of the time
 * nothing, which has a probability, and otherwise some number of euros. Regions are categories, the
 * age of some cars is missing, and a policy counts as much as it was exposed, in years. The law of
 * the claims is known, so that what was learned can be compared with it.
 */
public final class Claims implements Example {

  private static final int POLICIES = 6000;
  private static final int POLICIES_OF_A_SMOKE_TEST = 400;
  private static final long SEED = 11;
  private static final int PANEL = 480;

  /** So many years of each policy are drawn. */
  private static final int YEARS = 20;

  private static final double[] LEVELS = {0.9, 0.95};

  @Override
  public String name() {
    return "claims";
  }

  @Override
  public String description() {
    return "what motor policies claim in a year: mostly nothing; categories, exposure as weights";
  }

  @Override
  public boolean writesReport() {
    return true;
  }

  /** The claims that are not nothing, by region; and the whole portfolio's figures. */
  @Override
  public ExampleResult run(ExampleOptions options) {
    int count = options.orInSmokeTest(POLICIES, POLICIES_OF_A_SMOKE_TEST);
    List<Policy> policies = ClaimsTable.policies(count, SEED);
    Random random = new Random(SEED + 1);
    Table table = ClaimsTable.table(policies, policy -> policy.claim(random));
    Table drivers = table.without("claim", "exposure");
    try (ConditionalDensity density =
        ConditionalDensityEstimator.of(Flows::conditional)
            .weights("exposure")
            .training(options.training())
            .fit(table.columns("claim", "exposure"), drivers)) {
      int years = options.orIfStopped(YEARS, 1);
      double[] draws = density.sampleRows(years, drivers).column("claim").numbers();
      options.report(() -> report(density, count));
      double[] premiums = premiums(draws, count);
      options.save(directory -> save(density, table, draws, directory));

      ImmutableMap.Builder<String, Summary.Row> rows = ImmutableMap.builder();
      ImmutableMap.Builder<String, Reference.Moments> reference = ImmutableMap.builder();
      for (String region : ClaimsTable.REGIONS) {
        String name = "log claim, " + region;
        rows.put(name, Summary.Row.of(logClaims(policies, years, region, i -> draws[i])));
        reference.put(
            name,
            Reference.Moments.of(
                logClaims(policies, years, region, i -> policies.get(i % count).claim(random))));
      }
      double[] claims = table.column("claim").numbers();
      ImmutableMap<String, Double> figures =
          ImmutableMap.<String, Double>builder()
              .put("share with a claim", mean(policies, chances(density, policies)))
              .put("share with a claim, truth", mean(policies, each(policies, Policy::probability)))
              .put("share with a claim, table", mean(policies, each(claims)))
              .put("premium", mean(policies, premiums))
              .put("premium, truth", mean(policies, each(policies, Policy::premium)))
              .put("premium, table", mean(policies, claims))
              .put("premium, table without weights", Stats.meanOf(claims))
              .put("steps", (double) density.report().orElseThrow().fit().steps())
              .buildOrThrow();
      ExampleResult result =
          new ExampleResult(
              new Summary(rows.buildOrThrow()), new Reference(reference.buildOrThrow()), figures);
      return result.withReport(String.join(System.lineSeparator(), density.notes()));
    }
  }

  /** That of policies that it has not seen. */
  private Report<Table> report(ConditionalDensity density, int count) {
    Random random = new Random(SEED + 3);
    Table fresh =
        ClaimsTable.table(ClaimsTable.policies(count, SEED + 2), policy -> policy.claim(random));
    return Report.of(
            density, fresh.columns("claim", "exposure"), fresh.without("claim", "exposure"))
        .title(name());
  }

  // --- figures

  /** The logarithms of the claims of policies of a region that are not nothing. */
  private static double[] logClaims(
      List<Policy> policies, int years, String region, IntToDoubleFunction claim) {
    int own = ClaimsTable.REGIONS.indexOf(region);
    return IntStream.range(0, years * policies.size())
        .filter(i -> policies.get(i % policies.size()).region() == own)
        .mapToDouble(claim)
        .filter(euros -> euros > 0)
        .map(Math::log)
        .toArray();
  }

  /** The probability of a claim of each policy: that of nothing is a mass. */
  private static double[] chances(ConditionalDensity density, List<Policy> policies) {
    Table none = ClaimsTable.table(policies, policy -> 0);
    Table drivers = none.without("claim", "exposure");
    return Arrays.stream(density.logProb(none.columns("claim"), drivers).toDoubleArray())
        .map(log -> -Math.expm1(log))
        .toArray();
  }

  /** The mean claim of each policy, over its years. */
  private static double[] premiums(double[] draws, int count) {
    double[] means = new double[count];
    for (int i = 0; i < draws.length; i++) {
      means[i % count] += draws[i] * count / draws.length;
    }
    return means;
  }

  private static double[] each(List<Policy> policies, ToDoubleFunction<Policy> figure) {
    return policies.stream().mapToDouble(figure).toArray();
  }

  /** A 1 where there is a claim. */
  private static double[] each(double[] claims) {
    return Arrays.stream(claims).map(claim -> claim > 0 ? 1 : 0).toArray();
  }

  /** The mean over all policies, by their exposure. */
  private static double mean(List<Policy> policies, double[] each) {
    double sum = 0;
    double exposure = 0;
    for (int i = 0; i < each.length; i++) {
      sum += policies.get(i).exposure() * each[i];
      exposure += policies.get(i).exposure();
    }
    return sum / exposure;
  }

  // --- for a reader

  /** The chance of a claim, quantiles of claims, and those that are not nothing. */
  private static void save(
      ConditionalDensity density, Table table, double[] draws, Path directory) {
    CurvePicture chances =
        CurvePicture.of("probability of a claim in a year", "age", "probability");
    for (String region : List.of("south", "north")) {
      List<Policy> drivers = ClaimsTable.ofEachAge(ClaimsTable.REGIONS.indexOf(region));
      double[] age = each(drivers, Policy::age);
      chances =
          chances
              .curve(region, age, chances(density, drivers))
              .dashed(region + ", truth", age, each(drivers, Policy::probability));
    }
    List<Policy> drivers = ClaimsTable.ofEachAge(ClaimsTable.REGIONS.indexOf("south"));
    Table contexts = ClaimsTable.table(drivers, policy -> 0).without("claim", "exposure");
    double[] age = each(drivers, Policy::age);
    CurvePicture quantiles = CurvePicture.of("quantiles of a year's claim, south", "age", "euros");
    for (double level : LEVELS) {
      String name = Math.round(100 * level) + "%";
      double[] truth = each(drivers, policy -> policy.quantile(level));
      quantiles =
          quantiles
              .curve(name, age, density.quantile(level, contexts).toDoubleArray())
              .dashed(name + ", truth", age, truth);
    }
    CurvePicture sizes =
        CurvePicture.of("sizes of claims", "natural logarithm of euros", "share below");
    for (boolean isTable : new boolean[] {true, false}) {
      double[] some = sorted(isTable ? table.column("claim").numbers() : draws);
      double[] shares = new double[some.length];
      Arrays.setAll(shares, i -> (i + 0.5) / shares.length);
      sizes = sizes.curve(isTable ? "table" : "draws", some, shares);
    }
    Sheet.of(3, List.of(chances, quantiles, sizes))
        .each(PANEL, PANEL)
        .save(directory.resolve("claims.png"));
  }

  private static double[] sorted(double[] claims) {
    return Arrays.stream(claims).filter(euros -> euros > 0).map(Math::log).sorted().toArray();
  }
}
