package org.ppl4j.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * How much the laws of a test class have judged. A law that does not apply to a row judges nothing
 * there; one that judges nothing anywhere has failed.
 */
public final class Tally {

  private record Count(int rows, int judging, long judged) {

    Count plus(Count other) {
      return new Count(rows + other.rows, judging + other.judging, judged + other.judged);
    }
  }

  private final Map<String, Count> counts = new ConcurrentSkipListMap<>();

  /** Adds what a law has judged of a row. */
  public void add(String law, int judged) {
    counts.merge(law, new Count(1, judged > 0 ? 1 : 0, judged), Count::plus);
  }

  /** How much all laws have judged. */
  public long judged() {
    return counts.values().stream().mapToLong(Count::judged).sum();
  }

  /**
   * Prints what each law has judged.
   *
   * @throws AssertionError if one has judged nothing
   */
  public void require() {
    counts.forEach(
        (law, count) ->
            System.out.printf(
                "%s: %d judged in %d of %d rows%n",
                law, count.judged(), count.judging(), count.rows()));
    assertThat(counts).isNotEmpty();
    counts.forEach(
        (law, count) -> assertThat(count.judged()).as("judged by '%s'", law).isPositive());
  }

  /**
   * What a law has judged of a row to which it applies.
   *
   * @throws AssertionError if that is nothing
   */
  @CanIgnoreReturnValue
  public static int required(int judged) {
    assertThat(judged).as("inputs judged").isPositive();
    return judged;
  }
}
