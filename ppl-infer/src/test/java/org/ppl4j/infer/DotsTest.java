package org.ppl4j.infer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ppl4j.Ppl;
import org.ppl4j.Program;
import org.ppl4j.distributions.Categorical;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.autoguide.AutoNormal;
import org.ppl4j.infer.latent.LogDensity;
import org.ppl4j.infer.mcmc.McmcRun;
import org.ppl4j.infer.mcmc.Nuts;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.tensor.Recording;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;

/** An index that begins with dots means the same in every inference. */
@ExtendWith(LeakCheck.class)
class DotsTest {

  private static final RunConfig CONFIG = RunConfig.defaults().withSeed(5);

  private static NDArray triple(Ppl p) {
    return p.sample("w", Normal.standard(3).toEvent(1));
  }

  private static void observe(Ppl p, NDArray tail, NDArray last) {
    p.observe("y", Normal.of(tail.exp().sum(new int[] {-1}), 1), 2.5);
    p.observe("z", Normal.of(last, 0.3), -0.4);
  }

  private static final Program<@Nullable Void> DOTS =
      (p, none) -> {
        NDArray w = triple(p);
        observe(p, w.get("..., -2:"), w.get("..., 0"));
      };

  private static final Program<@Nullable Void> PICKS =
      (p, none) -> {
        NDArray w = triple(p);
        observe(p, Tensors.range(w, -1, 1, 3), p.pick(w, p.scalar(0)));
      };

  private static double[] losses(
      Program<@Nullable Void> model, int particles, Recording recording) {
    try (Svi<@Nullable Void> svi =
        Svi.builder(model, AutoNormal.of(model))
            .particles(particles)
            .config(CONFIG.withRecording(recording))
            .progress(Progress.silent())
            .build()) {
      double[] losses = IntStream.range(0, 20).mapToDouble(step -> svi.step(null)).toArray();
      if (recording == Recording.OFF) {
        return losses;
      }
      assertThat(svi.whyNotRecorded()).isEmpty();
      return losses;
    }
  }

  @ParameterizedTest
  @CsvSource({"1, OFF", "4, OFF", "1, REQUIRED", "4, REQUIRED"})
  void inFits(int particles, Recording recording) {
    assertThat(losses(DOTS, particles, recording))
        .containsExactly(losses(PICKS, particles, Recording.OFF), within(1e-9));
  }

  @Test
  void inDensitiesOfManyDraws() {
    try (LogDensity<@Nullable Void> dots = LogDensity.of(DOTS, null, CONFIG);
        LogDensity<@Nullable Void> picks = LogDensity.of(PICKS, null, CONFIG)) {
      double[] u = IntStream.range(0, 12).mapToDouble(i -> Math.sin(i)).toArray();

      assertThat(dots.evaluate(u).values())
          .containsExactly(picks.evaluate(u).values(), within(1e-12));
      assertThat(dots.whyNotTogether()).isEmpty();
    }
  }

  @Test
  void inChains() {
    assertThat(draws(DOTS)).containsExactly(draws(PICKS), within(1e-9));
  }

  private static double[] draws(Program<@Nullable Void> model) {
    try (McmcRun<@Nullable Void> run =
        Nuts.of(model)
            .config(CONFIG)
            .chains(2)
            .warmup(20)
            .draws(10)
            .progress(Progress.silent())
            .run(null)) {
      return run.samples().values("w");
    }
  }

  /** The row that a choice takes, indexed, and summed out: log Σ p_k N(0.5; table[k, 1], 1). */
  @Test
  void whereAChoiceIsSummedOut() {
    double[][] table = {{0, -1}, {3, 0.2}, {5, 2}};
    double[] weights = {0.2, 0.5, 0.3};
    Program<@Nullable Void> model =
        (p, none) -> {
          p.sample("w", Normal.of(0, 1));
          NDArray z = p.sample("z", Categorical.of(weights));
          NDArray row = p.pick(p.constant(table), z, 1);
          p.observe("y", Normal.of(row.get("..., -1:").squeeze(-1), 1), 0.5);
          p.observe("x", Normal.of(row.get("..., 0"), 1), 1);
        };
    double sum = 0;
    for (int k = 0; k < 3; k++) {
      sum += weights[k] * density(0.5 - table[k][1]) * density(1 - table[k][0]);
    }
    try (LogDensity<@Nullable Void> density = LogDensity.of(model, null, CONFIG)) {
      assertThat(density.value(new double[] {0}))
          .isCloseTo(Math.log(sum) + Math.log(density(0)), within(1e-12));
    }
  }

  private static double density(double z) {
    return Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
  }

  @Test
  void othersAreToldTheWay() {
    Program<@Nullable Void> model =
        (p, none) -> p.observe("y", Normal.of(triple(p).get("1:").sum(new int[] {-1}), 1), 2);
    try (LogDensity<@Nullable Void> density = LogDensity.of(model, null, CONFIG)) {
      assertThat(density.whyNotTogether().orElseThrow())
          .contains("get(1 indices) on a tensor with extra left dims (shape (")
          .contains(
              "count from the right, as x.get(\"..., 0\") and axis -1 do, or use p.pick(values,"
                  + " index) and p.matVec(x, w)");
    }
  }
}
