package org.ppl4j.infer.mcmc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.MoreCollectors;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.Plate;
import org.ppl4j.Ppl;
import org.ppl4j.Program;
import org.ppl4j.distributions.MultivariateNormal;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.Poisson;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.latent.Initializer;
import org.ppl4j.tensor.Recording;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.LeakCheck;

/** What cannot be sampled, and what goes wrong while it is. */
@ExtendWith(LeakCheck.class)
class NutsMistakesTest {

  private static final Program<Void> NORMAL = (p, none) -> p.sample("x", Normal.of(0, 1));

  private static Nuts<Void> quiet(Program<Void> model) {
    return Nuts.of(model).progress(Progress.silent());
  }

  private static void run(Mcmc<Void, ?> sampler) {
    try (McmcRun<Void> run = sampler.run(null)) {
      assertThat(run.samples().draws()).isNegative();
    }
  }

  private record Mistake(Function<Nuts<Void>, Mcmc<Void, ?>> sampler, String message) {}

  static Stream<Named<Mistake>> mistakes() {
    return Stream.of(
            new Mistake(n -> n.chains(0), "sampler has 0 chains, but needs at least 1"),
            new Mistake(n -> n.warmup(-1), "sampler warms up -1 iterations, but needs at least 0"),
            new Mistake(n -> n.draws(0), "sampler makes 0 draws a chain, but needs at least 1"),
            new Mistake(n -> n.threads(0), "sampler has 0 threads, but needs at least 1"),
            new Mistake(
                n -> n.targetAcceptance(1),
                "sampler has target acceptance 1.0, but it must be in (0, 1)"),
            new Mistake(n -> n.maxDepth(0), "nuts has depth limit 0, but it must be from 1 to 20"),
            new Mistake(
                n -> Hmc.of(NORMAL).steps(0),
                "hmc has trajectories of 0 steps, but needs at least 1"),
            new Mistake(
                n -> Hmc.of(NORMAL).trajectory(Double.POSITIVE_INFINITY),
                "hmc has trajectories of length Infinity, but it must be positive and finite"),
            new Mistake(
                n -> n.startAt(new double[1]),
                "sampler has 4 chains, but 1 starts; give one for each"),
            new Mistake(
                n -> n.chains(1).startAt(new double[2]),
                "vector of a log density has 2 numbers and room for a gradient of 2, but the"
                    + " program's latent sites have 1 unconstrained numbers; pass arrays of 1"),
            new Mistake(
                n -> n.chains(2).startAt(new double[1], new double[] {1e200}),
                "chain 2 is to start at [1.0E200], where the log density is -Infinity and its"
                    + " gradient [-1.0E200]; start where both are finite"))
        .map(mistake -> Named.of(mistake.message(), mistake));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void aMistakeSaysWhatToDo(Mistake mistake) {
    assertThatThrownBy(() -> run(mistake.sampler().apply(quiet(NORMAL))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(mistake.message());
  }

  @Test
  void aModelOfCountsAloneIsRefused() {
    assertThatThrownBy(() -> run(quiet((p, none) -> p.sample("z", Poisson.of(3)))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "a log density found no continuous latent site in the model, only discrete ones that"
                + " are not summed out, [z]; add one that moves, such as p.sample(\"free\","
                + " Normal.of(0, 1))");
  }

  @Test
  void withoutAStartItSaysWhichSiteAndWhatWasTried() {
    Program<Void> model =
        (p, none) -> {
          NDArray x = p.sample("x", Normal.of(0, 1));
          p.factor("nowhere", x.mul(0).sub(1).log());
        };

    assertThatThrownBy(() -> run(quiet(model).initializer(Initializer.feasible())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'nowhere'")
        .hasMessageContaining(
            "no starting point has a finite log density and gradient: tried feasible, once, the"
                + " last at x = 0.000; start elsewhere (initializer(...))");
  }

  @Test
  void moreDrawsThanThereAreAreRefused() {
    try (McmcRun<Void> run = quiet(NORMAL).warmup(20).draws(10).chains(1).run(null)) {
      assertThatThrownBy(() -> posterior(run, 11))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("posterior is asked for 11 draws, but has 10; ask for as many, or draw more");
    }
  }

  private static void posterior(McmcRun<Void> run, int draws) {
    try (Samples samples = run.posterior(null, draws)) {
      assertThat(samples.draws()).isNegative();
    }
  }

  /** One of four chains fails; samples, summary and report say so. */
  @Test
  void aChainThatFailsIsToldOf() {
    AtomicInteger executions = new AtomicInteger();
    Program<Void> model =
        (p, none) -> {
          if (executions.incrementAndGet() == 400) {
            throw new IllegalStateException("planted");
          }
          p.sample("x", Normal.of(0, 1));
        };
    RunConfig config = RunConfig.defaults().withRecording(Recording.OFF);
    try (McmcRun<Void> run =
        quiet(model).config(config).threads(1).warmup(30).draws(30).run(null)) {
      SamplerReport report = run.report();
      ChainReport failed =
          report.chains().stream()
              .filter(chain -> chain.failure().isPresent())
              .collect(MoreCollectors.onlyElement());
      assertThat(report.chains()).hasSize(4);
      assertThat(report.figures().keptChains()).isEqualTo(3);
      assertThat(run.samples().draws()).isEqualTo(90);
      assertThat(run.samples().warnings())
          .containsOnlyOnce(
              "chain %d failed after %d draws, which are left out: planted"
                  .formatted(failed.chain(), failed.draws()));
      assertThat(report.warnings()).containsAll(run.samples().warnings());
      assertThat(run.summary().warnings()).isEqualTo(report.warnings());
      assertThat(report.toString()).contains("\n  by the engine, since recording is off\n");
    }
  }

  /** Beyond 1 the covariance has no Cholesky factor, of which the engine makes an error. */
  @Test
  void whereTheEngineFailsThereIsNoDensity() {
    Program<Void> model =
        (p, none) -> {
          NDArray x = p.sample("x", Normal.of(0, 1)).expandDims(-1).expandDims(-1);
          NDArray covariance =
              p.run().eye(2).add(x.mul(p.run().ones(new Shape(2, 2)).sub(p.run().eye(2))));
          p.observe(
              "y", MultivariateNormal.withCovariance(0, covariance), p.run().zeros(new Shape(2)));
        };
    try (McmcRun<Void> run =
        quiet(model).initializer(Initializer.feasible()).warmup(100).draws(100).run(null)) {
      assertThat(run.report().figures().keptChains()).isEqualTo(4);
      for (double x : run.samples().values("x")) {
        assertThat(Math.abs(x)).isLessThan(1);
      }
    }
  }

  @Test
  void anInterruptKeepsTheDrawsAndTheFlag() {
    Thread caller = Thread.currentThread();
    AtomicInteger executions = new AtomicInteger();
    Program<Void> model =
        (p, none) -> {
          if (executions.incrementAndGet() == 1000) {
            caller.interrupt();
          }
          p.sample("x", Normal.of(0, 1));
        };
    RunConfig config = RunConfig.defaults().withRecording(Recording.OFF);
    try (McmcRun<Void> run =
        quiet(model).config(config).chains(1).warmup(20).draws(1_000_000).run(null)) {
      assertThat(Thread.interrupted()).isTrue();
      assertThat(run.report().figures().isInterrupted()).isTrue();
      assertThat(run.samples().draws()).isBetween(1L, 999_999L);
      assertThat(run.report().warnings())
          .contains(
              String.format(
                  Locale.ROOT,
                  "interrupted: of 1 chains of 1,000,000 draws, 1 of %,d are kept",
                  run.samples().draws()));
    }
  }

  /** A dim between the values and those of draws: what is worked out is so draw by draw. */
  @Test
  void whatHoldsOneDrawIsExecutedDrawByDraw() {
    Program<Void> model = ofOneDraw((p, x) -> p.deterministic("twice", x.mul(2)));
    try (McmcRun<Void> run = quiet(model).warmup(20).draws(50).run(null)) {
      double[] x = run.samples().values("x");
      double[] twice = run.samples().values("twice");
      assertThat(twice).hasSize(2 * 50 * 4);
      for (int i = 0; i < x.length; i++) {
        assertThat(twice[i]).isEqualTo(2 * x[i]);
      }
      assertThat(run.report().toString())
          .contains("\n  draw by draw: with 4 draws at once observed site 'y' has batch shape");
    }
  }

  /** Draws of latent sites alone are no executions, so that it may be written for one draw. */
  @Test
  void aModelOfLatentSitesNeedNotHoldManyDraws() {
    try (McmcRun<Void> run = quiet(ofOneDraw((p, x) -> {})).warmup(300).draws(500).run(null)) {
      assertThat(run.samples().shape("x")).isEqualTo(new Shape(2));
      // three rows of (1, 1) under a standard normal prior; four errors of 1,500 effective draws
      for (String name : List.of("x[1]", "x[2]")) {
        assertThat(run.summary().get(name).mean()).isCloseTo(0.75, within(0.05));
        assertThat(run.summary().get(name).sd()).isCloseTo(0.5, within(0.04));
      }
    }
  }

  /** A normal vector and three rows of it, with a dim put in where particles would stand. */
  private static Program<Void> ofOneDraw(BiConsumer<Ppl, NDArray> more) {
    return (p, none) -> {
      NDArray x = p.sample("x", Normal.standard(2).toEvent(1));
      more.accept(p, x);
      try (Plate rows = p.plate("rows", 3)) {
        p.observe(
            "y",
            MultivariateNormal.of(x.expandDims(-2), p.run().eye(2)),
            p.run().ones(new Shape(3, 2)));
      }
    };
  }
}
