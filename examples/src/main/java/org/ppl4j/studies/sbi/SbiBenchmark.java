package org.ppl4j.studies.sbi;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.primitives.Doubles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.ppl4j.examples.launcher.Example;
import org.ppl4j.examples.launcher.ExampleOption;
import org.ppl4j.examples.launcher.ExampleOptions;
import org.ppl4j.examples.launcher.ExampleResult;
import org.ppl4j.examples.launcher.Reference;
import org.ppl4j.examples.simulators.SbiTask;
import org.ppl4j.examples.simulators.SbiTasks;
import org.ppl4j.infer.Summary;

/**
 * Tasks of the benchmark of simulation-based inference, as this library recommends for one
 * observation and for all of them, by a likelihood, and with the flow that the benchmark used: how
 * well a classifier tells draws of the learned posterior from reference draws ({@link C2st}, 0.5 at
 * best), beside the published figure.
 */
public final class SbiBenchmark implements Example {

  /** The only task. */
  public static final ExampleOption<SbiTask> TASK =
      ExampleOption.oneOf("task", "The only simulator (default: all).", SbiTasks.ALL);

  /** The only setting. */
  public static final ExampleOption<SbiFit.Setting> SETTING =
      ExampleOption.oneOf(
          "setting",
          "How it learns: default (in rounds), amortised, likelihood or published (default: all).",
          ImmutableList.copyOf(SbiFit.Setting.values()));

  /** How many simulations there are of each task; with fewer a flow has nothing to learn from. */
  public static final ExampleOption<Integer> SIMULATIONS =
      ExampleOption.number("simulations", "How many it learns from (default 1000).", 100);

  /** The only observation, of those whose posteriors are known. */
  public static final ExampleOption<Integer> OBSERVATION =
      ExampleOption.number(
          "observation",
          "What was observed, 1 or 2 (default: both); the classifier knows 1 only.",
          1,
          2);

  /** How many seeds, from the seed of the run on. */
  public static final ExampleOption<Integer> SEEDS =
      ExampleOption.number("seeds", "Of how many seeds it shows the mean (default 1).", 1);

  /** The benchmark's own. */
  private static final long CLASSIFIER_SEED = 1;

  private static final int EPOCHS_OF_A_SMOKE_TEST = 5;

  /** The observation of which there are enough reference draws for the classifier. */
  private static final int SCORED = 1;

  /** The other observation, of whose posterior the moments are known. */
  private static final int MEASURED = 2;

  private final ImmutableList<SbiTask> tasks;
  private final ImmutableList<SbiFit.Setting> settings;
  private final int simulations;
  private final int seeds;

  /** All tasks with 1,000 simulations, one seed. */
  public SbiBenchmark() {
    this(SbiTasks.ALL, ImmutableList.copyOf(SbiFit.Setting.values()), 1000, 1);
  }

  /**
   * Of these.
   *
   * @param seeds how many, from the one of the options on, of which the mean is shown
   */
  SbiBenchmark(List<SbiTask> tasks, List<SbiFit.Setting> settings, int simulations, int seeds) {
    this.tasks = ImmutableList.copyOf(tasks);
    this.settings = ImmutableList.copyOf(settings);
    this.simulations = simulations;
    this.seeds = seeds;
  }

  @Override
  public String name() {
    return "sbi-benchmark";
  }

  @Override
  public String description() {
    return "three tasks of simulation-based inference: a classifier against reference draws";
  }

  @Override
  public boolean writesFiles() {
    return false;
  }

  /** The name of a figure. */
  static String key(String figure, SbiTask task, int simulations, SbiFit.Setting setting) {
    return figure
        + "."
        + task
        + "."
        + simulations
        + (setting == SbiFit.Setting.DEFAULT ? "" : "." + setting);
  }

  @Override
  public ImmutableList<ExampleOption<?>> options() {
    return ImmutableList.of(TASK, SETTING, SIMULATIONS, OBSERVATION, SEEDS);
  }

  @Override
  public ExampleResult run(ExampleOptions options) {
    SbiBenchmark chosen =
        new SbiBenchmark(
            options.get(TASK).map(ImmutableList::of).orElse(tasks),
            options.get(SETTING).map(ImmutableList::of).orElse(settings),
            options.get(SIMULATIONS).orElse(simulations),
            options.get(SEEDS).orElse(seeds));
    return chosen.run(options, options.get(OBSERVATION));
  }

  /**
   * Runs all of it.
   *
   * @param only the observation that all figures are of; empty for the score of observation 1 and
   *     the means of observation 2
   */
  private ExampleResult run(ExampleOptions options, Optional<Integer> only) {
    ImmutableMap.Builder<String, Summary.Row> rows = ImmutableMap.builder();
    ImmutableMap.Builder<String, Reference.Moments> reference = ImmutableMap.builder();
    ImmutableMap.Builder<String, Double> figures = ImmutableMap.builder();
    int shown = only.orElse(SCORED);
    int measured = only.orElse(MEASURED);
    List<Long> steps = new ArrayList<>();
    options.each(
        tasks,
        task ->
            options.each(
                settings,
                setting -> {
                  List<Double> scores = new ArrayList<>();
                  double[] draws = {};
                  double[] sds = new double[task.dim()];
                  double seconds = 0;
                  for (int i = 0; i < seeds; i++) {
                    SbiFit.Outcome outcome =
                        SbiFit.run(
                            task,
                            setting,
                            simulations,
                            ImmutableSet.of(shown, measured),
                            options.withSeed(options.seed() + i));
                    if (shown == SCORED) {
                      scores.add(score(task, outcome.of(SCORED), options));
                    }
                    draws = Doubles.concat(draws, outcome.of(measured));
                    List<Double> ratios = SbiFit.deviations(task, shown, outcome.of(shown));
                    Arrays.setAll(sds, j -> sds[j] + ratios.get(j) / seeds);
                    seconds += outcome.seconds() / seeds;
                    steps.add(outcome.steps());
                    if (i == 0) {
                      add(rows, reference, task, setting, shown, outcome.of(shown));
                    }
                  }
                  scores.stream()
                      .mapToDouble(Double::doubleValue)
                      .average()
                      .ifPresent(
                          mean -> figures.put(key("c2st", task, simulations, setting), mean));
                  figures.put(
                      key("off", task, simulations, setting),
                      SbiFit.largestOffset(task, measured, draws));
                  figures.put(key("sd", task, simulations, setting), farthest(sds));
                  figures.put(key("seconds", task, simulations, setting), seconds);
                }));
    figures.put("steps", (double) Collections.max(steps));
    ExampleResult result =
        new ExampleResult(
            new Summary(rows.buildOrThrow()),
            new Reference(reference.buildOrThrow()),
            figures.buildOrThrow());
    return result.withTable(table(result, measured));
  }

  private static double score(SbiTask task, double[] draws, ExampleOptions options) {
    double[] reference = Arrays.copyOf(task.reference(), draws.length);
    return C2st.score(
        reference,
        draws,
        task.dim(),
        CLASSIFIER_SEED,
        options.orInSmokeTest(C2st.MOST_EPOCHS, EPOCHS_OF_A_SMOKE_TEST));
  }

  /** Of ratios the one that is farthest from 1. */
  private static double farthest(double[] ratios) {
    return Arrays.stream(ratios)
        .boxed()
        .max(Comparator.comparingDouble(ratio -> Math.abs(ratio - 1)))
        .orElseThrow();
  }

  private void add(
      ImmutableMap.Builder<String, Summary.Row> rows,
      ImmutableMap.Builder<String, Reference.Moments> reference,
      SbiTask task,
      SbiFit.Setting setting,
      int observation,
      double[] draws) {
    int dim = task.dim();
    for (int j = 0; j < dim; j++) {
      int column = j;
      String name = key("theta[" + (j + 1) + "]", task, simulations, setting);
      rows.put(
          name,
          Summary.Row.of(
              IntStream.range(0, draws.length / dim)
                  .mapToDouble(i -> draws[i * dim + column])
                  .toArray()));
      reference.put(name, task.moments(observation).get(j));
    }
  }

  /** A line a task and setting. */
  private String table(ExampleResult result, int measured) {
    StringBuilder table =
        new StringBuilder(
            String.format(
                "%-17s%-11s%12s%10s%12s%8s%20s%10s",
                "task",
                "setting",
                "simulations",
                "c2st",
                "published",
                "sd",
                "off, observation " + measured,
                "seconds"));
    for (SbiTask task : tasks) {
      for (SbiFit.Setting setting : settings) {
        if (!result.figures().containsKey(key("seconds", task, simulations, setting))) {
          continue; // it was stopped before
        }
        String key = key("c2st", task, simulations, setting);
        OptionalDouble score =
            result.figures().containsKey(key)
                ? OptionalDouble.of(result.figures().get(key))
                : OptionalDouble.empty();
        OptionalDouble published =
            score.isPresent()
                ? task.published(setting.published(), simulations)
                : OptionalDouble.empty();
        table.append(
            String.format(
                Locale.ROOT,
                "%n%-17s%-11s%12d%10s%12s%8.2f%17.2f sd%10.1f",
                task,
                setting,
                simulations,
                cell(score),
                cell(published),
                result.figures().get(key("sd", task, simulations, setting)),
                result.figures().get(key("off", task, simulations, setting)),
                result.figures().get(key("seconds", task, simulations, setting))));
      }
    }
    return table.toString();
  }

  private static String cell(OptionalDouble score) {
    return score.isPresent() ? String.format(Locale.ROOT, "%.4f", score.getAsDouble()) : "-";
  }
}
