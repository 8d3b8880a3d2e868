package org.ppl4j.infer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.LeakCheck;

/** Work that is interrupted keeps what it says, and is the same when it is done once more. */
@ExtendWith(LeakCheck.class)
class InterruptsTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("sound.3");
  private static final int TIMES = 25; // each

  static List<InterruptedWork.Case> cases() {
    return InterruptedWork.cases();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void whatIsInterruptedKeepsWhatItSays(InterruptedWork.Case one) {
    try (InterruptedWork work = new InterruptedWork()) {
      InterruptedWork.Unbroken unbroken = work.unbroken(one);
      int broken = 0;
      for (int seed = 0; seed < 2; seed++) {
        broken += work.judge(unbroken, seed) ? 1 : 0;
      }
      assertThat(broken).isBetween(0, 2);
    }
  }

  /** The law throws at the first that keeps what it should not, or is another when done again. */
  @Test
  @Tag("acceptance")
  @Tag("sound.3")
  void whatIsInterruptedOftenKeepsWhatItSays() {
    int all = 0;
    int broken = 0;
    for (InterruptedWork.Case one : InterruptedWork.cases()) {
      int ofCase = 0;
      try (InterruptedWork work = new InterruptedWork()) {
        InterruptedWork.Unbroken unbroken = work.unbroken(one);
        for (int seed = 100; seed < 100 + TIMES; seed++) {
          ofCase += work.judge(unbroken, seed) ? 1 : 0;
        }
      }
      POINT.atLeast("of " + TIMES + " interrupts of " + one + " those before its end", ofCase, 5);
      broken += ofCase;
      all += TIMES;
    }
    POINT.atLeast("of " + all + " interrupts of other work those before its end", broken, 300);
    POINT.none("interrupted work that kept what it should not, or is another when done again");
  }
}
