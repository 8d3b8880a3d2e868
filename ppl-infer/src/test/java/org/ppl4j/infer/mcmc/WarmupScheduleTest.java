package org.ppl4j.infer.mcmc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.primitives.ImmutableIntArray;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Windows against those of Stan's reference manual and of its windowed_adaptation.hpp. */
class WarmupScheduleTest {

  @ParameterizedTest
  @CsvSource({
    "1000, 75, 25 50 100 200 500, 50",
    "2000, 75, 25 50 100 200 400 1100, 50",
    "500, 75, 25 50 100 200, 50",
    "499, 75, 25 50 299, 50",
    "200, 75, 25 50, 50",
    "160, 75, 25 10, 50",
    "150, 75, 25, 50",
    "149, 22, 113, 14",
    "100, 15, 75, 10",
    "20, 3, 15, 2",
    "19, 19, '', 0",
    "0, 0, '', 0"
  })
  void windowsAreStans(int iterations, int beginning, String windows, int end) {
    WarmupSchedule schedule = WarmupSchedule.of(iterations);
    StringBuilder found = new StringBuilder();
    int from = schedule.beginning();
    for (int last : schedule.ends().toArray()) {
      found.append(found.isEmpty() ? "" : " ").append(last + 1 - from);
      from = last + 1;
    }

    assertThat(schedule.beginning()).isEqualTo(beginning);
    assertThat(found.toString()).isEqualTo(windows);
    assertThat(iterations - from).isEqualTo(end);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 19, 20, 100, 1000})
  void everyIterationIsBeforeInOrAfterTheWindows(int iterations) {
    WarmupSchedule schedule = WarmupSchedule.of(iterations);
    ImmutableIntArray ends = schedule.ends();
    int inside = 0;
    int last = 0;
    for (int i = 0; i < iterations; i++) {
      inside += schedule.isInWindow(i) ? 1 : 0;
      last += schedule.endsWindow(i) ? 1 : 0;
      assertThat(schedule.endsWindow(i) && !schedule.isInWindow(i)).isFalse();
    }

    assertThat(last).isEqualTo(ends.length());
    assertThat(inside)
        .isEqualTo(ends.isEmpty() ? 0 : ends.get(ends.length() - 1) + 1 - schedule.beginning());
  }
}
