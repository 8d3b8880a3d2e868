package org.ppl4j.infer.mcmc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.errorprone.annotations.MustBeClosed;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.Program;
import org.ppl4j.distributions.Gamma;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.Poisson;
import org.ppl4j.infer.Progress;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.LeakCheck;

/** Chains that go on from where they ended make the draws of longer ones. */
@ExtendWith(LeakCheck.class)
class ChainEndsTest {

  private static final int ALL = 50;
  private static final int FIRST = 30;
  private static final int REST = ALL - FIRST;
  private static final int CHAINS = 2;

  private static final Program<Void> MODEL =
      (p, none) -> {
        var scale = p.sample("scale", Gamma.of(3, 1));
        p.sample("x", Normal.of(0, scale));
        p.sample("y", Normal.of(1e3, 1e-2));
      };

  /** The count has no end, and is drawn beside. */
  private static final Program<Void> COUNTED =
      (p, none) -> {
        var rate = p.sample("rate", Gamma.of(3, 1));
        var count = p.sample("count", Poisson.of(rate));
        p.sample("x", Normal.of(count, 1));
      };

  static Stream<Named<Mcmc<Void, ?>>> samplers() {
    return Stream.of(
        Named.of("nuts", Nuts.of(MODEL)),
        Named.of("nuts of variances", Nuts.of(MODEL).metric(Metric.DIAGONAL)),
        Named.of("hmc of covariances", Hmc.of(MODEL).metric(Metric.DENSE).asWritten()),
        Named.of("langevin", AdjustedLangevin.of(MODEL)),
        Named.of("random walk", RandomWalk.of(MODEL)),
        Named.of("slice", EllipticalSlice.of(MODEL)),
        Named.of(
            "slice of the prior", EllipticalSlice.of((p, x) -> p.sample("x", Normal.of(0, 1)))),
        Named.of("kernel", KernelSampler.of(MODEL, "own", Targets::nuts)),
        Named.of("discrete", Nuts.of(COUNTED)));
  }

  private static <S extends Mcmc<Void, S>> S quiet(Mcmc<Void, S> sampler) {
    return sampler
        .progress(Progress.silent())
        .config(RunConfig.defaults().withSeed(11))
        .chains(CHAINS)
        .warmup(100);
  }

  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // by the caller
  private static McmcRun<Void> run(Mcmc<Void, ?> sampler, int draws) {
    return quiet(sampler).draws(draws).run(null);
  }

  @ParameterizedTest
  @MethodSource("samplers")
  void theRestIsThatOfALongerRun(Mcmc<Void, ?> sampler, @TempDir Path folder) {
    Path file = folder.resolve("ends");
    try (McmcRun<Void> whole = run(sampler, ALL);
        McmcRun<Void> first = run(sampler, FIRST)) {
      first.ends().save(file);
      try (McmcRun<Void> rest = quiet(sampler).draws(REST).resume(null, ChainEnds.load(file))) {
        for (String site : whole.samples().names()) {
          double[] all = whole.samples().values(site);
          double[] made = rest.samples().values(site);
          for (int k = 0; k < CHAINS; k++) {
            assertThat(Arrays.copyOfRange(made, k * REST, (k + 1) * REST))
                .containsExactly(Arrays.copyOfRange(all, k * ALL + FIRST, (k + 1) * ALL));
          }
        }
        ChainReport before = whole.report().chains().get(1);
        ChainReport after = rest.report().chains().get(1);
        assertThat(after.warmup()).isEqualTo(before.warmup());
        assertThat(after.starts()).isEqualTo(before.starts());
        assertThat(Double.compare(after.stepSize(), before.stepSize())).isZero();
      }
    }
  }

  @Test
  void whatDoesNotBelongTogetherIsRefused(@TempDir Path folder) {
    Program<Void> other = (p, none) -> p.sample("x", Normal.of(0, 1));
    try (McmcRun<Void> run = run(Nuts.of(other), 1)) {
      assertThat(run.ends()).hasToString("ChainEnds(2 of nuts)");
      refused(
          quiet(Hmc.of(other)),
          run.ends(),
          "ends of chains are of sampler nuts, but are resumed with hmc; resume them by that");
      refused(
          quiet(Nuts.of(other)).config(RunConfig.defaults().withSeed(12)),
          run.ends(),
          "ends of chains are of seed 11, but are resumed with 12; pass that in the configuration");
      refused(
          quiet(Nuts.of(MODEL)),
          run.ends(),
          "ends of chains have vectors of length 1, but are resumed with 3; resume them with their"
              + " model and data");
      run.samples().save(folder.resolve("samples"));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> ChainEnds.load(folder.resolve("samples")))
          .withMessageEndingWith("has no ends of chains; pass a file that ChainEnds.save wrote");
    }
  }

  private static void refused(Mcmc<Void, ?> sampler, ChainEnds ends, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> closed(sampler, ends))
        .withMessage(message);
  }

  private static void closed(Mcmc<Void, ?> sampler, ChainEnds ends) {
    try (McmcRun<Void> run = sampler.resume(null, ends)) {
      assertThat(run.samples().draws()).isNegative();
    }
  }
}
