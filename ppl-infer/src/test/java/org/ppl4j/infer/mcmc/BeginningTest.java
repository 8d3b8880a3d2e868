package org.ppl4j.infer.mcmc;

import static com.google.common.base.Preconditions.checkState;
import static org.assertj.core.api.Assertions.assertThat;
import static org.ppl4j.infer.mcmc.ClosedForm.check;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.CountedRate;
import org.ppl4j.infer.Predictive;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.latent.Initializer;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Recording;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;

/** Where chains begin if they are told nothing, and what is said of it. */
@ExtendWith(LeakCheck.class)
class BeginningTest {

  /** Neal's funnel, of which nothing is observed. */
  private static final Program<Void> FUNNEL =
      (p, none) -> {
        NDArray v = p.sample("v", Normal.of(0, 3));
        try (Plate nine = p.plate("nine", 9)) {
          NDArray x = p.sample("x", Normal.of(0, v.mul(0.5).exp()));
          p.deterministic("double", x.mul(2));
        }
      };

  private static <D> Nuts<D> quiet(Program<D> model) {
    return Nuts.of(model).progress(Progress.silent()).config(RunConfig.defaults().withSeed(2));
  }

  /** In variables without the funnel, while all that is seen is the model's. */
  @Test
  void aFunnelIsSampledNonCentred() {
    try (McmcRun<Void> run = quiet(FUNNEL).run(null);
        Samples predicted = Predictive.of(FUNNEL, run).draw(null, 100)) {
      assertThat(run.samples().names()).containsExactly("v", "x", "double");
      check(run.samples(), "v", 0, 0, 3);
      assertThat(run.report().warnings()).isEmpty();
      assertThat(run.report().toString()).contains("\n  non-centred x, begun where searches of ");
      assertThat(run.summary().rows().keySet()).contains("x[1]", "double[9]").hasSize(19);
      assertThat(predicted.draws()).isEqualTo(100);
    }
  }

  /** The same bits as those of an initializer; what is given is taken. */
  @Test
  void whoeverSaysWhereGetsThat() {
    Nuts<Void> few = quiet(FUNNEL).warmup(10).draws(3).chains(2);
    try (McmcRun<Void> written = few.asWritten().run(null);
        McmcRun<Void> initial = few.initializer(Initializer.uniform()).run(null);
        McmcRun<Void> given = few.startAt(new double[10], new double[10]).run(null)) {
      assertThat(written.report().figures().searches()).isEmpty();
      assertThat(initial.samples().values("v")).isEqualTo(written.samples().values("v"));
      assertThat(given.report().figures().searches()).isEmpty();
    }
  }

  /** No chain crosses, so that they have to begin in both: at random all might be in one. */
  @Test
  void twoHeapsAreSeenByRhat() {
    Program<Void> heaps =
        (p, none) -> {
          NDArray x = p.sample("x", Normal.of(0, 50));
          NDArray near = x.square().mul(-0.5).sub(1.2);
          NDArray far = x.sub(40).square().mul(-0.5).sub(0.36);
          p.factor("heaps", Special.logSumExp(Tensors.stack(List.of(near, far), -1), -1, false));
        };
    for (int seed = 0; seed < 3; seed++) {
      try (McmcRun<Void> run =
          quiet(heaps).draws(200).config(RunConfig.defaults().withSeed(seed)).run(null)) {
        assertThat(run.report().largestRhat()).isGreaterThan(1.5);
      }
    }
  }

  /** Searches begin far out, where this program throws; chains do not. */
  @Test
  void withoutSearchesChainsBeginAtRandom() {
    Program<Void> model =
        (p, none) -> {
          NDArray x = p.sample("x", Normal.of(0, 1e6));
          checkState(Math.abs(Tensors.values(x)[0]) < 1e4, "too far");
          p.factor("narrow", x.square().mul(-50));
        };
    RunConfig config = RunConfig.defaults().withRecording(Recording.OFF);
    Nuts<Void> few = quiet(model).config(config).chains(2).warmup(0).draws(2);
    try (McmcRun<Void> run = few.run(null);
        McmcRun<Void> written = few.asWritten().run(null)) {
      assertThat(run.samples().values("x")).isEqualTo(written.samples().values("x"));
      assertThat(run.report().toString())
          .contains("\n  as written, since searches found no start: too far");
    }
  }

  @Test
  void startsOfSinglePrecisionAreThoseOfDouble() {
    RunConfig config = RunConfig.defaults().withFloatType(FloatType.FLOAT32);
    NDArray counts = Tensors.vector(2, 4, 3);
    try (McmcRun<NDArray> run = quiet(CountedRate.MODEL).config(config).run(counts)) {
      check(run.samples(), "rate", 0, 3, Math.sqrt(12) / 4);
      assertThat(run.report().figures().searches()).isPresent();
    }
  }

  /** A walk follows no gradient, and starts as it always has. */
  @Test
  void walksAreNotSearchedFor() {
    NDArray counts = Tensors.vector(2, 4, 3);
    try (McmcRun<NDArray> run =
        RandomWalk.of(CountedRate.MODEL)
            .warmup(50)
            .draws(5)
            .progress(Progress.silent())
            .run(counts)) {
      assertThat(run.report().figures().searches()).isEmpty();
    }
  }

  @Test
  void gradientsOfSearchesCount() {
    NDArray counts = Tensors.vector(2, 4, 3);
    try (McmcRun<NDArray> run = quiet(CountedRate.MODEL).warmup(20).draws(5).run(counts)) {
      long ofChains = run.report().chains().stream().mapToLong(ChainReport::gradients).sum();
      long ofSearches = run.report().figures().searches().orElseThrow().gradients();
      assertThat(ofSearches).isPositive();
      assertThat(run.report().gradients()).isEqualTo(ofChains + ofSearches);
    }
  }
}
