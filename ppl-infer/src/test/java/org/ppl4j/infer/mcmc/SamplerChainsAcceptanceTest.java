package org.ppl4j.infer.mcmc;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.Program;
import org.ppl4j.infer.Progress;
import org.ppl4j.tensor.Recording;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.PosteriorCase;
import org.ppl4j.testing.PosteriorCases;

/** Chains side by side, chains that die and chains that are interrupted. */
@Tag("acceptance")
@Tag("sampler.4")
class SamplerChainsAcceptanceTest {

  private static final Pattern DONE = Pattern.compile("nuts: ([\\d,]+)");

  private static final AcceptancePoint POINT = new AcceptancePoint("sampler.4");
  private static final int PAIRS = 5;

  private static PosteriorCase posterior(String name) {
    return PosteriorCases.all()
        .filter(each -> each.getName().equals(name))
        .map(Named::getPayload)
        .findFirst()
        .orElseThrow();
  }

  private static Nuts<PosteriorCase.Data> nuts(PosteriorCase posterior) {
    return Nuts.of(posterior.program()).progress(Progress.silent());
  }

  @Test
  void anyNumberOfThreadsGivesTheSameBits() {
    for (String name : List.of("eight_schools_noncentered", "radon_variable_intercept", "arK")) {
      PosteriorCase posterior = posterior(name);
      try (NDManager manager = NDManager.newBaseManager()) {
        PosteriorCase.Data data = posterior.data(manager);
        Nuts<PosteriorCase.Data> nuts = nuts(posterior).warmup(300).draws(300);
        try (McmcRun<PosteriorCase.Data> one = nuts.threads(1).run(data);
            McmcRun<PosteriorCase.Data> two = nuts.threads(2).run(data);
            McmcRun<PosteriorCase.Data> four = nuts.threads(4).run(data)) {
          for (String site : one.samples().names()) {
            double[] draws = one.samples().values(site);
            assertThat(two.samples().values(site)).containsExactly(draws);
            assertThat(four.samples().values(site)).containsExactly(draws);
          }
        }
      }
      POINT.none("draws of " + name + " on 1, 2 and 4 threads that differ in a bit");
    }
  }

  @Test
  @Tag("alone")
  void twoThreadsAreNearlyTwiceAsFast() {
    PosteriorCase posterior = posterior("radon_variable_intercept");
    List<Double> ratios = new ArrayList<>();
    try (NDManager manager = NDManager.newBaseManager()) {
      PosteriorCase.Data data = posterior.data(manager);
      Nuts<PosteriorCase.Data> nuts = nuts(posterior).warmup(500).draws(1500);
      double unused = seconds(nuts.threads(2), data);
      for (int pair = 0; pair < PAIRS; pair++) {
        double one = seconds(nuts.threads(1), data);
        double two = seconds(nuts.threads(2), data);
        ratios.add(one / two);
        POINT.shown("one thread, seconds", one);
        POINT.shown("two threads, seconds", two);
      }
      assertThat(unused).isPositive();
    }
    POINT.atLeast("two threads against one, best of five pairs", Collections.max(ratios), 1.7);
  }

  /** From the first chain's first iteration to the last one's last. */
  private static double seconds(Nuts<PosteriorCase.Data> nuts, PosteriorCase.Data data) {
    long began = System.nanoTime();
    try (McmcRun<PosteriorCase.Data> run = nuts.run(data)) {
      assertThat(run.report().chains()).hasSize(4);
    }
    return (System.nanoTime() - began) * 1e-9;
  }

  /** Of three chains by the engine one dies when about half of all is done. */
  @Test
  void aChainThatIsKilledLeavesTheOthers() {
    PosteriorCase posterior = posterior("eight_schools_noncentered");
    AtomicInteger executions = new AtomicInteger();
    Program<PosteriorCase.Data> counted =
        (p, data) -> {
          int unused = executions.incrementAndGet();
          posterior.program().run(p, data);
        };
    SamplerReport whole = run(posterior, counted, executions);
    assertThat(whole.figures().keptChains()).isEqualTo(3);
    int half = executions.get() / 2;
    executions.set(0);
    Program<PosteriorCase.Data> dying =
        (p, data) -> {
          if (executions.incrementAndGet() == half) {
            throw new IllegalStateException("killed");
          }
          posterior.program().run(p, data);
        };
    SamplerReport report = run(posterior, dying, executions);

    POINT.between("chains of three whose draws are kept", report.figures().keptChains(), 2, 2);
    POINT.between("draws of each", report.figures().keptDraws(), 100, 100);
    assertThat(report.warnings()).anyMatch(warning -> warning.endsWith("left out: killed"));
    POINT.none("killed chains that the report does not tell of");
  }

  private static SamplerReport run(
      PosteriorCase posterior, Program<PosteriorCase.Data> program, AtomicInteger executions) {
    RunConfig config = RunConfig.defaults().withRecording(Recording.OFF);
    try (NDManager manager = NDManager.newBaseManager();
        McmcRun<PosteriorCase.Data> run =
            Nuts.of(program)
                .config(config)
                .progress(Progress.silent())
                .chains(3)
                .warmup(100)
                .draws(100)
                .run(posterior.data(manager))) {
      assertThat(executions.get()).isPositive();
      return run.report();
    }
  }

  /** How many iterations a line of progress says are done; 0 if it says nothing of it. */
  private static int done(String text) {
    Matcher matcher = DONE.matcher(text);
    return matcher.find() ? Integer.parseInt(matcher.group(1).replace(",", "")) : 0;
  }

  @Test
  void anInterruptKeepsWhatThereIs() {
    PosteriorCase posterior = posterior("eight_schools_noncentered");
    Progress interrupting =
        Progress.terminal(
            text -> {
              if (done(text) > 10_000) {
                Thread.currentThread().interrupt();
              }
            });
    try (NDManager manager = NDManager.newBaseManager()) {
      PosteriorCase.Data data = posterior.data(manager);
      try (McmcRun<PosteriorCase.Data> run =
          nuts(posterior).progress(interrupting).draws(1_000_000).chains(2).run(data)) {
        assertThat(Thread.interrupted()).isTrue();
        POINT.atLeast("draws kept after an interrupt", run.samples().draws(), 2);
        POINT.below("draws kept of two million", run.samples().draws(), 2_000_000);
        assertThat(run.report().figures().isInterrupted()).isTrue();
      }
    }
    POINT.none("interrupts that the report does not tell of");
  }
}
