package org.ppl4j.infer;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import org.junit.jupiter.api.Test;
import org.ppl4j.infer.FitReport.SkippedStep;
import org.ppl4j.infer.FitReport.Stop;
import org.ppl4j.infer.diagnostics.Khat;

class FitReportTest {

  @Test
  void readsWell() {
    FitReport report =
        new FitReport(
            Losses.of(3, 2, 1, 1),
            Stop.CONVERGED,
            1.25,
            4,
            1,
            ImmutableList.of(),
            0,
            0,
            ImmutableList.of(),
            new Khat(0.25, 1000, ""),
            0.5);

    assertThat(report.toString().lines())
        .containsExactly(
            "fit: converged after 4 steps in 0.50 s (8 steps/s)",
            "  loss: 1.0000 (median of the last tenth), best 1.2500 at step 4",
            "  k-hat: 0.25 from 1,000 weights; a small one is no proof: it cannot see what the"
                + " guide misses");
  }

  @Test
  void showsEpochsAndStarts() {
    FitReport report =
        new FitReport(
            Losses.of(3, 2, 1, 1),
            Stop.LISTENER,
            1.25,
            4,
            1,
            ImmutableList.of(),
            0,
            2,
            ImmutableList.of(5.0, 4.0, 7.5),
            Khat.unknown("the data come in batches"),
            0.5);

    assertThat(report.toString().lines())
        .containsExactly(
            "fit: stopped by a listener after 4 steps and 2 epochs in 0.50 s (8 steps/s)",
            "  loss: 1.0000 (median of the last tenth), best 1.2500 at step 4",
            "  starts: 3, losses 4.0000 to 7.5000, the least went on",
            "  k-hat: not known: the data come in batches");
  }

  @Test
  void namesTheCauseOfSkippedSteps() {
    FitReport report =
        new FitReport(
            Losses.of(3, Double.NaN, 1, Double.NaN),
            Stop.STEPS,
            Double.NaN,
            0,
            1,
            ImmutableList.of(new SkippedStep(2, Double.NaN, "sample site 'x' has log density nan")),
            2,
            0,
            ImmutableList.of(),
            new Khat(0.75, 1000, ""),
            2);

    assertThat(report.toString().lines())
        .containsExactly(
            "fit: made all its steps after 4 steps in 2.00 s (2 steps/s)",
            "  loss: 1.0000 (median of the last tenth), best NaN at step 0",
            "  k-hat: 0.75 from 1,000 weights; WARNING: above 0.7 the guide is far from the"
                + " posterior; take a richer guide, or write the model in other variables",
            "  skipped: 2 steps",
            "    step 2, loss NaN: sample site 'x' has log density nan",
            "    and 1 more");
  }

  @Test
  void theBestIsTheLeastMeanOfABlock() {
    Smoothing smoothing = new Smoothing();
    int kept = 0;
    for (int step = 1; step <= 400; step++) {
      double loss = step == 120 ? -1e9 : Math.abs(step - 275) + (step == 130 ? Double.NaN : 0);
      kept += smoothing.add(step, loss) ? 1 : 0;
    }

    assertThat(smoothing.bestStep()).isEqualTo(300);
    assertThat(smoothing.best()).isEqualTo(12.5);
    assertThat(kept).isEqualTo(5);
  }
}
