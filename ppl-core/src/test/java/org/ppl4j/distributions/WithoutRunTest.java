package org.ppl4j.distributions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.hipparchus.distribution.continuous.NormalDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.DistributionCase;
import org.ppl4j.testing.DistributionCases;
import org.ppl4j.testing.LeakCheck;

/** What a distribution says outside of any run is what it says in one. */
@ExtendWith(LeakCheck.class)
class WithoutRunTest {

  private static final List<Function<Distribution, NDArray>> FIGURES =
      List.of(Distribution::mean, Distribution::variance, Distribution::entropy);

  private static final List<BiFunction<Distribution, NDArray, NDArray>> OF_VALUES =
      List.of(
          Distribution::logProb,
          Distribution::cdf,
          Distribution::sf,
          Distribution::logCdf,
          Distribution::logSf);

  @Test
  void drawsAreOfTheDistribution() {
    NDArray draws = Normal.of(Tensors.vector(1, -3), 2).sample(20_000, 7);
    double[] values = Tensors.values(draws);
    assertThat(draws.getShape()).isEqualTo(new Shape(20_000, 2));
    for (int j = 0; j < 2; j++) {
      int column = j;
      double[] each = IntStream.range(0, 20_000).mapToDouble(i -> values[2 * i + column]).toArray();
      double mean = Arrays.stream(each).average().orElseThrow();
      double square = Arrays.stream(each).map(x -> (x - mean) * (x - mean)).average().orElseThrow();
      // Four standard errors.
      assertThat(mean).isCloseTo(j == 0 ? 1 : -3, within(4 * 2 / Math.sqrt(20_000)));
      assertThat(square).isCloseTo(4, within(4 * 4 * Math.sqrt(2.0 / 20_000)));
    }
    assertThat(Tensors.values(Poisson.of(3).sample(9, 1)))
        .isEqualTo(Tensors.values(Poisson.of(3).sample(9, 1)))
        .isNotEqualTo(Tensors.values(Poisson.of(3).sample(9, 2)));
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray inRun = Normal.of(run.create(new double[] {1, -3}, new Shape(2)), 2).sample(5, 7);
      assertThat(Tensors.values(inRun)).hasSize(10);
    }
    assertThatThrownBy(() -> Normal.of(0, 1).sample(0, 1))
        .hasMessage("Normal is asked for 0 draws, but needs at least 1");
  }

  @Test
  void everyFamilySaysTheSameWithoutARun() {
    int judged = 0;
    for (DistributionCase row : DistributionCases.all()) {
      try (Run run = Run.open(RunConfig.defaults(), 0)) {
        Distribution in = row.in(run);
        Distribution free = row.withoutRun();
        if (!free.isFree()) {
          continue; // the row itself makes tensors of the run
        }
        judged++;
        NDArray x = run.create(row.inside(), inside(row, in));
        NDArray freeX = Tensors.withoutRun(x);
        for (BiFunction<Distribution, NDArray, NDArray> figure : OF_VALUES) {
          same(row, () -> figure.apply(in, x), () -> figure.apply(free, freeX));
        }
        for (Function<Distribution, NDArray> figure : FIGURES) {
          same(row, () -> figure.apply(in), () -> figure.apply(free));
        }
      }
    }
    assertThat(judged).isGreaterThanOrEqualTo(70);
  }

  private static Shape inside(DistributionCase row, Distribution distribution) {
    Shape event = distribution.eventShape();
    long[] dims = new long[event.dimension() + 1];
    dims[0] = row.inside().length / event.size();
    for (int i = 0; i < event.dimension(); i++) {
      dims[i + 1] = event.get(i);
    }
    return new Shape(dims);
  }

  private interface Figure {
    NDArray get();
  }

  private static void same(DistributionCase row, Figure in, Figure free) {
    NDArray expected;
    try {
      expected = in.get();
    } catch (UnsupportedOperationException noFormula) {
      assertThatThrownBy(free::get).isInstanceOf(UnsupportedOperationException.class);
      return;
    }
    NDArray actual = free.get();
    assertThat(Tensors.hasRun(actual)).as(row.name()).isFalse();
    assertThat(actual.getShape()).as(row.name()).isEqualTo(expected.getShape());
    double[] wanted = expected.toDoubleArray();
    double[] found = actual.toDoubleArray();
    for (int i = 0; i < wanted.length; i++) {
      if (Double.isFinite(wanted[i])) {
        double rounding = 1e-12 * (1 + Math.abs(wanted[i])); // numbers meet in Java, not the engine
        assertThat(found[i]).as(row.name()).isCloseTo(wanted[i], within(rounding));
      } else {
        assertThat((Double) found[i]).as(row.name()).isEqualTo((Double) wanted[i]);
      }
    }
  }

  @Test
  void aNumberIsEnough() {
    NormalDistribution oracle = new NormalDistribution(1, 2);
    assertThat(Normal.of(1, 2).logProb(1.3)).isCloseTo(oracle.logDensity(1.3), within(1e-15));
    assertThat(Normal.of(1, 2).cdf(1.3))
        .isCloseTo(oracle.cumulativeProbability(1.3), within(1e-15));
    assertThat(Normal.of(1, 2).icdf(0.3))
        .isCloseTo(oracle.inverseCumulativeProbability(0.3), within(1e-14));
    assertThat(Beta.of(2, 3).logProb(0.7)).isCloseTo(Math.log(0.756), within(1e-14));
    assertThat(Categorical.probs(0.2, 0.8).logProb(1)).isCloseTo(Math.log(0.8), within(1e-15));
    assertThatThrownBy(() -> Normal.of(Tensors.vector(1, 2), 1).logProb(0.0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "logProb of 'Normal' with batch shape (2) and event shape () has shape (2), but is"
                + " asked for one number; pass a tensor");
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      assertThat(Normal.of(run.scalar(1), 2).logProb(1.3))
          .isCloseTo(oracle.logDensity(1.3), within(1e-15));
    }
  }

  @Test
  void plainArraysAreValuesToo() {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray x = manager.create(new float[] {0.5f, 2}).toType(DataType.FLOAT32, false);
      assertThat(Normal.of(0, 1).logProb(x).toDoubleArray())
          .containsExactly(Normal.of(0, 1).logProb(0.5), Normal.of(0, 1).logProb(2.0));
    }
  }

  @Test
  void drawsNeedARun() {
    assertThat(Tensors.hasRun(Normal.of(0, 1).mean())).isFalse();
    assertThatThrownBy(() -> Normal.of(0, 1).draw(Rng.of(1, Rng.Purpose.MODEL, 0, "x")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("distribution.on(run)");
  }
}
