package org.ppl4j.infer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.testing.LeakCheck;

/** Work that is interrupted keeps what it says, and is the same when it is done once more. */
@ExtendWith(LeakCheck.class)
class InterruptsTest {

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
}
