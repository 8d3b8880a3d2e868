package org.ppl4j.infer.svi;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.EnumMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ppl4j.testing.AcceptancePoint;

/** Some hundred interrupts, and as many other breaks, at random moments of fits. */
@Tag("acceptance")
@Tag("sound.3")
class FitLifeAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("sound.3");
  private static final int FITS = 40; // of a case
  private static final int MOST = 4; // breaks of a fit

  @TempDir private Path folder;

  /** The law throws at the first fit that does not come to the bits of the unbroken one. */
  @Test
  void interruptsLeaveTheBitsOfAnUnbrokenFit() {
    EnumMap<FitState, Integer> byState = new EnumMap<>(FitState.class);
    int interrupts = 0;
    int others = 0;
    int fits = 0;
    for (InterruptedFits.Case fit : InterruptedFits.cases()) {
      try (InterruptedFits law = new InterruptedFits(folder.resolve("fit.ppl"))) {
        InterruptedFits.Course unbroken = law.unbroken(fit);
        for (int seed = 100; seed < 100 + FITS; seed++) {
          InterruptedFits.Course broken = law.broken(fit, unbroken, MOST, seed);
          broken.interrupts().forEach((state, count) -> byState.merge(state, count, Integer::sum));
          interrupts += broken.interrupted();
          others += broken.others();
          fits++;
        }
      }
    }
    POINT.atLeast("interrupts of fits that were gone on with or loaded", interrupts, 300);
    byState.forEach((state, count) -> POINT.shown("interrupts in state " + state.name(), count));
    assertThat(byState).containsKeys(FitState.SEARCH, FitState.ENGINE, FitState.RECORDED);
    POINT.atLeast("breaks by listeners, programs that throw, and ends of processes", others, 100);
    POINT.none("of " + fits + " fits those with other bits than the unbroken one");
  }

  @Test
  void aSwallowedSearchIsFound() {
    int found = 0;
    try (InterruptedFits law = new InterruptedFits(folder.resolve("fit.ppl"))) {
      InterruptedFits.Course unbroken = law.unbroken(InterruptedFits.swallowing());
      for (int seed = 0; seed < FITS; seed++) {
        try {
          InterruptedFits.Course unused =
              law.broken(InterruptedFits.swallowing(), unbroken, MOST, seed);
        } catch (AssertionError difference) {
          found++;
        }
      }
    }
    POINT.atLeast("of " + FITS + " fits whose search swallows interrupts those found", found, 5);
  }
}
