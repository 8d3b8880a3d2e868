package org.ppl4j.infer.svi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.Program;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.autoguide.AutoNormal;
import org.ppl4j.infer.svi.FitReport.SkippedStep;
import org.ppl4j.infer.svi.FitReport.Stop;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.WithStore;

@ExtendWith(LeakCheck.class)
class FitListenerTest extends WithStore {

  /** Its density is not a number in steps 3 to 10, counted from 1. */
  private static final Program<Void> MODEL =
      (p, none) -> {
        NDArray x = p.sample("x", Normal.of(0, 1));
        long step = p.run().counter() + 1;
        boolean isBad = step >= 3 && step <= 10;
        p.factor("fault", isBad ? x.mul(Double.NaN) : x.mul(0));
      };

  private final List<FitListener.Step> steps = new ArrayList<>();
  private final List<SkippedStep> skipped = new ArrayList<>();
  private final List<FitReport> reports = new ArrayList<>();

  /** Writes all down, ends after step {@code last} and fails in step {@code fails}. */
  private final class Notes implements FitListener {

    private final long last;
    private final long fails;

    Notes(long last, long fails) {
      this.last = last;
      this.fails = fails;
    }

    @Override
    public Next onStep(Step step) {
      steps.add(step);
      if (step.step() == fails) {
        throw new IllegalStateException("disk is full");
      }
      return step.step() == last ? Next.STOP : Next.GO_ON;
    }

    @Override
    public void onSkipped(SkippedStep step) {
      skipped.add(step);
    }

    @Override
    public void onEnd(FitReport report) {
      reports.add(report);
    }
  }

  private Svi<Void> fit(FitListener... listeners) {
    Svi.Builder<Void> builder =
        Svi.builder(MODEL, AutoNormal.of(MODEL)).params(params).progress(Progress.silent());
    for (FitListener listener : listeners) {
      builder.listener(listener);
    }
    return builder.build();
  }

  @Test
  void hearsOfEachStepOfEachRun() {
    Svi<Void> svi = fit(new Notes(0, 0));
    FitReport first = svi.run(null, 12);
    svi.run(null, 3);

    assertThat(steps)
        .extracting(FitListener.Step::step)
        .containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L, 11L, 12L, 13L, 14L, 15L);
    assertThat(steps.get(0).loss()).isEqualTo(first.losses().get(0));
    assertThat(steps.get(0).gradientNorm()).isPositive();
    assertThat(steps.get(2).loss()).isNaN();
    assertThat(reports).hasSize(2).first().isSameAs(first);
  }

  @Test
  void hearsOfEachSkippedStep() {
    fit(new Notes(0, 0)).run(null, 12);

    assertThat(skipped)
        .extracting(SkippedStep::step)
        .containsExactly(3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L);
    assertThat(skipped.get(0).cause()).startsWith("sample site 'fault' has log density NaN");
    assertThat(skipped.get(7).cause()).isEqualTo("not examined, as many before it were");
  }

  @Test
  void anyOfSeveralEndsTheRun() {
    FitReport report = fit(new Notes(7, 0), new FitListener() {}).run(null, 100);

    assertThat(report.stop()).isEqualTo(Stop.LISTENER);
    assertThat(report.steps()).isEqualTo(7);
    assertThat(reports).containsExactly(report);
  }

  @Test
  void itsExceptionReachesTheCallerAndTheFitGoesOnAfterwards() {
    Svi<Void> svi = fit(new Notes(0, 2));

    assertThatThrownBy(() -> svi.run(null, 10))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("disk is full");

    assertThat(svi.steps()).isEqualTo(2);
    assertThat(svi.run(null, 5).steps()).isEqualTo(7); // the run that was broken off
    assertThat(svi.steps()).isEqualTo(7);
  }
}
