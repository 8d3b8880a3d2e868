package org.ppl4j.infer.stochastic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.ppl4j.testing.References.number;
import static org.ppl4j.testing.References.numbers;
import static org.ppl4j.testing.References.objects;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.annealing.Potential;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.References;

/** Langevin and leapfrog steps and an annealed path of the reference, with its noise. */
@ExtendWith(LeakCheck.class)
class StochasticReferenceTest {

  private static final Target WELL = Potential.DOUBLE_WELL::logDensity;

  private static JsonObject row(String kind) {
    return objects(References.read("stochastic.json").get("cases")).stream()
        .filter(row -> row.get("kind").getAsString().equals(kind))
        .findFirst()
        .orElseThrow();
  }

  private static NDArray rows(Run run, JsonElement element) {
    double[] all = numbers(element);
    int count = element.getAsJsonArray().size();
    return run.create(all, new Shape(count, all.length / count));
  }

  private static void agree(Map<String, NDArray> found, JsonObject row) {
    found.forEach(
        (name, value) -> {
          double[] wanted = numbers(row.getAsJsonObject("expected").get(name));
          double[] values = Tensors.values(value);
          assertThat(values).as(name).hasSameSizeAs(wanted);
          for (int i = 0; i < wanted.length; i++) {
            double tolerance = number(row.get("tolerance")) * (1 + Math.abs(wanted[i]));
            assertThat(values[i] - wanted[i]).as(name).isBetween(-tolerance, tolerance);
          }
        });
  }

  /** With gradients and without, which posterior draws are made without. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void langevinStepsAgree(boolean isRecording) {
    JsonObject row = row("langevin_step");
    JsonObject given = row.getAsJsonObject("given");
    Langevin langevin = Langevin.of(number(given.get("step")));
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Langevin.Step step =
          isRecording
              ? step(run, langevin, given)
              : run.withoutGradients(() -> step(run, langevin, given));

      agree(
          Map.of(
              "forward",
              step.moved().value(),
              "log_backward_minus_log_forward",
              step.moved().logWeight()),
          row);
      double[] wanted = numbers(row.getAsJsonObject("expected").get("mala_log_acceptance"));
      double[] found = Tensors.values(Mala.logAcceptance(step));
      for (int i = 0; i < wanted.length; i++) {
        // The reference has log of the probability, which is at most 0.
        assertThat(Math.min(0, found[i]) - wanted[i]).isBetween(-1e-11, 1e-11);
      }
    }
  }

  private static Langevin.Step step(Run run, Langevin langevin, JsonObject given) {
    return langevin.step(WELL, rows(run, given.get("x")), rows(run, given.get("noise")));
  }

  @Test
  void leapfrogStepsAgree() {
    JsonObject row = row("leapfrog");
    JsonObject given = row.getAsJsonObject("given");
    Leapfrog leapfrog = Leapfrog.of(number(given.get("step")), given.get("steps").getAsInt());
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Leapfrog.Phase start =
          new Leapfrog.Phase(rows(run, given.get("x")), rows(run, given.get("momentum")));
      Leapfrog.Phase end = leapfrog.step(WELL, start);
      NDArray gain =
          WELL.logDensity(start.position())
              .sub(WELL.logDensity(end.position()))
              .add(Leapfrog.kinetic(end.momentum()))
              .sub(Leapfrog.kinetic(start.momentum()));

      agree(Map.of("x", end.position(), "momentum", end.momentum(), "energy_change", gain), row);
    }
  }

  @Test
  void theAnnealedPathAgrees() {
    JsonObject row = row("annealed_langevin_path_weight");
    JsonObject given = row.getAsJsonObject("given");
    int levels = given.get("levels").getAsInt();
    Langevin langevin = Langevin.of(number(given.get("step")));
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Target normal = x -> Normal.standard(2).toEvent(1).on(run).logProb(x);
      NDArray x = rows(run, given.get("x"));
      NDArray logWeight = normal.logDensity(x).neg();
      double[] noise = numbers(given.get("noise")); // (paths, levels, 2)
      int paths = Math.toIntExact(x.getShape().get(0));
      for (int k = 0; k < levels; k++) {
        double[] ofLevel = new double[2 * paths];
        for (int i = 0; i < ofLevel.length; i++) {
          ofLevel[i] = noise[(i / 2 * levels + k) * 2 + i % 2];
        }
        Target target = Annealed.of(levels).targets(normal, WELL).get(k);
        Moved moved = langevin.step(target, x, run.create(ofLevel, new Shape(paths, 2))).moved();
        x = moved.value();
        logWeight = logWeight.add(moved.logWeight());
      }

      agree(Map.of("end", x, "log_weight", logWeight.add(WELL.logDensity(x))), row);
    }
  }
}
