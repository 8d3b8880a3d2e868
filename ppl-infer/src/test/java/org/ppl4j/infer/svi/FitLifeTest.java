package org.ppl4j.infer.svi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.HalfNormal;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.InterruptionException;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.autoguide.AutoNormal;
import org.ppl4j.infer.svi.FitReport.Stop;
import org.ppl4j.params.ParamStore;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.WithStore;

/** A fit that is broken off in any of its states goes on as if nobody had. */
@ExtendWith(LeakCheck.class)
class FitLifeTest {

  @TempDir private Path folder;

  static List<InterruptedFits.Case> cases() {
    return InterruptedFits.cases();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void whatIsBrokenOffHasTheBitsOfAnUnbrokenFit(InterruptedFits.Case fit) {
    try (InterruptedFits fits = new InterruptedFits(folder.resolve("fit.ppl"))) {
      InterruptedFits.Course unbroken = fits.unbroken(fit);
      int breaks = 0;
      for (int seed = 0; seed < 3; seed++) {
        InterruptedFits.Course broken = fits.broken(fit, unbroken, 3, seed);
        breaks += broken.interrupted() + broken.others();
      }
      assertThat(breaks).isPositive();
    }
  }

  /** The planted fault: a search that is quiet about an interrupt. */
  @Test
  void aSwallowedSearchIsFound() {
    InterruptedFits.Case fit = InterruptedFits.swallowing();
    try (InterruptedFits fits = new InterruptedFits(folder.resolve("fit.ppl"))) {
      InterruptedFits.Course unbroken = fits.unbroken(fit);
      assertThatThrownBy(
              () -> {
                for (int seed = 0; seed < 20; seed++) {
                  InterruptedFits.Course unused = fits.broken(fit, unbroken, 3, seed);
                }
              })
          .isInstanceOf(AssertionError.class);
    }
  }

  /** Data far from 0, which a fit that begins at initial values takes thousands of steps to. */
  @Nested
  class Search extends WithStore {

    private static final Program<NDArray> MODEL =
        (p, y) -> {
          NDArray b = p.sample("b", Normal.of(0, 100));
          NDArray sd = p.sample("sd", HalfNormal.of(10));
          try (Plate rows = p.plate("rows", y.size(0))) {
            p.observe("y", Normal.of(b, sd), rows.take(y));
          }
        };

    private NDArray data() {
      return manager.create(new double[] {12.1, 11.9, 12.4, 11.8, 11.8}, new Shape(5));
    }

    private Svi<NDArray> fit(Program<NDArray> model) {
      return Svi.builder(model, AutoNormal.of(model))
          .params(params)
          .progress(Progress.silent())
          .build();
    }

    @Test
    void aRunThatBeginsInterruptedMakesNoStep() {
      try (Svi<NDArray> svi = fit(MODEL)) {
        Thread.currentThread().interrupt();

        FitReport report = svi.run(data(), 100);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(report.stop()).isEqualTo(Stop.INTERRUPTED);
        assertThat(report.steps()).isZero();
        assertThat(report.finalLoss()).isNaN();
        assertThat(report.toString())
            .startsWith("fit: interrupted after 0 steps")
            .contains("the fit was interrupted before its first step");
        assertThat(svi.state()).isEqualTo(FitState.SEARCH);
        assertThat(svi.steps()).isZero();
        assertThat(params.names()).isEmpty();

        assertThat(svi.run(data(), 100).stop()).isEqualTo(Stop.STEPS);
        assertThat(svi.state()).isEqualTo(FitState.ENDED);
        try (Samples draws = svi.posterior(data(), 100)) {
          assertThat(draws.values("b")[0]).isCloseTo(12, within(1.0));
        }

        Thread.currentThread().interrupt();
        assertThat(svi.run(data(), 100).steps()).isZero(); // a run of its own
        assertThat(Thread.interrupted()).isTrue();
        assertThat(svi.steps()).isEqualTo(100);
      }
    }

    /** The model is not asked for draws any more: on all of its data they can take long. */
    @Test
    void aRunThatIsInterruptedEndsAtOnce() {
      AtomicInteger executions = new AtomicInteger();
      Program<NDArray> counted =
          (p, y) -> {
            executions.incrementAndGet();
            MODEL.run(p, y);
          };
      try (Svi<NDArray> svi =
          Svi.builder(counted, AutoNormal.of(counted))
              .params(params)
              .averaging(Averaging.exponential(0.9))
              .progress(Progress.silent())
              .listener(
                  new FitListener() {
                    @Override
                    public Next onStep(Step step) {
                      if (step.step() == 30) {
                        executions.set(0);
                        Thread.currentThread().interrupt();
                      }
                      return Next.GO_ON;
                    }
                  })
              .build()) {
        FitReport report = svi.run(data(), 100);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(report.stop()).isEqualTo(Stop.INTERRUPTED);
        assertThat(executions).hasValueLessThanOrEqualTo(1); // the record is compared at its end
        assertThat(report.stored()).isEqualTo(Stored.last());
        assertThat(svi.run(data(), 100).stored().advantage()).isFinite(); // compared at its end
      }
    }

    /** Whatever needs a start says so, and the next call looks for it. */
    @SuppressWarnings("MustBeClosedChecker") // it throws
    @Test
    void whatNeedsAStartAndIsInterruptedThrows() {
      try (Svi<NDArray> svi = fit(MODEL)) {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> svi.step(data()))
            .isInstanceOf(InterruptionException.class)
            .hasMessage(
                "the search for the start of a guide was interrupted before its end; clear the"
                    + " thread's flag, and run it again");
        assertThatThrownBy(() -> svi.posterior(data(), 10).close())
            .isInstanceOf(InterruptionException.class);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(svi.state()).isEqualTo(FitState.SEARCH);
        assertThat(svi.step(data())).isFinite();
        assertThat(svi.state()).isEqualTo(FitState.ENGINE);
        Thread.currentThread().interrupt();
        assertThat(svi.step(data())).isFinite(); // no step is cut short
        assertThat(Thread.interrupted()).isTrue();
        assertThat(svi.state()).isEqualTo(FitState.RECORDED);
      }
    }

    /** A start that fails by itself is none tomorrow either; the report says so, each time. */
    @Test
    void aSearchThatFailsIsALineOfEachReport() {
      int[] executions = new int[1];
      Program<NDArray> once =
          (p, y) -> {
            if (++executions[0] == 1) {
              throw new IllegalStateException("the first execution is planted\nto fail");
            }
            MODEL.run(p, y);
          };
      Path file = folder.resolve("failed.ppl");
      String line =
          "\n"
              + "  began at initial values, since the search for a start found none: the first"
              + " execution is planted to fail\n";
      try (Svi<NDArray> svi = fit(once)) {
        FitReport report = svi.run(data(), 20);

        assertThat(report.whyNoStart()).contains("the first execution is planted\nto fail");
        assertThat(report.toString().replace("\r", "")).contains(line);
        assertThat(svi.run(data(), 20).toString().replace("\r", "")).contains(line);
        svi.save(file);
      }
      params.close();
      params = new ParamStore(manager);
      try (Svi<NDArray> svi = fit(once)) {
        svi.load(file);
        assertThat(svi.run(data(), 20).toString().replace("\r", "")).contains(line);
      }
    }
  }
}
