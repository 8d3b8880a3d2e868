package org.ppl4j.examples.hierarchical;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableMap;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.HalfNormal;
import org.ppl4j.distributions.Normal;
import org.ppl4j.examples.hierarchical.Radon.Houses;
import org.ppl4j.examples.launcher.ChainWords;
import org.ppl4j.examples.launcher.Example;
import org.ppl4j.examples.launcher.ExampleOptions;
import org.ppl4j.examples.launcher.ExampleResult;
import org.ppl4j.examples.launcher.Reference;
import org.ppl4j.infer.ModelDensity;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.diagnostics.Estimate;
import org.ppl4j.infer.diagnostics.Loo;
import org.ppl4j.infer.diagnostics.LooComparison;
import org.ppl4j.infer.mcmc.McmcRun;
import org.ppl4j.infer.mcmc.Nuts;
import org.ppl4j.infer.reparam.Reparam;
import org.ppl4j.infer.report.CurvePicture;
import org.ppl4j.infer.report.ForestPicture;
import org.ppl4j.infer.report.Picture;
import org.ppl4j.infer.report.Report;
import org.ppl4j.infer.report.Sheet;

/**
 * Which model predicts the radon of a house best that it has not seen (Gelman and Hill 2007,
 * chapter 12)? One level for all counties; one for each county, drawn from a common distribution;
 * and one for each that also follows the uranium in its soil. Each is sampled, and cross-validated
 * by leaving one house out at a time, without a further fit.
 */
public final class ModelComparison implements Example {

  /** log radon ~ N(alpha + beta floor, sigma_y), the same alpha in all counties. */
  static final Program<Houses> POOLED =
      (p, data) -> {
        NDArray sigmaY = p.sample("sigma_y", HalfNormal.of(1));
        NDArray alpha = p.sample("alpha", Normal.of(0, 10));
        NDArray beta = p.sample("beta", Normal.of(0, 10));
        try (Plate houses = p.plate("houses", data.logRadon().size(0))) {
          NDArray mean = alpha.add(beta.mul(houses.take(data.floor())));
          p.observe("log_radon", Normal.of(mean, sigmaY), houses.take(data.logRadon()));
        }
      };

  /** As {@link Radon#model}, with gamma times the county's uranium beside its level. */
  static final Program<Houses> WITH_URANIUM =
      (p, data) -> {
        NDArray sigmaAlpha = p.sample("sigma_alpha", HalfNormal.of(1));
        NDArray sigmaY = p.sample("sigma_y", HalfNormal.of(1));
        NDArray muAlpha = p.sample("mu_alpha", Normal.of(0, 10));
        NDArray beta = p.sample("beta", Normal.of(0, 10));
        NDArray gamma = p.sample("gamma", Normal.of(0, 10));
        NDArray alpha;
        try (Plate counties = p.plate("counties", data.counties())) {
          alpha = p.sample("alpha", Normal.of(muAlpha, sigmaAlpha));
        }
        try (Plate houses = p.plate("houses", data.logRadon().size(0))) {
          NDArray level = p.pick(alpha, houses.take(data.county()));
          NDArray mean =
              level
                  .add(beta.mul(houses.take(data.floor())))
                  .add(gamma.mul(houses.take(data.logUranium())));
          p.observe("log_radon", Normal.of(mean, sigmaY), houses.take(data.logRadon()));
        }
      };

  /**
   * By name, the simplest first. Where uranium explains most of the difference between counties,
   * what is left of it may be near 0: levels are drawn in units of sigma_alpha.
   */
  public static final ImmutableMap<String, Program<Houses>> MODELS =
      ImmutableMap.of(
          "pooled", POOLED,
          "by county", Radon.model(Radon.HOUSES),
          "by county, uranium", WITH_URANIUM.with(Reparam.automatic()));

  private static final int ITERATIONS = 1000;

  /** Differences are told in words from so many standard errors on. */
  private static final double CLEAR = 2;

  @Override
  public String name() {
    return "model-comparison";
  }

  @Override
  public String description() {
    return "three models of radon: which predicts best, by leave-one-out cross-validation";
  }

  @Override
  public boolean writesReport() {
    return true;
  }

  @Override
  public ExampleResult run(ExampleOptions options) {
    int iterations = options.steps().orElse(ITERATIONS);
    Map<String, Loo> models = new LinkedHashMap<>();
    Map<String, Report<Houses>> reports = new LinkedHashMap<>();
    ImmutableMap.Builder<String, Summary.Row> rows = ImmutableMap.builder();
    List<String> words = new ArrayList<>();
    try (NDManager manager = NDManager.newBaseManager()) {
      Houses data = Radon.houses(manager);
      options.each(
          MODELS.entrySet(),
          model -> {
            String name = model.getKey();
            Nuts<Houses> nuts = options.chains(Nuts.of(model.getValue()), iterations);
            try (McmcRun<Houses> run = nuts.run(data)) {
              models.put(
                  name,
                  Loo.of(
                      ModelDensity.of(model.getValue(), run).logLikelihoods(data, run.samples())));
              for (String site : List.of("beta", "sigma_y")) {
                rows.put(name + ": " + site, run.summary().get(site));
              }
              if (options.page().isPresent()) {
                reports.put(name, Report.of(run));
              }
              words.add(ChainWords.of(name, run.report()));
            }
          });
    }
    LooComparison comparison = Loo.compare(models);
    options.save(directory -> save(comparison, directory));
    options.report(
        () -> {
          Report<?> report = Report.of(comparison).title(name());
          for (Map.Entry<String, Report<Houses>> model : reports.entrySet()) {
            report = report.and(model.getKey(), model.getValue());
          }
          return report;
        });
    ImmutableMap.Builder<String, Double> figures = ImmutableMap.builder();
    for (LooComparison.Row row : comparison.rows()) {
      figures.put("elpd of " + row.name(), row.loo().elpd().value());
    }
    return new ExampleResult(
            new Summary(rows.buildOrThrow()),
            Reference.none(),
            figures.put("steps", (double) iterations).buildOrThrow())
        .withReport(String.join(System.lineSeparator(), words))
        .withTable(table(comparison));
  }

  /** The comparison, and what follows from it. */
  private static String table(LooComparison comparison) {
    String best = comparison.rows().get(0).name();
    StringBuilder text = new StringBuilder(comparison.toString());
    for (LooComparison.Row row : comparison.rows()) {
      if (!row.name().equals(best)) {
        Estimate difference = row.difference();
        double errors = -difference.value() / difference.standardError();
        text.append(
            String.format(
                Locale.ROOT,
                "%n'%s' predicts %s than '%s': %.1f standard errors of the difference",
                row.name(),
                errors > CLEAR ? "worse" : "hardly worse",
                best,
                errors));
      }
    }
    return text.toString();
  }

  /** How well each model predicts, with standard errors; and how far to trust the best one's. */
  private static void save(LooComparison comparison, Path directory) {
    ImmutableMap.Builder<String, Summary.Row> rows = ImmutableMap.builder();
    for (LooComparison.Row row : comparison.rows()) {
      Estimate elpd = row.loo().elpd();
      rows.put(
          row.name(),
          new Summary.Row(elpd.value(), elpd.standardError(), Double.NaN, Double.NaN, Double.NaN));
    }
    Picture estimates =
        ForestPicture.ofSummaries(
            "elpd_loo with its standard error: more is better",
            ImmutableMap.of("", new Summary(rows.buildOrThrow())));
    LooComparison.Row best = comparison.rows().get(0);
    double[] khats = best.loo().pointwise().stream().mapToDouble(Loo.Observation::khat).toArray();
    double[] houses = IntStream.rangeClosed(1, khats.length).asDoubleStream().toArray();
    double threshold = best.loo().threshold();
    Sheet.of(
            2,
            List.of(
                estimates,
                CurvePicture.of("how far to trust '" + best.name() + "'", "house", "k-hat")
                    .points("k-hat", houses, khats)
                    .dashed(
                        "too large above",
                        new double[] {1, khats.length},
                        new double[] {threshold, threshold})))
        .save(directory.resolve("model-comparison.png"));
  }
}
