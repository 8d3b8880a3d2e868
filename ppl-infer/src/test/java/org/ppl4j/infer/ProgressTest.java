package org.ppl4j.infer;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Ticker;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProgressTest {

  private final List<String> shown = new ArrayList<>();
  private long now;

  private final Ticker clock =
      new Ticker() {
        @Override
        public long read() {
          return now;
        }
      };

  private void runFor(Progress progress, int steps, long millisAStep, int planned) {
    Progress.Line line = progress.ticker(clock).start("svi", planned);
    for (int step = 1; step <= steps; step++) {
      now += TimeUnit.MILLISECONDS.toNanos(millisAStep);
      line.update(step, 31.6123456);
    }
    line.end(steps, 31.6123456);
  }

  @Test
  void rewritesOneLineOnATerminal() {
    runFor(Progress.terminal(shown::add), 10, 100, 1000);

    assertThat(shown)
        .containsExactly(
            "\rsvi: step 2 of 1,000, loss 31.612, 10 steps/s, 1 min 40 s left",
            "\rsvi: step 4 of 1,000, loss 31.612, 10 steps/s, 1 min 40 s left",
            "\rsvi: step 6 of 1,000, loss 31.612, 10 steps/s, 1 min 39 s left",
            "\rsvi: step 8 of 1,000, loss 31.612, 10 steps/s, 1 min 39 s left",
            "\rsvi: step 10 of 1,000, loss 31.612, 10 steps/s, 1 min 39 s left",
            "\rsvi: step 10 of 1,000, loss 31.612, 10 steps/s, 1 min 39 s left",
            System.lineSeparator());
  }

  @Test
  void blanksOutALongerLineBefore() {
    runFor(Progress.terminal(shown::add), 1000, 200, 1000);

    for (int i = 1; i < 1000; i++) {
      assertThat(shown.get(i))
          .hasSizeGreaterThanOrEqualTo(shown.get(i - 1).stripTrailing().length());
    }
    assertThat(shown.get(999).stripTrailing()).endsWith(", 0 s left");
  }

  @Test
  void partsOfOtherWorkAreNamedAfterIt() {
    Progress judge = Progress.terminal(shown::add).of("judge");
    judge.ticker(clock).start("nuts", 10).end(10);
    judge.of("pilot").ticker(clock).start("nuts", 10).end(10);

    assertThat(shown.get(0)).startsWith("\rjudge, nuts: 10 of 10");
    assertThat(shown.get(2)).startsWith("\rjudge, pilot, nuts: 10 of 10");
  }

  @Test
  void otherWorkHasNoLoss() {
    Progress.Line line = Progress.terminal(shown::add).ticker(clock).start("simulations", 1000);
    now += TimeUnit.MILLISECONDS.toNanos(500);
    line.update(50);
    line.update(60);
    line.end(1000);
    Progress.silent().start("simulations", 1000).update(10);

    assertThat(shown)
        .containsExactly(
            "\rsimulations: 50 of 1,000, 100/s, 10 s left",
            "\rsimulations: 1,000 of 1,000, 2,000/s, 0 s left",
            System.lineSeparator());
  }

  @Test
  void printsALineAMinuteOtherwise() {
    runFor(Progress.lines(shown::add), 250, 1000, 0);

    assertThat(shown)
        .containsExactly(
            "svi: step 60, loss 31.612, 1 steps/s" + System.lineSeparator(),
            "svi: step 120, loss 31.612, 1 steps/s" + System.lineSeparator(),
            "svi: step 180, loss 31.612, 1 steps/s" + System.lineSeparator(),
            "svi: step 240, loss 31.612, 1 steps/s" + System.lineSeparator());
  }

  @Test
  void slowStepsAreCountedToo() {
    Progress.Line line = Progress.terminal(shown::add).ticker(clock).start("svi", 10);
    now += TimeUnit.SECONDS.toNanos(10);
    line.update(2, 2);

    assertThat(shown).containsExactly("\rsvi: step 2 of 10, loss 2.0000, 0.20 steps/s, 40 s left");
  }

  @Test
  void countsEpochs() {
    Progress.Line line = Progress.terminal(shown::add).ticker(clock).start("svi", 1000);
    line.epochs(3);
    now += TimeUnit.SECONDS.toNanos(10);
    line.update(100, 2);

    assertThat(shown)
        .containsExactly(
            "\rsvi: step 100 of 1,000, epochs 3, loss 2.0000, 10 steps/s, 1 min 30 s left");
  }

  @Test
  void isSilentWhenAsked() {
    runFor(Progress.silent(), 250, 1000, 0);

    assertThat(shown).isEmpty();
  }
}
