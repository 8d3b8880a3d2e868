package org.ppl4j.examples.choices;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableMap;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.ppl4j.Program;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Categorical;
import org.ppl4j.distributions.Dirichlet;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.Poisson;
import org.ppl4j.distributions.TransformedDistribution;
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
import org.ppl4j.infer.report.Sheet;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.transforms.Bijections;

/**
 * Calm and busy times of the earth: how many large earthquakes there were in each year from 1900 to
 * 2006, by a hidden Markov model of three states, each with a rate of its own (Zucchini and
 * MacDonald, "Hidden Markov models for time series", 2009, where the rates of greatest likelihood
 * are 13.1, 19.7 and 29.7 a year). The states are discrete sites in a loop; {@link Choices} finds
 * the jointly most likely ones.
 */
public final class Regimes implements Example {

  private static final int STATES = 3;
  private static final int FROM = 1900;

  /** count ~ Poisson(rate[state]), state ~ moves[state of the year before]. */
  public static final Program<double[]> MODEL =
      (p, counts) -> {
        NDArray start = Tensors.vector(1, 1, 1);
        NDArray stay =
            Tensors.matrix(new double[] {8, 1, 1}, new double[] {1, 8, 1}, new double[] {1, 1, 8});
        NDArray moves = p.sample("moves", Dirichlet.of(stay).toEvent(1));
        NDArray logRate =
            p.sample(
                "log_rate",
                TransformedDistribution.of(
                    Normal.of(Tensors.vector(2.5, -1, -1), 0.5).toEvent(1),
                    Bijections.to(Constraint.ORDERED_VECTOR)));
        NDArray rate = p.deterministic("rate", logRate.exp());
        NDArray state = p.scalar(0);
        for (int t : p.loop("year", counts.length)) {
          state = p.sample("state", Categorical.probs(t == 0 ? start : p.pick(moves, state, 1)));
          p.observe("count", Poisson.of(p.pick(rate, state)), counts[t]);
        }
      };

  /** The counts, year by year, read from the resources. */
  public static double[] counts() {
    return Resources.csv(Regimes.class, "earthquakes.csv", "count");
  }

  @Override
  public String name() {
    return "regimes";
  }

  @Override
  public String description() {
    return "earthquakes of 107 years: a hidden Markov model of calm and busy times, decoded";
  }

  @Override
  public boolean writesReport() {
    return true;
  }

  @Override
  public ExampleResult run(ExampleOptions options) {
    int iterations = options.steps().orElse(1000);
    double[] counts = counts();
    Nuts<double[]> nuts = options.chains(Nuts.of(MODEL), iterations);
    try (McmcRun<double[]> run = nuts.run(counts)) {
      options.report(() -> Report.of(run).model(MODEL, counts).title(name()));
      int[] states = options.unlessStopped(() -> states(run, counts, options)).orElse(new int[0]);
      options.save(directory -> save(run, counts, states, directory));
      ImmutableMap.Builder<String, Summary.Row> rows = ImmutableMap.builder();
      for (int k = 1; k <= STATES; k++) {
        rows.put("rate[" + k + "]", run.summary().get("rate[" + k + "]"));
      }
      for (int k = 1; k <= STATES; k++) {
        String move = "moves[" + k + "," + k + "]";
        rows.put(move, run.summary().get(move));
      }
      ImmutableMap.Builder<String, Double> figures = ImmutableMap.builder();
      if (states.length > 0) {
        long busy = Arrays.stream(states).filter(state -> state == STATES - 1).count();
        figures.put("busy years", (double) busy);
      }
      return new ExampleResult(
              new Summary(rows.buildOrThrow()),
              Reference.none(),
              figures.put("steps", (double) iterations).buildOrThrow())
          .withReport(ChainWords.of(name(), run.report()) + periods(states));
    }
  }

  /** The state of each year in most of the likeliest paths, each given a draw. */
  private static int[] states(McmcRun<double[]> run, double[] counts, ExampleOptions options) {
    try (Samples some = run.samples().some(options.orInSmokeTest(400, 4), options.seed());
        Samples best = Choices.of(MODEL, run).mostLikely(counts, some)) {
      return usual(best, counts.length);
    }
  }

  /** The state of each year that most paths have. */
  private static int[] usual(Samples paths, int years) {
    int[] states = new int[years];
    for (int t = 0; t < years; t++) {
      long[] votes = new long[STATES];
      for (double state : paths.values("state[" + t + "]")) {
        votes[(int) state]++;
      }
      states[t] =
          IntStream.range(0, STATES).reduce((a, b) -> votes[b] > votes[a] ? b : a).orElseThrow();
    }
    return states;
  }

  /** Years in one state after the other. */
  private static String periods(int[] states) {
    StringBuilder text = new StringBuilder();
    int from = 0;
    for (int t = 1; t <= states.length; t++) {
      if (t == states.length || states[t] != states[from]) {
        text.append(
            String.format(
                Locale.ROOT,
                "%n  %d to %d: %s",
                FROM + from,
                FROM + t - 1,
                List.of("calm", "middling", "busy").get(states[from])));
        from = t;
      }
    }
    return text.toString();
  }

  /** The counts beside the rates of their states, and how probable a busy year is. */
  private static void save(McmcRun<double[]> run, double[] counts, int[] states, Path directory) {
    double[] years = IntStream.range(0, counts.length).mapToDouble(t -> FROM + t).toArray();
    double[] rates =
        Arrays.stream(states)
            .mapToDouble(state -> run.summary().get("rate[" + (state + 1) + "]").mean())
            .toArray();
    CurvePicture probabilities = CurvePicture.of("state of the year", "year", "probability");
    for (int state : new int[] {0, STATES - 1}) {
      double[] share =
          IntStream.range(0, counts.length)
              .mapToDouble(t -> share(run.samples().values("state[" + t + "]"), state))
              .toArray();
      probabilities = probabilities.curve(state == 0 ? "calm" : "busy", years, share);
    }
    CurvePicture quakes =
        CurvePicture.of("large earthquakes", "year", "in the year")
            .points("counted", years, counts);
    Sheet.of(
            1,
            List.of(
                rates.length == 0
                    ? quakes
                    : quakes.curve("rate of the most likely states", years, rates),
                probabilities.vertical(0, 1)))
        .save(directory.resolve("regimes.png"));
  }

  private static double share(double[] states, int of) {
    return Arrays.stream(states).filter(state -> state == of).count() / (double) states.length;
  }
}
