package org.ppl4j.examples.simulators;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import org.ppl4j.Program;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.distributions.MultivariateNormal;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.Uniform;
import org.ppl4j.examples.launcher.Resources;
import org.ppl4j.infer.sbi.Simulator;
import org.ppl4j.tensor.Tensors;

/** The tasks of the benchmark that this library is measured by. */
public final class SbiTasks {

  public static final ImmutableList<SbiTask> ALL =
      ImmutableList.of(twoMoons(), gaussianLinear(), bernoulliGlm());

  private SbiTasks() {}

  /** Two crescents: a Java function as a simulator. */
  public static SbiTask twoMoons() {
    Simulator crescent =
        (theta, rng) -> {
          double angle = Math.PI * (rng.nextUniform() - 0.5);
          double radius = 0.1 + 0.01 * rng.nextNormal();
          return new double[] {
            radius * Math.cos(angle) + 0.25 - Math.abs(theta[0] + theta[1]) / Math.sqrt(2),
            radius * Math.sin(angle) + (theta[1] - theta[0]) / Math.sqrt(2)
          };
        };
    return task("two_moons", Uniform.of(-1, 1).expand(2).toEvent(1), crescent);
  }

  /** A normal mean with a normal prior: a program as a simulator. */
  public static SbiTask gaussianLinear() {
    double sd = Math.sqrt(0.1);
    Program<NDArray> program =
        (p, theta) -> p.sample("x", Normal.of(theta, Tensors.number(sd)).toEvent(1));
    return task(
        "gaussian_linear", Normal.of(0, sd).expand(10).toEvent(1), Simulator.of(program, "x"));
  }

  /** Spikes that a linear filter of a stimulus causes, by their sufficient statistic. */
  public static SbiTask bernoulliGlm() {
    JsonObject file = Resources.json(SbiTask.class, "sbibm/bernoulli_glm/design.json");
    double[] stimulus = Resources.numbers(file, "stimulus");
    int filter = 9;
    Simulator spikes =
        (theta, rng) -> {
          double[] sums = new double[filter + 1];
          for (int t = 0; t < stimulus.length; t++) {
            double logit = theta[0];
            for (int j = 0; j < filter && j <= t; j++) {
              logit += stimulus[t - j] * theta[j + 1];
            }
            if (rng.nextUniform() < 1 / (1 + Math.exp(-logit))) {
              sums[0]++;
              for (int j = 0; j < filter && j <= t; j++) {
                sums[j + 1] += stimulus[t - j];
              }
            }
          }
          return sums;
        };
    double[] precision =
        file.getAsJsonArray("prior_precision").asList().stream()
            .flatMap(row -> row.getAsJsonArray().asList().stream())
            .mapToDouble(JsonElement::getAsDouble)
            .toArray();
    Shape square = new Shape(filter + 1, filter + 1);
    return new SbiTask(
        "bernoulli_glm",
        (p, nothing) ->
            p.sample(
                "theta", MultivariateNormal.withPrecision(0, p.run().create(precision, square))),
        spikes);
  }

  private static SbiTask task(String name, Distribution prior, Simulator simulator) {
    return new SbiTask(name, (p, nothing) -> p.sample("theta", prior), simulator);
  }
}
