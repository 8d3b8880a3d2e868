package org.ppl4j.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableMap;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Recording;
import org.ppl4j.tensor.internal.table.Column.Entry;
import org.ppl4j.tensor.internal.table.Op;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.CountingColumn;
import org.ppl4j.testing.LeakCheck;

/**
 * A step of a peer's case after the first does rows of the table alone, reads nothing before its
 * gradient but the operands of its draws, and costs no more than it once did. What it cost was
 * measured before the table stood apart from the engine; where it is more calls since the engine
 * does each operation as it is written, as coins whose values are checked one by one, then.
 */
@ExtendWith(LeakCheck.class)
class PeerStepsTest {

  /**
   * What a step cost.
   *
   * @param calls of the engine that make a tensor
   * @param bytes of the heap in float32, compiled by the first compiler alone
   * @param bytesOfDoubles the same in float64
   * @param reads of tensors by rows that are computed in Java
   */
  private record Cost(int calls, long bytes, long bytesOfDoubles, Map<Op, Integer> reads) {

    Cost(int calls, long bytes, long bytesOfDoubles) {
      this(calls, bytes, bytesOfDoubles, Map.of());
    }
  }

  private static final ImmutableMap<String, Cost> BEFORE =
      ImmutableMap.<String, Cost>builder()
          .put("coin", new Cost(124, 108_396, 107_484, Map.of(Op.BETA, 2)))
          .put("coin_plate", new Cost(61, 60_281, 59_995, Map.of(Op.BETA, 2)))
          .put("eight_schools", new Cost(60, 65_121, 64_684))
          .put("linreg", new Cost(59, 66_093, 65_845))
          .put("logreg", new Cost(55, 57_729, 57_329))
          .put("logreg_sub", new Cost(59, 104_631, 104_169))
          .put("hier", new Cost(78, 86_041, 85_402))
          .put("iaf_guide", new Cost(176, 168_700, 160_000)) // with tails that it learns since
          .put("spline_density", new Cost(102, 115_582, 115_064))
          .put("spline_ar_density", new Cost(104, 101_182, 101_054))
          .put("cond_spline", new Cost(93, 86_868, 86_740))
          .put("cond_spline_coupling", new Cost(104, 118_735, 118_607))
          .put("cond_spline_ar", new Cost(106, 104_845, 104_717))
          .buildOrThrow();

  private static final int WARM_UP = 60;
  private static final int MEASURED = 200;
  private static final int ROUNDS = 5;

  static Set<String> cases() {
    return BEFORE.keySet();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void stepsAreNoMoreThanTheyWere(String name) {
    Cost before = before(name);
    CountingColumn step = step(name, FloatType.FLOAT32);
    assertThat(calls(step)).isLessThanOrEqualTo(before.calls());
    assertThat(step.kernelReads()).isEqualTo(before.reads());
  }

  private static Cost before(String name) {
    return BEFORE.getOrDefault(name, new Cost(0, 0, 0));
  }

  /** The second step. */
  private static CountingColumn step(String name, FloatType floatType) {
    try (Fit fit = PeerCases.fit(name, floatType, Recording.OFF)) {
      assertThat(fit.step()).isFinite();
      CountingColumn step = CountingColumn.over(() -> assertThat(fit.step()).isFinite());
      assertThat(step.faults()).isEmpty();
      assertThat(step.readsBeforeGradients()).containsExactly(0);
      return step;
    }
  }

  /** Calls of the engine that make a tensor: all rows and all that is no row's but numbers. */
  private static int calls(CountingColumn step) {
    return step.count()
        + step.entries().entrySet().stream()
            .filter(entry -> entry.getKey() != Entry.NUMBER)
            .mapToInt(Map.Entry::getValue)
            .sum();
  }

  @Test
  @Tag("acceptance")
  @Tag("rooms.3")
  @Tag("rooms.4")
  void ofEveryCase() {
    AcceptancePoint costs = new AcceptancePoint("rooms.3");
    AcceptancePoint reads = new AcceptancePoint("rooms.4");
    BEFORE.forEach(
        (name, before) -> {
          for (FloatType floatType : FloatType.values()) {
            String what = name + " " + floatType;
            CountingColumn step = step(name, floatType);
            boolean isFloat = floatType == FloatType.FLOAT32;
            long bytesBefore = isFloat ? before.bytes() : before.bytesOfDoubles();
            costs.atMost("calls of the engine in a step of " + what, calls(step), before.calls());
            costs.atMost("bytes of a step of " + what, bytes(name, floatType), bytesBefore);
            reads.none("reads before the gradient in a later step of " + what);
            step.kernelReads()
                .forEach(
                    (op, count) ->
                        reads.atMost(
                            "reads of " + op + " in a step of " + what,
                            count,
                            before.reads().getOrDefault(op, 0)));
          }
        });
  }

  /** Allocated by a step: the least of a few rounds of steps, after a few to warm up. */
  private static long bytes(String name, FloatType floatType) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long minimum = Long.MAX_VALUE;
    try (Fit fit = PeerCases.fit(name, floatType, Recording.OFF)) {
      assertThat(steps(fit, WARM_UP)).isFinite();
      for (int round = 0; round < ROUNDS; round++) {
        long start = threads.getCurrentThreadAllocatedBytes();
        assertThat(steps(fit, MEASURED)).isFinite();
        long bytes = (threads.getCurrentThreadAllocatedBytes() - start) / MEASURED;
        minimum = Math.min(minimum, bytes);
      }
    }
    return minimum;
  }

  private static double steps(Fit fit, int steps) {
    double loss = 0;
    for (int i = 0; i < steps; i++) {
      loss += fit.step();
    }
    return loss;
  }
}
