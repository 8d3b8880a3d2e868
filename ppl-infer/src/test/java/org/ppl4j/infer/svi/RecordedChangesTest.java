package org.ppl4j.infer.svi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ppl4j.Program;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.optim.Adam;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Recording;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.LeakCheck;

/**
 * Programs that read numbers of Java which change meanwhile: what a record has written down of them
 * is found out, taken back and made again, or the numbers are inputs.
 */
@ExtendWith(LeakCheck.class)
class RecordedChangesTest {

  private static final RunConfig CONFIG = RunConfig.defaults().withSeed(3);

  private static final Program<Void> GUIDE =
      (p, none) -> {
        NDArray loc = p.param("loc", () -> p.scalar(0));
        p.sample("x", Normal.of(loc, p.param("scale", () -> p.scalar(1), Constraint.POSITIVE)));
      };

  private NDManager manager;
  private ParamStore params;

  /** That a listener has seen, in a class of Java's of which nobody can say whether it changes. */
  private final AtomicIntegerArray seen = new AtomicIntegerArray(1);

  private final List<Double> locs = new ArrayList<>(); // after each of them

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager();
    params = new ParamStore(manager, CONFIG);
  }

  @AfterEach
  void close() {
    params.close();
    manager.close();
  }

  private Svi<Void> svi(Program<Void> model, Program<Void> guide, Recording recording) {
    return Svi.builder(model, guide)
        .params(params)
        .config(CONFIG.withRecording(recording))
        .optimizer(Adam.withRate(0.01))
        .stopping(StoppingRule.never())
        .progress(Progress.silent())
        .listener(
            new FitListener() {
              @Override
              public Next onStep(Step step) {
                seen.incrementAndGet(0);
                locs.add(params.value("loc")[0]);
                return Next.GO_ON;
              }
            })
        .build();
  }

  /** One datum, which is another at each step. */
  private Program<Void> model(IntToDoubleFunction datum) {
    return (p, none) -> {
      NDArray x = p.sample("x", Normal.of(0, 10));
      p.observe("y", Normal.of(x, 0.1), p.scalar(datum.applyAsDouble(seen.get(0))));
    };
  }

  private void fresh() {
    close();
    open();
    seen.set(0, 0);
    locs.clear();
  }

  /**
   * From step 300 on the datum is elsewhere. The check at step 377 finds it: what the record has
   * done since the one at 233 is taken back, and made again by the engine.
   */
  @Test
  void whatWasWrongIsTakenBackAndMadeAgain() {
    try (Svi<Void> svi =
        svi(model(step -> step < 300 ? 10 : -10), GUIDE, Recording.WHERE_POSSIBLE)) {
      FitReport report = svi.run(null, 500);

      assertThat(svi.whyNotRecorded().orElseThrow())
          .startsWith("its record gives ")
          .endsWith(
              "; the first difference is at the value of site 'y' of the model; all since they last"
                  + " agreed is taken back: steps 235 to 377, made again by the engine");
      assertThat(report.steps()).isEqualTo(500);
      assertThat(svi.steps()).isEqualTo(500 + 377 - 234);
      assertThat(Math.abs(locs.get(376) - locs.get(233))).isGreaterThan(0.5);
      assertThat(locs.get(377)).isCloseTo(locs.get(233), within(0.02)); // by one step
      assertThat(locs.get(locs.size() - 1)).isLessThan(locs.get(233));
    }
  }

  /** A number changes after the last check of a run, whose end finds it. */
  @Test
  void theEndOfARunIsAlsoChecked() {
    try (Svi<Void> svi = svi(model(step -> step < 990 ? 1 : 2), GUIDE, Recording.WHERE_POSSIBLE)) {
      assertThat(svi.run(null, 995).losses().toArray()).hasSize(995);
      assertThat(svi.steps()).isEqualTo(995 + 995 - 988);
      assertThat(svi.whyNotRecorded().orElseThrow()).startsWith("its record gives ");
      assertThat(svi.run(null, 5).whyNotRecorded()).isEmpty(); // anew, with the number of now
    }
    fresh();
    try (Svi<Void> svi = svi(model(step -> step < 990 ? 1 : 2), GUIDE, Recording.REQUIRED)) {
      assertThatThrownBy(() -> svi.run(null, 995))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("cannot be recorded, since its record gives ");
    }
  }

  /** What happens at each k-th step is met by a check before step 1,000. */
  @ParameterizedTest
  @CsvSource({"2, 1", "3, 0", "4, 3", "5, 4", "6, 5", "7, 2", "9, 4", "10, 0", "10, 7"})
  void whatHappensAtEachKthStepIsFound(int k, int at) {
    try (Svi<Void> svi =
            svi(model(step -> step % k == at ? 1 : 2), GUIDE, Recording.WHERE_POSSIBLE);
        Svi<Void>.OnData data = svi.bind(null)) {
      while (seen.get(0) < 2 || svi.whyNotRecorded().isEmpty()) {
        assertThat(seen.get(0)).isLessThan(1000);
        assertThat(data.step()).isFinite();
        seen.incrementAndGet(0);
      }
    }
  }

  @Test
  void theFirstSiteThatChangesIsNamed() {
    int[] runs = new int[1];
    Program<Void> guide =
        (p, none) -> p.sample("x", Normal.of(p.param("loc", () -> p.scalar(0)), 1 + runs[0]++));
    for (boolean isGuide : new boolean[] {false, true}) {
      fresh();
      Program<Void> model = model(step -> isGuide ? 1 : runs[0]++);
      try (Svi<Void> svi = svi(model, isGuide ? guide : GUIDE, Recording.WHERE_POSSIBLE)) {
        assertThat(svi.run(null, 5).whyNotRecorded())
            .contains(
                "it has operations or numbers that differ from one step to the next, first at the"
                    + " value"
                    + (isGuide ? " of site 'x' of the guide" : " of site 'y' of the model")
                    + "; a number that changes is read by p.value(name, () -> number)");
      }
    }
  }

  /** The engine does the same step twice, and gets something else: that is no rounding. */
  @Test
  void aProgramThatCountsItsRunsIsFoundOut() {
    int[] runs = new int[1];
    Program<Void> inProgram =
        (p, none) -> {
          runs[0]++;
          NDArray x = p.sample("x", Normal.of(0, 1));
          p.factor("f", p.value("heat", () -> runs[0] / 100.0).mul(x));
        };
    Program<Void> inNumber =
        (p, none) -> {
          NDArray x = p.sample("x", Normal.of(0, 1));
          p.factor("f", p.value("heat", () -> runs[0]++ / 100.0).mul(x));
        };
    for (Program<Void> model : List.of(inProgram, inNumber)) {
      fresh();
      try (Svi<Void> svi = svi(model, GUIDE, Recording.WHERE_POSSIBLE)) {
        assertThat(svi.run(null, 5).whyNotRecorded().orElseThrow())
            .startsWith("the engine gives ")
            .contains(
                " when it does the same step again; a program must not change a number that it"
                    + " reads, nor p.value one that it gives: count steps elsewhere, as by a"
                    + " listener of the fit");
      }
    }
  }

  /** A factor that falls from step to step is an input of the record. */
  @Test
  void aNumberThatIsAskedForByNameMayChange() {
    Program<Void> annealed =
        (p, none) -> {
          NDArray x = p.sample("x", Normal.of(0, 1));
          p.factor("f", p.value("heat", () -> 1.0 / (1 + seen.get(0))).mul(x));
        };
    double[] expected = losses(annealed, GUIDE, Recording.OFF, 300);
    assertThat(losses(annealed, GUIDE, Recording.REQUIRED, 300))
        .containsExactly(expected, within(1e-7));
  }

  /** Guide and model, and one program twice, may mean different numbers by the same name. */
  @Test
  void aNameIsAskedForEachTime() {
    Program<Void> model =
        (p, none) -> {
          NDArray x = p.sample("x", Normal.of(0, 1));
          NDArray both =
              p.value("a", () -> 2 + seen.get(0)).sub(p.value("a", () -> 0.5 * seen.get(0)));
          p.factor("f", both.mul(x));
        };
    Program<Void> guide =
        (p, none) -> {
          NDArray loc = p.param("loc", () -> p.scalar(0));
          p.sample(
              "x",
              Normal.of(loc.mul(p.value("a", () -> seen.get(0) < 20 ? 2 + seen.get(0) : 1)), 1));
        };
    double[] expected = losses(model, guide, Recording.OFF, 40);
    assertThat(losses(model, guide, Recording.REQUIRED, 40))
        .containsExactly(expected, within(1e-7));
    assertThat(Arrays.stream(expected).distinct().count()).isEqualTo(40);
  }

  private double[] losses(
      Program<Void> model, Program<Void> guide, Recording recording, int count) {
    fresh();
    try (Svi<Void> svi = svi(model, guide, recording)) {
      return svi.run(null, count).losses().toArray();
    }
  }
}
