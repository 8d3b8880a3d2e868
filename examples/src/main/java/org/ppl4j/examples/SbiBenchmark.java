package org.ppl4j.examples;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.primitives.Doubles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.ppl4j.infer.Summary;

/**
 * Tasks of the benchmark of simulation-based inference, with the flow that this library recommends
 * and with the one that the benchmark used: how well a classifier tells draws of the learned
 * posterior from reference draws ({@link C2st}, 0.5 at best), beside the published figure.
 */
public final class SbiBenchmark implements Example {

  /** The benchmark's own. */
  private static final long CLASSIFIER_SEED = 1;

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

  /** The name of a figure. */
  static String key(String figure, SbiTask task, int simulations, SbiFit.Setting setting) {
    return figure
        + "."
        + task
        + "."
        + simulations
        + (setting == SbiFit.Setting.OURS ? "" : "." + setting.name().toLowerCase(Locale.ROOT));
  }

  @Override
  public ExampleResult run(ExampleOptions options) {
    ImmutableMap.Builder<String, Summary.Row> rows = ImmutableMap.builder();
    ImmutableMap.Builder<String, Reference.Moments> reference = ImmutableMap.builder();
    ImmutableMap.Builder<String, Double> figures = ImmutableMap.builder();
    long steps = 0;
    for (SbiTask task : tasks) {
      for (SbiFit.Setting setting : settings) {
        List<Double> scores = new ArrayList<>();
        double[] second = {};
        double seconds = 0;
        for (int i = 0; i < seeds; i++) {
          SbiFit.Outcome outcome =
              SbiFit.run(task, setting, simulations, options.withSeed(options.seed() + i));
          scores.add(score(task, outcome.first()));
          second = Doubles.concat(second, outcome.second());
          seconds += outcome.seconds() / seeds;
          steps = Math.max(steps, outcome.steps());
          if (i == 0) {
            add(rows, reference, task, setting, outcome.first());
          }
        }
        figures.put(
            key("c2st", task, simulations, setting),
            scores.stream().mapToDouble(Double::doubleValue).average().orElseThrow());
        figures.put(key("off", task, simulations, setting), SbiFit.largestOffset(task, 2, second));
        figures.put(key("seconds", task, simulations, setting), seconds);
      }
    }
    figures.put("steps", (double) steps);
    ExampleResult result =
        new ExampleResult(
            new Summary(rows.buildOrThrow()),
            new Reference(reference.buildOrThrow()),
            figures.buildOrThrow());
    return result.withTable(table(result));
  }

  private static double score(SbiTask task, double[] draws) {
    double[] reference = Arrays.copyOf(task.reference(), draws.length);
    return C2st.score(reference, draws, task.dim(), CLASSIFIER_SEED);
  }

  private void add(
      ImmutableMap.Builder<String, Summary.Row> rows,
      ImmutableMap.Builder<String, Reference.Moments> reference,
      SbiTask task,
      SbiFit.Setting setting,
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
      reference.put(name, task.moments(1).get(j));
    }
  }

  /** A line a task and setting. */
  private String table(ExampleResult result) {
    StringBuilder table =
        new StringBuilder(
            String.format(
                "%-17s%-11s%12s%10s%10s%18s%10s",
                "task",
                "setting",
                "simulations",
                "c2st",
                "published",
                "off, observation 2",
                "seconds"));
    for (SbiTask task : tasks) {
      for (SbiFit.Setting setting : settings) {
        table.append(
            String.format(
                Locale.ROOT,
                "%n%-17s%-11s%12d%10.4f%10.4f%15.2f sd%10.1f",
                task,
                setting.name().toLowerCase(Locale.ROOT),
                simulations,
                result.figures().get(key("c2st", task, simulations, setting)),
                task.published("NPE", simulations),
                result.figures().get(key("off", task, simulations, setting)),
                result.figures().get(key("seconds", task, simulations, setting))));
      }
    }
    return table.toString();
  }
}
