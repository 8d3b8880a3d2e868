package org.ppl4j.infer.svi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.Program;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.autoguide.AutoDelta;
import org.ppl4j.infer.latent.Initializer;
import org.ppl4j.infer.optim.Clipping;
import org.ppl4j.infer.optim.Sgd;
import org.ppl4j.params.ParamStore;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.WithStore;

/**
 * What is said of steps that were taken back is what became of them. A point goes down −log N(x; 0,
 * 10) − log N(d; x, 1), whose step is known: x − r (x / 100 + x − d). The datum d is a number of
 * Java, which changes at some step.
 */
@ExtendWith(LeakCheck.class)
class FallBackTest extends WithStore {

  private static final double RATE = 0.05;

  /** Who makes the steps. */
  enum Driver {
    RUN,
    STEPS_ON_BOUND_DATA,
    STEPS,
    BATCHES;

    /** Makes so many. */
    void make(Svi<NDArray> svi, NDArray data, int count, Runnable after) {
      switch (this) {
        case RUN -> svi.run(data, count);
        case STEPS_ON_BOUND_DATA -> {
          try (Svi<NDArray>.OnData bound = svi.bind(data)) {
            for (int i = 0; i < count; i++) {
              bound.step();
              after.run();
            }
          }
        }
        case STEPS -> {
          for (int i = 0; i < count; i++) {
            svi.step(data);
            after.run();
          }
        }
        case BATCHES -> svi.runEpochs(one(data), count);
      }
    }

    /** Where they leave a fit. */
    FitState end() {
      return this == RUN || this == BATCHES ? FitState.ENDED : FitState.ENGINE;
    }

    private static Batches<NDArray> one(NDArray data) {
      return (seed, epoch) ->
          new Batches.Epoch<>() {
            private boolean isSeen;

            @Override
            public boolean hasNext() {
              return !isSeen;
            }

            @Override
            public NDArray next() {
              isSeen = true;
              return data;
            }

            @Override
            public void close() {}
          };
    }
  }

  @TempDir private Path folder;
  private int changes;
  private final List<Double> xs = new ArrayList<>(); // after each step

  /** How many those are, in a class of Java's of which nobody can say whether it changes. */
  private final AtomicIntegerArray noted = new AtomicIntegerArray(1);

  private final List<FallBack> heard = new ArrayList<>();

  private double datum(long step) {
    return step < changes ? 1 : -1;
  }

  private final Program<NDArray> model =
      (p, y) -> {
        NDArray x = p.sample("x", Normal.of(0, 10));
        p.observe("y", Normal.of(x, 1), y.add(datum(noted.get(0))));
      };

  private void note() {
    xs.add(params.value("auto.x")[0]);
    noted.set(0, xs.size());
  }

  private Svi<NDArray> fit(int changes) {
    this.changes = changes;
    xs.clear();
    xs.add(5.0);
    noted.set(0, 1);
    heard.clear();
    return Svi.builder(
            model,
            AutoDelta.of(model).initializer(Initializer.value(Map.of("x", new double[] {5}))))
        .params(params)
        .optimizer(Sgd.withRate(RATE).clipping(Clipping.none()))
        .stopping(StoppingRule.never())
        .progress(Progress.silent())
        .listener(
            new FitListener() {
              @Override
              public Next onStep(Step step) {
                note();
                return Next.GO_ON;
              }

              @Override
              public void onFallBack(FallBack fallBack) {
                heard.add(fallBack);
              }
            })
        .build();
  }

  static Stream<Arguments> stepsAndDrivers() {
    return Stream.of(Driver.values())
        .flatMap(driver -> Stream.of(3, 4, 17, 60, 150).map(at -> Arguments.of(driver, at)));
  }

  /** Each step that stands goes on from the one that stands before it, by the datum of its time. */
  @ParameterizedTest
  @MethodSource("stepsAndDrivers")
  void whatIsSaidOfStepsIsWhatBecameOfThem(Driver driver, int at) {
    try (Svi<NDArray> svi = fit(at);
        NDArray data = manager.create(0.0)) {
      driver.make(svi, data, 400, this::note);

      assertThat(svi.fallBacks()).hasSize(1).isEqualTo(heard);
      FallBack only = heard.get(0);
      assertThat(only.first()).isBetween(2L, (long) at);
      assertThat(only.last()).isBetween(at - 1L, 399L);
      assertThat(only.isMadeAgain()).isEqualTo(driver == Driver.RUN);
      assertThat(svi.steps()).isEqualTo(xs.size() - 1);
      assertThat(svi.steps()).isEqualTo(400 + (only.isMadeAgain() ? only.count() : 0));
      assertThat(svi.state()).isEqualTo(driver.end());
      assertThat(svi.whyNotRecorded().orElseThrow())
          .startsWith("its record gives ")
          .endsWith("taken back: " + only.words());
      int standing = 0;
      for (int step = 1; step < xs.size(); step++) {
        if (step < only.first() || step > only.last()) {
          int before = (int) (step == only.last() + 1 ? only.first() : step) - 1;
          double x = xs.get(before);
          double expected = x - RATE * (x / 100 + x - datum(step));
          assertThat(xs.get(step)).as("step %s", step).isCloseTo(expected, within(1e-9));
          standing++;
        }
      }
      assertThat(standing).isEqualTo(svi.steps() - only.count());
    }
  }

  /** A fit that steps from a record again says so, and what was before, in each report. */
  @Test
  void reportsFilesAndListenersSayWhatHappened() {
    Path file = folder.resolve("fit.ppl");
    try (Svi<NDArray> svi = fit(300);
        NDArray data = manager.create(0.0)) {
      FitReport report = svi.run(data, 400);

      String lost = heard.get(0).words();
      assertThat(lost).matches("steps \\d+ to \\d+, made again by the engine");
      assertThat(report.fallBacks()).isEqualTo(heard);
      assertThat(report.toString()).containsOnlyOnce(lost).contains("by the engine, since its");
      assertThat(report.steps()).isEqualTo(400);
      assertThat(heard).extracting(FallBack::recordedFrom).containsExactly(0L);

      long again = svi.steps() + 1;
      FitReport next = svi.run(data, 10);

      assertThat(next.whyNotRecorded()).isEmpty();
      assertThat(heard).extracting(FallBack::recordedFrom).containsExactly(0L, again);
      assertThat(next.fallBacks()).containsExactly(heard.get(1));
      assertThat(next.toString())
          .contains(
              "\n  taken back: " + lost + "; from a record again from step " + again + "; its");
      assertThat(svi.state()).isEqualTo(FitState.ENDED);
      svi.save(file);
    }
    params.close();
    params = new ParamStore(manager);
    try (Svi<NDArray> svi = fit(0)) {
      List<FallBack> before = List.copyOf(heard);
      svi.load(file);
      assertThat(svi.fallBacks()).hasSize(1);
      assertThat(before).isEmpty();
    }
  }

  @Test
  void wordsOfSteps() {
    assertThat(new FallBack(4, 3, true, "why", 0).toString())
        .isEqualTo("taken back: no step before step 4; why");
    assertThat(new FallBack(3, 3, true, "why", 0).toString())
        .isEqualTo("taken back: step 3, made again by the engine; why");
    assertThat(new FallBack(3, 7, false, "why", 9).toString())
        .isEqualTo(
            "taken back: steps 3 to 7, not made again; from a record again from step 9; why");
  }
}
