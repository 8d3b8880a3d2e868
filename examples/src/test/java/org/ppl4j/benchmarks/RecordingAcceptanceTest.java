package org.ppl4j.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.Program;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.autoguide.AutoNormal;
import org.ppl4j.infer.svi.FitReport;
import org.ppl4j.infer.svi.StoppingRule;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Recording;
import org.ppl4j.testing.AcceptancePoint;

/** What recording takes, and what recorded steps do on threads and for long. */
@Tag("acceptance")
@Tag("alone")
class RecordingAcceptanceTest {

  private static final AcceptancePoint START = new AcceptancePoint("recorded.4");
  private static final AcceptancePoint MEMORY = new AcceptancePoint("recorded.5");
  private static final AcceptancePoint THREADS = new AcceptancePoint("recorded.6");

  /** Milliseconds of the second step of a fit, which is recorded, planned and made. */
  private static double recording(String name) {
    List<Double> times = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      try (Fit fit = PeerCases.fit(name, FloatType.FLOAT64)) {
        double first = fit.step();
        long start = System.nanoTime();
        double second = fit.step();
        times.add((System.nanoTime() - start) / 1e6);
        assertThat(first + second).isFinite();
      }
    }
    return Speed.middle(times.subList(10, times.size()));
  }

  @Test
  @Tag("recorded.4")
  void recordingAModel() {
    START.atMost("recording eight_schools, milliseconds", recording("eight_schools"), 50);
    START.atMost("recording iaf_guide, milliseconds", recording("iaf_guide"), 1000);
  }

  /** A chain of so many sites, each around the one before it. */
  private static Program<Void> chain(int sites) {
    return (p, none) -> {
      NDArray x = p.sample("x0", Normal.of(0, 1));
      for (int i = 1; i < sites; i++) {
        x = p.sample("x" + i, Normal.of(x, 1));
      }
    };
  }

  /** Milliseconds of the steps of a fit after its first. */
  private static double chainSteps(int sites) {
    List<Double> times = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Program<Void> model = chain(sites);
      try (Svi<Void> svi =
          Svi.builder(model, AutoNormal.of(model))
              .stopping(StoppingRule.never())
              .progress(Progress.silent())
              .build()) {
        FitReport first = svi.run(null, 1);
        long start = System.nanoTime();
        FitReport second = svi.run(null, 1);
        times.add((System.nanoTime() - start) / 1e6);
        assertThat(first.finalLoss() + second.finalLoss()).isFinite();
        assertThat(svi.whyNotRecorded()).isEmpty();
      }
    }
    return Speed.middle(times);
  }

  @Test
  @Tag("recorded.4")
  void recordingALoopOfSites() {
    double few = chainSteps(250);
    double many = chainSteps(1000);
    START.shown("recording a chain of 1,000 sites, milliseconds", many);
    START.atMost("recording 1,000 sites / 4 times 250", many / (4 * few), 3);
  }

  @Test
  @Tag("recorded.4")
  void theFirstSteps() throws IOException, InterruptedException {
    List<Double> tens = new ArrayList<>();
    List<Double> thousands = new ArrayList<>();
    for (int pair = 0; pair < 5; pair++) { // in turn, so that both see the same machine
      FirstSteps engine = FirstSteps.inNewJvm(Recording.OFF);
      FirstSteps recorded = FirstSteps.inNewJvm(Recording.WHERE_POSSIBLE);
      tens.add(recorded.ten() - engine.ten());
      thousands.add(recorded.thousand() / engine.thousand());
    }
    START.atMost("first ten steps beyond the engine's, milliseconds", Speed.middle(tens), 60);
    START.atMost("first thousand steps / the engine's", Speed.middle(thousands), 1);
  }

  private static long used() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  @Test
  @Tag("recorded.5")
  void aMillionStepsLeaveMemoryAsItIs() {
    try (Fit fit = PeerCases.fit("eight_schools", FloatType.FLOAT64)) {
      double sum = 0;
      for (int i = 0; i < 20_000; i++) {
        sum += fit.step();
      }
      long before = used();
      for (int i = 0; i < 1_000_000; i++) {
        sum += fit.step();
      }
      MEMORY.atMost("megabytes after a million steps", (used() - before) / 1e6, 1);
      assertThat(sum).isFinite();
    }
  }

  private static double steps(int steps) {
    try (Fit fit = PeerCases.fit("eight_schools", FloatType.FLOAT64)) {
      double sum = 0;
      for (int i = 0; i < steps; i++) {
        sum += fit.step();
      }
      return sum;
    }
  }

  private static double seconds(int threads, int steps)
      throws ExecutionException, InterruptedException {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      long start = System.nanoTime();
      List<Future<Double>> fits = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        fits.add(pool.submit(() -> steps(steps)));
      }
      double first = fits.get(0).get();
      for (Future<Double> fit : fits) {
        assertThat(fit.get()).isEqualTo(first); // the same seed
      }
      return (System.nanoTime() - start) * 1e-9;
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  @Tag("recorded.6")
  void twoThreadsDoTwiceAsMuch() throws ExecutionException, InterruptedException {
    double best = 0;
    for (int pair = 0; pair < 6; pair++) {
      double one = seconds(1, 500_000);
      double two = seconds(2, 500_000);
      best = pair == 0 ? 0 : Math.max(best, 2 * one / two); // the first pair is for the compiler
    }
    THREADS.atLeast("work of two threads over one", best, 1.7);
  }
}
