package org.ppl4j.examples.choices;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableMap;
import com.google.common.primitives.Doubles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Bernoulli;
import org.ppl4j.distributions.Beta;
import org.ppl4j.distributions.Binomial;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.TransformedDistribution;
import org.ppl4j.examples.launcher.ChainWords;
import org.ppl4j.examples.launcher.Example;
import org.ppl4j.examples.launcher.ExampleOptions;
import org.ppl4j.examples.launcher.ExampleResult;
import org.ppl4j.examples.launcher.Reference;
import org.ppl4j.examples.launcher.Resources;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.mcmc.McmcRun;
import org.ppl4j.infer.mcmc.Nuts;
import org.ppl4j.infer.report.CurvePicture;
import org.ppl4j.infer.report.Report;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.transforms.Bijections;

/**
 * How many hares are there, if 68 were caught on six days, some of them again and again? To those
 * that were caught come many that may be there and were never caught: whether each is there is a
 * discrete latent site, of which all but the draws are summed out (data augmentation, Royle,
 * Dorazio and Link 2007).
 *
 * <p>In one model all hares are alike: the estimate of greatest likelihood is 75.4 with a standard
 * error of 3.5 (Cormack 1989). In the other each is shy or bold, which hides more of them.
 */
public final class CaptureRecapture implements Example {

  private static final int DAYS = 6;

  /** Hares that may be there, caught or not. */
  private static final int AT_MOST = 250;

  /** captures ~ Binomial(6 if there and 0 if not, caught). */
  public static final Program<double[]> ALIKE =
      (p, captures) -> {
        NDArray share = p.sample("share", Beta.of(1, 1));
        NDArray caught = p.sample("caught", Beta.of(1, 1));
        try (Plate hares = p.plate("hares", captures.length)) {
          NDArray isThere = p.sample("there", Bernoulli.probs(share));
          p.observe("captures", Binomial.probs(isThere.mul(DAYS), caught), captures);
        }
      };

  /** The same, where the probability to be caught is that of the kind of hare. */
  public static final Program<double[]> TWO_KINDS =
      (p, captures) -> {
        NDArray share = p.sample("share", Beta.of(1, 1));
        NDArray bold = p.sample("bold", Beta.of(2, 2));
        NDArray logOdds =
            p.sample(
                "log_odds",
                TransformedDistribution.of(
                    Normal.of(Tensors.vector(-1.5, 0.5), 0.5).toEvent(1),
                    Bijections.to(Constraint.ORDERED_VECTOR)));
        NDArray caught = p.deterministic("caught", Special.sigmoid(logOdds));
        try (Plate hares = p.plate("hares", captures.length)) {
          NDArray isThere = p.sample("there", Bernoulli.probs(share));
          NDArray kind = p.sample("kind", Bernoulli.probs(bold));
          NDArray trials = isThere.mul(DAYS);
          p.observe("captures", Binomial.probs(trials, p.pick(caught, kind)), captures);
        }
      };

  private static final ImmutableMap<String, Program<double[]>> MODELS =
      ImmutableMap.of("all alike", ALIKE, "shy and bold", TWO_KINDS);

  /** The model that the report is of. */
  private static final String REPORTED = "shy and bold";

  /** How often each hare was caught: first those that were. */
  public static double[] captures() {
    double[] table = Resources.csv(CaptureRecapture.class, "hares.csv", "captures", "hares");
    double[] captures = new double[AT_MOST];
    int at = 0;
    for (int i = 0; i < table.length; i += 2) {
      int count = (int) table[i + 1];
      Arrays.fill(captures, at, at + count, table[i]);
      at += count;
    }
    return captures;
  }

  @Override
  public String name() {
    return "capture-recapture";
  }

  @Override
  public String description() {
    return "68 hares that were caught again and again: how many more were never caught";
  }

  @Override
  public boolean writesReport() {
    return true;
  }

  @Override
  public ExampleResult run(ExampleOptions options) {
    int iterations = options.steps().orElse(1000);
    double[] captures = captures();
    ImmutableMap.Builder<String, Summary.Row> rows = ImmutableMap.builder();
    ImmutableMap.Builder<String, Double> figures = ImmutableMap.builder();
    List<String> words = new ArrayList<>();
    Map<String, double[]> numbers = new LinkedHashMap<>();
    options.each(
        MODELS.entrySet(),
        model -> {
          String name = model.getKey();
          try (McmcRun<double[]> run =
              options.chains(Nuts.of(model.getValue()), iterations).run(captures)) {
            if (name.equals(REPORTED)) {
              options.report(() -> Report.of(run).model(model.getValue(), captures).title(name()));
            }
            double[] hares = hares(run.samples());
            numbers.put(name, hares);
            Reference.Moments moments = Reference.Moments.of(hares);
            figures.put("hares, " + name, moments.mean());
            figures.put("their standard deviation, " + name, moments.sd());
            for (Map.Entry<String, Summary.Row> row : run.summary().rows().entrySet()) {
              if (row.getKey().startsWith("caught") || row.getKey().equals("bold")) {
                rows.put(name + ": " + row.getKey(), row.getValue());
              }
            }
            words.add(ChainWords.of(name, run.report()));
          }
        });
    options.save(directory -> save(numbers, directory));
    return new ExampleResult(
            new Summary(rows.buildOrThrow()),
            Reference.none(),
            figures.put("steps", (double) iterations).buildOrThrow())
        .withReport(String.join(System.lineSeparator(), words));
  }

  /** How many are there, in each draw. */
  private static double[] hares(Samples draws) {
    double[] there = draws.values("there");
    double[] hares = new double[Math.toIntExact(draws.draws())];
    for (int i = 0; i < there.length; i++) {
      hares[i / AT_MOST] += there[i];
    }
    return hares;
  }

  /** The share of draws with each number of hares. */
  private static void save(Map<String, double[]> numbers, Path directory) {
    CurvePicture picture = CurvePicture.of("how many hares there are", "hares", "probability");
    for (Map.Entry<String, double[]> each : numbers.entrySet()) {
      double most = Doubles.max(each.getValue());
      double[] x = IntStream.rangeClosed(68, (int) most).asDoubleStream().toArray();
      double[] shares =
          Arrays.stream(x)
              .map(
                  n ->
                      Arrays.stream(each.getValue()).filter(hares -> hares == n).count()
                          / (double) each.getValue().length)
              .toArray();
      picture = picture.curve(each.getKey(), x, shares);
    }
    picture.save(directory.resolve("capture-recapture.png"));
  }
}
