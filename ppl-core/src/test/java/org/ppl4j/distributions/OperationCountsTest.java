package org.ppl4j.distributions;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.testing.DistributionCase;
import org.ppl4j.testing.DistributionCases;
import org.ppl4j.testing.LeakCheck;

/**
 * The maximum of engine operations that each family may take: they are what a step costs, so a
 * larger number is a decision.
 */
@ExtendWith(LeakCheck.class)
class OperationCountsTest {

  static Stream<Named<DistributionCase>> cases() {
    return DistributionCases.all().stream()
        .filter(row -> !row.operations().isEmpty())
        .map(row -> Named.of(row.name(), row));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void areAtMost(DistributionCase row) {
    checkAtMost(counts(row, true), row.operations().get(0));
    checkAtMost(counts(row, false), row.operations().get(1));
  }

  private static void checkAtMost(long[] counts, String maxima) {
    long[] limits = Stream.of(maxima.split(" ")).mapToLong(Long::parseLong).toArray();
    for (int i = 0; i < counts.length; i++) {
      assertThat(counts[i]).as("count %s of %s", i, maxima).isLessThanOrEqualTo(limits[i]);
    }
  }

  @Test
  void wrappersCostNothing() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Distribution normal = Normal.of(run.zeros(new Shape(3)), run.ones(new Shape(3)));
      NDArray value = run.ones(new Shape(3));
      long plain = count(run, () -> normal.logProb(value));

      assertThat(count(run, () -> normal.on(run).expand(new Shape(3)).logProb(value)))
          .isLessThanOrEqualTo(plain);
      assertThat(count(run, () -> normal.toEvent(1).logProb(value))).isLessThanOrEqualTo(plain + 1);
    }
  }

  private static long[] counts(DistributionCase row, boolean numbers) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Distribution distribution = numbers ? row.ofNumbers(run) : row.in(run);
      Shape event = distribution.eventShape();
      Shape values = Shapes.concat(new Shape(row.inside().length / event.size()), event);
      NDArray value = run.create(row.inside(), values);
      Distribution expanded = distribution.expand(new Shape(3));
      Rng rng = Rng.of(0, Rng.Purpose.MODEL, 0, "x");
      long density = count(run, () -> distribution.logProb(value));
      long inSupport = count(run, () -> distribution.logProbInSupport(value));
      long before = run.operations();
      Draw draw = expanded.draw(rng);
      long drawn = run.operations() - before;
      return new long[] {density, inSupport, drawn, count(run, draw::logProb)};
    }
  }

  private static long count(Run run, Supplier<NDArray> body) {
    long before = run.operations();
    assertThat(body.get().isReleased()).isFalse();
    return run.operations() - before;
  }
}
