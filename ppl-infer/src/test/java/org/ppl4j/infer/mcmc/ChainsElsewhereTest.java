package org.ppl4j.infer.mcmc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.Lists;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.Parcel;
import org.ppl4j.Program;
import org.ppl4j.distributions.Gamma;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.Poisson;
import org.ppl4j.infer.InterruptionException;
import org.ppl4j.infer.Progress;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.LeakCheck;

/** Chains that are run by what was sent for them make the bits of chains that are run here. */
@ExtendWith(LeakCheck.class)
@Tag("spread.4")
class ChainsElsewhereTest {

  private static final Program<Void> MODEL =
      (p, none) -> {
        var scale = p.sample("scale", Gamma.of(3, 1));
        p.sample("x", Normal.of(0, scale));
        p.sample("y", Normal.of(1e3, 1e-2));
      };

  /** Searches find it the nearest to normal without location and scale. */
  private static final Program<Void> FUNNEL =
      (p, none) -> {
        var v = p.sample("v", Normal.of(0, 2));
        p.sample("x", Normal.of(0, v.div(2).exp()));
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
        Named.of("hmc of covariances", Hmc.of(MODEL).metric(Metric.DENSE).asWritten()),
        Named.of("random walk", RandomWalk.of(MODEL)),
        Named.of("slice", EllipticalSlice.of(MODEL)),
        Named.of("non-centred", Nuts.of(FUNNEL)),
        Named.of("discrete", Nuts.of(COUNTED)));
  }

  private static <S extends Mcmc<Void, S>> S quiet(Mcmc<Void, S> sampler) {
    return sampler
        .progress(Progress.silent())
        .config(RunConfig.defaults().withSeed(11))
        .chains(3)
        .warmup(80)
        .draws(30);
  }

  /** Sends everything, does it last first and twice, and sends back what came of it. */
  private static ChainPlace sent(Mcmc<Void, ?> sampler) {
    Parcel<Mcmc<Void, ?>> parcel = Parcel.ofCode(sampler);
    return works -> {
      List<ChainDone> done = new ArrayList<>();
      for (ChainWork work : Lists.reverse(works)) {
        Parcel<ChainWork> there = Parcel.ofCode(work);
        ChainDone unused = parcel.open().run(null, there.open(), () -> false);
        done.add(Parcel.ofCode(parcel.open().run(null, there.open(), () -> false)).open());
      }
      return Lists.reverse(done);
    };
  }

  @ParameterizedTest
  @MethodSource("samplers")
  void theyMakeTheSameBits(Mcmc<Void, ?> of) {
    Mcmc<Void, ?> sampler = quiet(of);
    try (McmcRun<Void> here = sampler.run(null);
        McmcRun<Void> there = sampler.run(null, sent(sampler));
        McmcRun<Void> next = sampler.resume(null, here.ends());
        McmcRun<Void> nextThere = sampler.resume(null, there.ends(), sent(sampler))) {
      checkSame(there, here);
      checkSame(nextThere, next);
    }
  }

  @Test
  void theyAreInTheVariablesThatSearchesChose() {
    Mcmc<Void, ?> sampler = quiet(Nuts.of(FUNNEL));
    List<ChainWork> all = new ArrayList<>();
    try (McmcRun<Void> run =
        sampler.run(
            null,
            works -> {
              all.addAll(works);
              return sent(sampler).run(works);
            })) {
      assertThat(run.report().toString()).contains("non-centred x");
    }
    assertThat(all).hasSize(3).allSatisfy(work -> assertThat(work.moved()).containsExactly("x"));
  }

  private static void checkSame(McmcRun<Void> there, McmcRun<Void> here) {
    assertThat(there.samples().names()).isEqualTo(here.samples().names());
    for (String site : here.samples().names()) {
      assertThat(there.samples().values(site)).containsExactly(here.samples().values(site));
    }
    assertThat(there.summary()).hasToString(here.summary().toString());
    assertThat(there.iterations().columns()).isEqualTo(here.iterations().columns());
    assertThat(there.report().warnings()).isEqualTo(here.report().warnings());
    assertThat(withoutSeconds(there.report())).isEqualTo(withoutSeconds(here.report()));
    assertThat(there.report().figures().discrete()).isEqualTo(here.report().figures().discrete());
    for (int k = 0; k < here.ends().ends().size(); k++) {
      ChainEnds.End end = here.ends().ends().get(k);
      assertThat(there.ends().ends().get(k).position()).isEqualTo(end.position());
      assertThat(there.ends().ends().get(k).numbers()).containsExactly(end.numbers());
    }
  }

  private static List<ChainReport> withoutSeconds(SamplerReport report) {
    return report.chains().stream()
        .map(
            each ->
                new ChainReport(
                    each.chain(),
                    each.starts(),
                    each.warmup(),
                    each.draws(),
                    each.stepSize(),
                    each.acceptance(),
                    each.divergences(),
                    each.depthLimitHits(),
                    each.ebfmi(),
                    each.gradients(),
                    0,
                    each.failure()))
        .toList();
  }

  // --- chains that are stuck, among heaps of known mass

  private static final Chain.Length LENGTH = new Chain.Length(200, 100);
  private static final double FAR = 100;

  /** N(0, 1) in two dimensions, and exp(−30) of that far away. */
  private static double heaps(double[] u, double[] gradient) {
    double first = -(u[0] * u[0] + u[1] * u[1]) / 2;
    double x = u[0] - FAR;
    double y = u[1] - FAR;
    double second = -(x * x + y * y) / 2 - 30;
    gradient[0] = first > second ? -u[0] : -x;
    gradient[1] = first > second ? -u[1] : -y;
    return Math.max(first, second);
  }

  private static Chain chain(int number, double[] start, Iterator<double[]> others) {
    return new Chain(
        number,
        LENGTH,
        ChainsElsewhereTest::heaps,
        Targets::nuts,
        Targets.noise(number),
        start,
        others);
  }

  private static List<Chain> chains() {
    double[] far = {FAR, FAR + 1e-5};
    List<Chain> chains = new ArrayList<>();
    for (int i = 1; i <= 4; i++) {
      List<double[]> others = List.of(new double[] {FAR, FAR}, new double[] {1, 1});
      chains.add(chain(i, i == 3 ? far : new double[] {0.1, -0.1}, others.iterator()));
    }
    return chains;
  }

  @Test
  void thoseThatAreStuckBeginAgainWhereTheyDoHere() {
    List<Chain> here = chains();
    Progress.Line line = Progress.silent().start("test", 0);
    assertThat(ChainThreads.run(here, 2, () -> false, line)).isFalse();
    List<String> jobs = new ArrayList<>();
    List<Chain> there = chains();

    ChainsElsewhere.run(
        there,
        works -> {
          jobs.add(works.toString());
          return works.stream()
              .map(
                  work -> {
                    Chain chain = chain(work.chain(), work.start(), Collections.emptyIterator());
                    chain.begin(work);
                    return chain.toEnd(() -> false);
                  })
              .toList();
        },
        null,
        line);

    assertThat(jobs)
        .containsExactly(
            "[chain 1, chain 2, chain 3, chain 4]", "[chain 3, start 2]", "[chain 3, start 3]");
    for (int i = 0; i < here.size(); i++) {
      assertThat(there.get(i).vectors(100)).containsExactly(here.get(i).vectors(100));
      assertThat(there.get(i).report().gradients()).isEqualTo(here.get(i).report().gradients());
      assertThat(there.get(i).report().starts()).isEqualTo(here.get(i).report().starts());
      assertThat(there.get(i).report().warmup()).isEqualTo(here.get(i).report().warmup());
    }
  }

  // --- what goes wrong

  @Test
  void aChainThatFailsIsLeftOut() {
    Mcmc<Void, ?> sampler = quiet(Nuts.of(MODEL));
    try (McmcRun<Void> run =
        sampler.run(
            null,
            works -> {
              List<ChainDone> done = new ArrayList<>(sent(sampler).run(works));
              done.set(1, failed(done.get(1)));
              return done;
            })) {
      assertThat(run.samples().chains()).isEqualTo(2);
      assertThat(run.report().chains().get(1).failure()).contains("no luck");
    }
  }

  private static ChainDone failed(ChainDone done) {
    return new ChainDone(
        done.number,
        done.warmup,
        done.iterations,
        done.stepSize,
        done.evaluations,
        done.seconds,
        done.vectors,
        done.log,
        done.counts,
        done.discrete,
        null,
        "no luck");
  }

  @Test
  void whatCannotBeIsSaid() {
    Mcmc<Void, ?> sampler = quiet(Nuts.of(MODEL));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> closed(sampler.limit(Duration.ofSeconds(5)), sent(sampler)))
        .withMessage(
            "sampler has a limit of PT5S, but chains that run elsewhere come to their ends; leave"
                + " it out");
    assertThatIllegalStateException()
        .isThrownBy(() -> closed(sampler, works -> sent(sampler).run(works.subList(0, 1))))
        .withMessage("place ran 1 chains, but was given 3; let it return what came of each");
    assertThatThrownBy(
            () ->
                closed(
                    sampler, works -> Arrays.asList(sampler.run(null, works.get(0), () -> true))))
        .isInstanceOf(InterruptionException.class)
        .hasMessage("chain 1 was stopped after 0 iterations; run it again");
  }

  private static void closed(Mcmc<Void, ?> sampler, ChainPlace place) {
    try (McmcRun<Void> run = sampler.run(null, place)) {
      assertThat(run.samples().draws()).isNegative();
    }
  }
}
