package org.ppl4j.benchmarks;

import static org.junit.jupiter.api.Assertions.assertAll;

import java.io.IOException;
import java.net.URISyntaxException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.testing.AcceptancePoint;

/** The second fit of a program has the code of the first; the first takes no longer than before. */
@Tag("acceptance")
@Tag("alone")
class SecondFitAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("compiler.4");
  private static final String BASELINE = CompilerSpeedAcceptanceTest.BASELINE;
  private static final int PAIRS = 15;
  private static final double MOST = 50; // milliseconds

  @Test
  @Tag("compiler.4")
  void fits() throws IOException, InterruptedException, URISyntaxException {
    double[] ratios = new double[PAIRS];
    double[] search = new double[PAIRS];
    double[] fast = new double[PAIRS];
    for (int i = 0; i < PAIRS; i++) {
      TwoFits present = TwoFits.ofPresent();
      ratios[i] = present.first() / TwoFits.ofBaseline(BASELINE).first();
      search[i] = present.search();
      fast[i] = present.fast();
    }
    POINT.shown("first step of the second fit, milliseconds", StepRace.median(search));
    assertAll(
        () -> POINT.atMost("second fit until its fastest step, milliseconds", fast, MOST),
        () -> POINT.atMost("first fit / baseline", ratios, 1));
  }
}
