package org.ppl4j.distributions;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.DistributionCase;
import org.ppl4j.testing.DistributionCases;
import org.ppl4j.testing.LeakCheck;

/**
 * The most engine operations that each family may take: they are what a step costs, so a larger
 * number is a decision. Four numbers each, with plain numbers for parameters and with tensors: the
 * log-density; the same at a value known to be in the support; a draw; the draw's own log-density.
 */
@ExtendWith(LeakCheck.class)
class OperationCountsTest {

  @ParameterizedTest
  @CsvSource({
    "Normal, 3 3 0 1, 6 6 2 4",
    "Normal standard, 1 1 0 1, 6 6 2 4",
    "HalfNormal, 3 1 1 1, 7 5 2 4",
    "LogNormal, 9 6 3 3, 11 8 3 5",
    "Cauchy, 4 4 3 2, 6 6 5 4",
    "HalfCauchy, 5 3 2 2, 7 5 3 4",
    "StudentT, 5 5 11 3, 19 19 16 17",
    "Exponential, 2 0 1 0, 5 3 2 2",
    "Gamma, 7 4 10 4, 12 9 11 10",
    "Gamma below one, 7 4 10 4, 12 9 11 10",
    "Beta, 12 7 19 4, 19 14 19 13",
    "Beta below one, 12 7 19 4, 19 14 19 13",
    "Uniform, 4 1 0 1, 6 3 3 2",
    "Bernoulli probs, 6 2 1 2, 9 5 2 5",
    "Bernoulli logits, 4 0 1 0, 7 3 3 3",
    "Categorical probs, 14 6 4 5, 14 6 4 5",
    "Categorical logits, 12 4 3 3, 12 4 3 3",
    "Transformed, 6 6 1 3, 9 9 5 3",
    "Transformed onto the positive numbers, 10 7 3 3, 13 10 3 5"
  })
  void areAtMost(String name, String numbers, String tensors) {
    DistributionCase row = DistributionCases.named(name);

    checkAtMost(counts(row, true), numbers);
    checkAtMost(counts(row, false), tensors);
  }

  private static void checkAtMost(long[] counts, String most) {
    long[] limits = Stream.of(most.split(" ")).mapToLong(Long::parseLong).toArray();
    for (int i = 0; i < counts.length; i++) {
      assertThat(counts[i]).as("count %s of %s", i, most).isLessThanOrEqualTo(limits[i]);
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
      NDArray value = run.create(row.inside(), new Shape(row.inside().length));
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
