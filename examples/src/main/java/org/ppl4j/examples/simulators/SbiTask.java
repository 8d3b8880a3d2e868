package org.ppl4j.examples.simulators;

import com.google.common.collect.ImmutableList;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Program;
import org.ppl4j.examples.launcher.Reference;
import org.ppl4j.examples.launcher.Resources;
import org.ppl4j.infer.sbi.Simulator;

/**
 * A task of the benchmark of simulation-based inference (Lueckmann et al. 2021): prior, simulator,
 * observations and draws of their posteriors.
 */
public final class SbiTask {

  private static final String FOLDER = "sbibm";

  private final String name;
  private final Program<@Nullable Void> prior;
  private final Simulator simulator;
  private final JsonObject data;

  /** A task whose files are in the folder of its name. */
  SbiTask(String name, Program<@Nullable Void> prior, Simulator simulator) {
    this.name = name;
    this.prior = prior;
    this.simulator = simulator;
    this.data = Resources.json(SbiTask.class, FOLDER + "/" + name + "/task.json");
  }

  /** What the benchmark calls it. */
  public String name() {
    return name;
  }

  /** The prior of the site {@code theta}. */
  public Program<@Nullable Void> prior() {
    return prior;
  }

  /** What draws data given parameters. */
  public Simulator simulator() {
    return simulator;
  }

  /** How many parameters there are. */
  public int dim() {
    return data.get("theta_dim").getAsInt();
  }

  /** What was observed; observation 1 or 2. */
  public double[] observation(int number) {
    return row("observations", number);
  }

  private double[] row(String field, int number) {
    JsonArray row = data.getAsJsonArray(field).get(number - 1).getAsJsonArray();
    return row.asList().stream().mapToDouble(x -> x.getAsDouble()).toArray();
  }

  /** 10,000 draws of the posterior of observation 1, row by row. */
  public double[] reference() {
    String[] columns =
        IntStream.rangeClosed(1, dim()).mapToObj(i -> "parameter_" + i).toArray(String[]::new);
    return Resources.csv(SbiTask.class, FOLDER + "/" + name + "/reference_obs1.csv", columns);
  }

  /**
   * The published score of observation 1: the classifier's accuracy, which is 0.5 at best.
   *
   * @param algorithm NPE, or SNPE for rounds
   * @param simulations how many; empty for others than 1,000, 10,000 and 100,000
   */
  public OptionalDouble published(String algorithm, int simulations) {
    return Resources.rows(SbiTask.class, FOLDER + "/published.csv").stream()
        .filter(
            row ->
                name.equals(row.get("task"))
                    && algorithm.equals(row.get("algorithm"))
                    && Integer.toString(simulations).equals(row.get("num_simulations"))
                    && "1".equals(row.get("num_observation")))
        .mapToDouble(row -> Double.parseDouble(row.getOrDefault("C2ST", "")))
        .findFirst();
  }

  /** Mean and standard deviation of each parameter under the posterior. */
  public ImmutableList<Reference.Moments> moments(int observation) {
    JsonObject moments =
        data.getAsJsonObject("posterior_moments").getAsJsonObject(Integer.toString(observation));
    double[] mean = Resources.numbers(moments, "mean");
    double[] sd = Resources.numbers(moments, "sd");
    return IntStream.range(0, mean.length)
        .mapToObj(i -> new Reference.Moments(mean[i], sd[i]))
        .collect(ImmutableList.toImmutableList());
  }

  @Override
  public String toString() {
    return name;
  }
}
