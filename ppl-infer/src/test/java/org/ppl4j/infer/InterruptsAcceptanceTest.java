package org.ppl4j.infer;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.testing.AcceptancePoint;

/** Chains, annealing, densities and neural posteriors, interrupted at random moments. */
@Tag("acceptance")
@Tag("sound.3")
class InterruptsAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("sound.3");
  private static final int TIMES = 25; // each

  /** The law throws at the first that keeps what it should not, or is another when done again. */
  @Test
  void whatIsInterruptedKeepsWhatItSays() {
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
