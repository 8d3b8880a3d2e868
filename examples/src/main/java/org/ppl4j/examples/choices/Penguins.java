package org.ppl4j.examples.choices;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.Categorical;
import org.ppl4j.distributions.Dirichlet;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.distributions.HalfNormal;
import org.ppl4j.distributions.LKJCholesky;
import org.ppl4j.distributions.MultivariateNormal;
import org.ppl4j.distributions.Normal;
import org.ppl4j.examples.launcher.ChainWords;
import org.ppl4j.examples.launcher.Example;
import org.ppl4j.examples.launcher.ExampleOptions;
import org.ppl4j.examples.launcher.ExampleResult;
import org.ppl4j.examples.launcher.Reference;
import org.ppl4j.examples.launcher.Resources;
import org.ppl4j.infer.Choices;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.mcmc.McmcRun;
import org.ppl4j.infer.mcmc.Nuts;
import org.ppl4j.infer.report.CurvePicture;
import org.ppl4j.infer.report.Report;
import org.ppl4j.tensor.Tensors;

/**
 * To which of three species do 342 penguins belong, by the length and the depth of their bills
 * alone (Gorman, Williams and Fraser 2014)? The species of each is a discrete latent site in the
 * plate of penguins; the model does not see which it is. Chains see the model with it summed out,
 * and {@link Choices} says how probable each species is for each penguin.
 *
 * <p>The priors are what a field guide says of the bills, so that each component has a name: short
 * and deep, long and shallow, long and deep.
 */
public final class Penguins implements Example {

  private static final ImmutableList<String> SPECIES =
      ImmutableList.of("Adelie", "Gentoo", "Chinstrap");

  /** Of an ellipse. */
  private static final int POINTS = 100;

  /** bill ~ N(mu[species], scale[species]), species ~ weights; bills (N, 2). */
  public static final Program<NDArray> MODEL =
      (p, bills) -> {
        NDArray usual =
            Tensors.matrix(new double[] {39, 18}, new double[] {47, 15}, new double[] {49, 18});
        NDArray weights = p.sample("weights", Dirichlet.of(Tensors.vector(2, 2, 2)));
        NDArray mu = p.sample("mu", Normal.of(usual, Tensors.vector(1, 0.5)).toEvent());
        NDArray sigma = p.sample("sigma", HalfNormal.of(3).expand(3, 2).toEvent());
        NDArray factor = p.sample("factor", LKJCholesky.of(2, 2).expand(3).toEvent());
        NDArray scale = factor.mul(sigma.expandDims(-1));
        try (Plate penguins = p.plate("penguins", bills.size(0))) {
          NDArray species = p.sample("species", Categorical.probs(weights));
          Distribution bill =
              MultivariateNormal.of(p.pick(mu, species, 1), p.pick(scale, species, 2));
          p.observe("bill", bill, penguins.take(bills));
        }
      };

  /** The bills, read from the resources. */
  public static NDArray bills(NDManager manager) {
    double[] bills = Resources.csv(Penguins.class, "penguins.csv", "length", "depth");
    return manager.create(bills, new Shape(bills.length / 2, 2));
  }

  /** The number of each penguin's true species. */
  private static int[] truth() {
    return Resources.rows(Penguins.class, "penguins.csv").stream()
        .mapToInt(row -> SPECIES.indexOf(row.get("species")))
        .toArray();
  }

  @Override
  public String name() {
    return "mixture";
  }

  @Override
  public String description() {
    return "342 penguins by their bills: a mixture of three species, and which each belongs to";
  }

  @Override
  public boolean writesReport() {
    return true;
  }

  @Override
  public ExampleResult run(ExampleOptions options) {
    int iterations = options.steps().orElse(1000);
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray bills = bills(manager);
      Nuts<NDArray> nuts = options.chains(Nuts.of(MODEL), iterations);
      try (McmcRun<NDArray> run = nuts.run(bills)) {
        options.report(() -> Report.of(run).model(MODEL, bills).title(name()));
        int[] found =
            options.unlessStopped(() -> likeliest(run, bills, options)).orElse(new int[0]);
        int[] truth = truth();
        options.save(directory -> save(bills.toDoubleArray(), run.summary(), directory));
        ImmutableMap.Builder<String, Double> figures = ImmutableMap.builder();
        String words = ChainWords.of(name(), run.report());
        if (found.length > 0) {
          double right = IntStream.range(0, found.length).filter(i -> found[i] == truth[i]).count();
          figures.put(
              "share of penguins whose species is the most probable one", right / found.length);
          words += table(found, truth);
        }
        return new ExampleResult(
                continuous(run.summary()),
                Reference.none(),
                figures.put("steps", (double) iterations).buildOrThrow())
            .withReport(words);
      }
    }
  }

  /** All but the species, and the factors of which some entries are constant. */
  private static Summary continuous(Summary all) {
    ImmutableMap.Builder<String, Summary.Row> rows = ImmutableMap.builder();
    for (Map.Entry<String, Summary.Row> row : all.rows().entrySet()) {
      if (!row.getKey().startsWith("species") && !row.getKey().startsWith("factor")) {
        rows.put(row);
      }
    }
    return new Summary(rows.buildOrThrow());
  }

  private static int[] likeliest(McmcRun<NDArray> run, NDArray bills, ExampleOptions options) {
    try (Samples some = run.samples().some(options.orInSmokeTest(400, 4), options.seed())) {
      return likeliest(Choices.of(MODEL, run).marginals(bills, some, "species"));
    }
  }

  private static int[] likeliest(double[] probabilities) {
    int size = SPECIES.size();
    int[] found = new int[probabilities.length / size];
    for (int i = 0; i < probabilities.length; i++) {
      int row = i / size;
      if (probabilities[i] > probabilities[row * size + found[row]]) {
        found[row] = i % size;
      }
    }
    return found;
  }

  /** How many of each species were taken for which. */
  private static String table(int[] found, int[] truth) {
    StringBuilder text = new StringBuilder();
    for (int of = 0; of < SPECIES.size(); of++) {
      text.append(String.format(Locale.ROOT, "%n  %s:", SPECIES.get(of)));
      for (int as = 0; as < SPECIES.size(); as++) {
        long count = 0;
        for (int i = 0; i < found.length; i++) {
          count += truth[i] == of && found[i] == as ? 1 : 0;
        }
        text.append(String.format(Locale.ROOT, " %d as %s", count, SPECIES.get(as)));
      }
    }
    return text.toString();
  }

  /** The bills, and of each species the ellipse of two standard deviations. */
  private static void save(double[] bills, Summary summary, Path directory) {
    int penguins = bills.length / 2;
    CurvePicture picture =
        CurvePicture.of(
                "penguins, and two standard deviations of each species",
                "bill length, mm",
                "bill depth, mm")
            .points(
                "bills",
                IntStream.range(0, penguins).mapToDouble(i -> bills[2 * i]).toArray(),
                IntStream.range(0, penguins).mapToDouble(i -> bills[2 * i + 1]).toArray());
    for (int k = 1; k <= SPECIES.size(); k++) {
      double[] x = new double[POINTS];
      double[] y = new double[POINTS];
      for (int i = 0; i < POINTS; i++) {
        double u = 2 * Math.cos(2 * Math.PI * i / (POINTS - 1));
        double v = 2 * Math.sin(2 * Math.PI * i / (POINTS - 1));
        double along = mean(summary, "factor[%s,2,1]", k) * u;
        double across = mean(summary, "factor[%s,2,2]", k) * v;
        x[i] = mean(summary, "mu[%s,1]", k) + mean(summary, "sigma[%s,1]", k) * u;
        y[i] = mean(summary, "mu[%s,2]", k) + mean(summary, "sigma[%s,2]", k) * (along + across);
      }
      picture = picture.curve(SPECIES.get(k - 1), x, y);
    }
    picture.save(directory.resolve("mixture.png"));
  }

  private static double mean(Summary summary, String name, int species) {
    return summary.get(name.formatted(species)).mean();
  }
}
