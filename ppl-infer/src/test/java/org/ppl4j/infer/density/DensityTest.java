package org.ppl4j.infer.density;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.ppl4j.infer.density.NormalRows.NORMAL;
import static org.ppl4j.infer.density.NormalRows.QUICK;
import static org.ppl4j.infer.density.NormalRows.REGRESSION;
import static org.ppl4j.infer.density.NormalRows.two;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformModule;

/** Densities by flows whose maximum likelihood is a formula. */
@ExtendWith(LeakCheck.class)
class DensityTest {

  @TempDir private Path folder;

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  private NDArray table(double[] values, int columns) {
    return NormalRows.table(manager, values, columns);
  }

  private static double mean(NDArray logProb) {
    return Arrays.stream(logProb.toDoubleArray()).average().orElseThrow();
  }

  @Test
  void densityIsThatOfTheMaximumLikelihoodInTheUnitsOfTheData() {
    NDArray y = table(two(2000), 2);
    try (Density density = NORMAL.fit(y)) {
      double entropy = Math.log(2 * Math.PI * Math.E) + Math.log(5) + Math.log(0.01);
      NDArray place = table(new double[] {100, -0.3, 105, -0.29}, 2);
      double[] logs = density.logProb(place).toDoubleArray();

      // Standard errors of the mean and of log sd are 0.022 and 0.016 sd.
      assertThat(logs[0]).isCloseTo(-Math.log(2 * Math.PI * 0.05), within(0.1));
      assertThat(logs[1]).isCloseTo(-Math.log(2 * Math.PI * 0.05) - 1, within(0.2));
      assertThat(mean(density.logProb(y))).isCloseTo(-entropy, within(0.05));
      assertThat(density.dim()).isEqualTo(2);
    }
  }

  @Test
  void unitsOfTheDataShiftTheLogDensityAndNothingElse() {
    double[] values = two(300);
    double[] scaled = Arrays.stream(values).map(v -> 1024 * v).toArray();
    try (Density one = NORMAL.fit(table(values, 2));
        Density other = NORMAL.fit(table(scaled, 2))) {
      double[] logs = one.logProb(table(values, 2)).toDoubleArray();
      double[] shifted = other.logProb(table(scaled, 2)).toDoubleArray();
      for (int i = 0; i < logs.length; i++) {
        assertThat(shifted[i]).isCloseTo(logs[i] - 2 * Math.log(1024), within(1e-9));
      }
    }
  }

  @Test
  void regressionFindsSlopeAndNoise() {
    Random random = new Random(8);
    double[] x = random.doubles(1500, -3, 5).toArray();
    double[] y = Arrays.stream(x).map(v -> 20 - 3 * v + 0.5 * random.nextGaussian()).toArray();
    try (ConditionalDensity density = REGRESSION.fit(manager.create(y), manager.create(x))) {
      double peak = -0.5 * Math.log(2 * Math.PI * 0.25);
      double[] logs =
          density
              .logProb(
                  manager.create(new double[] {20, 14, 14.5}), table(new double[] {0, 2, 2}, 1))
              .toDoubleArray();
      assertThat(logs[0]).isCloseTo(peak, within(0.1));
      assertThat(logs[1]).isCloseTo(peak, within(0.1));
      assertThat(logs[2]).isCloseTo(peak - 0.5, within(0.2));
      NDArray one =
          density.logProb(manager.create(new double[] {14}), manager.create(new double[] {2}));
      assertThat(one.toDoubleArray()[0]).isCloseTo(logs[1], within(1e-12));
      double[] shared =
          density
              .logProb(manager.create(new double[] {14, 14.5}), manager.create(new double[] {2}))
              .toDoubleArray();
      assertThat(shared).containsExactly(logs[1], logs[2]);

      NDArray draws = density.sample(4000, manager.create(new double[] {0, 2}));
      assertThat(draws.getShape()).isEqualTo(new Shape(4000, 2, 1));
      double[] values = draws.toDoubleArray();
      double first = 0;
      double second = 0;
      for (int i = 0; i < values.length; i += 2) {
        first += values[i] / 4000;
        second += values[i + 1] / 4000;
      }
      assertThat(first).isCloseTo(20, within(0.15));
      assertThat(second).isCloseTo(14, within(0.15));
    }
  }

  @Test
  void quantilesAndProbabilitiesAreThoseOfTheNormal() {
    Random random = new Random(2);
    double[] y = new double[2000];
    Arrays.setAll(y, i -> 7 + 2 * random.nextGaussian());
    NDArray levels = manager.create(new double[] {0.05, 0.5, 0.975});
    for (IntFunction<TransformModule> flow :
        List.<IntFunction<TransformModule>>of(
            AffineFlows::normal, dim -> AffineFlows.normal(dim).then(AffineFlows.turned()))) {
      try (Density density = DensityEstimator.of(flow).training(QUICK).fit(manager.create(y))) {
        NDArray at = density.quantile(levels);
        assertThat(at.getShape()).isEqualTo(new Shape(3));
        // Standard errors are below 0.1.
        double[] values = at.toDoubleArray();
        assertThat(values[0]).isCloseTo(7 - 2 * 1.6449, within(0.4));
        assertThat(values[1]).isCloseTo(7, within(0.3));
        assertThat(values[2]).isCloseTo(7 + 2 * 1.96, within(0.4));
        double[] back = density.cdf(at).toDoubleArray();
        for (int i = 0; i < 3; i++) {
          assertThat(back[i]).isCloseTo(levels.toDoubleArray()[i], within(1e-12));
        }
      }
    }
  }

  /** y = 2 x − x: of infinity no number, as of a network's. */
  private static final class Twice extends Transform {

    Twice() {
      super(1);
    }

    @Override
    protected Mapped doForward(NDArray x) {
      return new Mapped(x.mul(2).sub(x), Tensors.number(0));
    }

    @Override
    protected Mapped doInverse(NDArray y) {
      return new Mapped(y, Tensors.number(0));
    }
  }

  @Test
  void quantilesOfNothingAndOfAllAreTheEnds() {
    NDArray levels = manager.create(new double[] {0, 0.5, 1});
    double[] y = {1, 2, 4, 7, 3, 2, 5, 3.5};
    for (IntFunction<TransformModule> flow :
        List.<IntFunction<TransformModule>>of(
            dim -> AffineFlows.normal(dim).then(new Twice()),
            dim -> AffineFlows.turned().then(new Twice()).then(AffineFlows.normal(dim)))) {
      try (Density density = DensityEstimator.of(flow).training(QUICK).fit(manager.create(y))) {
        double[] ends = density.quantile(levels).toDoubleArray();
        assertThat(ends[0]).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(ends[1]).isFinite();
        assertThat(ends[2]).isEqualTo(Double.POSITIVE_INFINITY);
      }
    }
  }

  @Test
  void conditionalQuantilesFollowTheContext() {
    Random random = new Random(9);
    double[] x = random.doubles(1500, -3, 5).toArray();
    double[] y = Arrays.stream(x).map(v -> 20 - 3 * v + 0.5 * random.nextGaussian()).toArray();
    try (ConditionalDensity density = REGRESSION.fit(manager.create(y), manager.create(x))) {
      NDArray contexts = manager.create(new double[] {0, 2});
      NDArray high = manager.create(new double[] {0.975});
      double[] band = density.quantile(high, contexts).toDoubleArray();
      assertThat(band[0]).isCloseTo(20.98, within(0.15));
      assertThat(band[1]).isCloseTo(14.98, within(0.15));
      double[] back = density.cdf(manager.create(band), contexts).toDoubleArray();
      assertThat(back[0]).isCloseTo(0.975, within(1e-12));
      assertThat(back[1]).isCloseTo(0.975, within(1e-12));
      assertThatThrownBy(() -> density.quantile(manager.create(new double[] {1.5}), contexts))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("density has no quantile of probability 1.5; pass 0 to 1");
    }
    try (Density density = NORMAL.training(QUICK.steps(1)).fit(table(two(30), 2))) {
      assertThatThrownBy(() -> density.cdf(table(two(1), 2)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "density is of rows of 2 columns, but a cdf and quantiles are of one; learn the"
                  + " column given the others");
    }
  }

  @Test
  void aTableWithoutAManagerHasTheSameDensity() {
    double[] values = two(50);
    NDArray rows = Tensors.array(values, new Shape(50, 2));
    DensityEstimator estimator = NORMAL.training(QUICK.steps(20));
    try (Density density = estimator.fit(rows);
        Density managed = estimator.fit(table(values, 2))) {
      NDArray logs = density.logProb(rows);
      NDArray draws = density.sample(3);

      assertThat(logs.toDoubleArray())
          .containsExactly(managed.logProb(table(values, 2)).toDoubleArray());
      assertThat(draws.toDoubleArray()).containsExactly(managed.sample(3).toDoubleArray());
      assertThat(density.fromNoise(density.toNoise(rows)).getShape()).isEqualTo(new Shape(50, 2));
      for (NDArray result : List.of(logs, draws, density.toNoise(rows))) {
        assertThat(Tensors.isTensor(result) && !Tensors.hasRun(result)).isTrue();
      }
    }
    NDArray x = Tensors.array(Arrays.copyOf(values, 40), new Shape(40));
    try (ConditionalDensity density = REGRESSION.training(QUICK.steps(20)).fit(x.mul(2), x)) {
      NDArray at = Tensors.vector(95, 100);
      double[] low = density.interval(0.5, at).low().toDoubleArray();

      assertThat(density.mean(at).toDoubleArray()[1]).isGreaterThan(low[1]);
      assertThat(density.distance(at).getShape()).isEqualTo(new Shape(2));
      assertThat(Tensors.hasRun(density.quantile(Tensors.vector(0.5), at))).isFalse();
    }
  }

  @Test
  void drawsFollowTheDensityAndDifferFromCallToCall() {
    NDArray y = table(two(1000), 2);
    try (Density density = NORMAL.fit(y);
        Density again = NORMAL.fit(y)) {
      double[] draws = density.sample(20_000).toDoubleArray();
      double mean = 0;
      double square = 0;
      for (int i = 0; i < draws.length; i += 2) {
        mean += (draws[i] - 100) / 20_000;
        square += Math.pow(draws[i] - 100, 2) / 20_000;
      }
      assertThat(mean).isCloseTo(0, within(0.6));
      assertThat(Math.sqrt(square - mean * mean)).isCloseTo(5, within(0.4));

      double[] next = density.sample(3).toDoubleArray();
      assertThat(next).isNotEqualTo(Arrays.copyOf(draws, 6));
      assertThat(again.sample(20_000).toDoubleArray()).isEqualTo(draws);
      assertThat(again.sample(3).toDoubleArray()).isEqualTo(next);
    }
  }

  @ParameterizedTest
  @EnumSource(FloatType.class)
  void savedDensityIsTheSameBitForBit(FloatType type) {
    NDArray y = table(two(300), 2);
    Path file = folder.resolve("density.bin");
    RunConfig config = RunConfig.defaults().withSeed(5).withFloatType(type);
    double[] logs;
    double[] draws;
    try (Density density = NORMAL.training(QUICK.config(config).steps(50)).fit(y)) {
      logs = density.logProb(y).toDoubleArray();
      draws = numbers(density.sample(10));
      density.save(file);
    }
    try (Density loaded = Density.load(manager, file, AffineFlows::normal)) {
      assertThat(loaded.logProb(y).toDoubleArray()).isEqualTo(logs);
      assertThat(numbers(loaded.sample(10))).isEqualTo(draws);
      assertThat(loaded.report()).isEmpty();
      assertThat(loaded.dim()).isEqualTo(2);
    }
    try (Density loaded = Density.load(file, AffineFlows::normal)) {
      NDArray drawn = loaded.sample(10); // in float64, as all arrays of nobody are
      assertThat(loaded.logProb(y).toDoubleArray()).isEqualTo(logs);
      assertThat(numbers(drawn)).containsExactly(draws, within(1e-5));
      assertThat(Tensors.isTensor(drawn) && !Tensors.hasRun(drawn)).isTrue();
    }
  }

  private static double[] numbers(NDArray array) {
    return array.toType(DataType.FLOAT64, false).toDoubleArray();
  }

  @Test
  void savedConditionalDensityIsTheSame() {
    double[] x = new Random(3).doubles(200).toArray();
    double[] y = Arrays.stream(x).map(v -> v + Math.sin(50 * v)).toArray();
    Path file = folder.resolve("density.bin");
    double[] logs;
    try (ConditionalDensity density =
        REGRESSION.training(QUICK.steps(50)).fit(manager.create(y), manager.create(x))) {
      logs = density.logProb(manager.create(y), manager.create(x)).toDoubleArray();
      density.save(file);
    }
    try (ConditionalDensity loaded =
        ConditionalDensity.load(manager, file, AffineFlows::regression)) {
      assertThat(loaded.logProb(manager.create(y), manager.create(x)).toDoubleArray())
          .isEqualTo(logs);
      assertThat(loaded.contextDim()).isEqualTo(1);
    }
    assertThatThrownBy(() -> load(file, AffineFlows::normal))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("file '" + file + "' has a density with contexts; load it as the other kind");
  }

  private void load(Path file, IntFunction<TransformModule> flow) {
    try (Density density = Density.load(manager, file, flow)) {
      assertThat(density).isNull();
    }
  }

  @Test
  void filesOfOtherThingsAreRefused() throws Exception {
    Path file = folder.resolve("density.bin");
    try (Density density = NORMAL.training(QUICK.steps(20)).fit(table(two(50), 2))) {
      density.save(file);
    }
    assertThatThrownBy(() -> load(file, dim -> AffineFlows.normal(dim).repeat(2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has a density of another flow: module 'flow' is not the one whose");
    assertThatThrownBy(() -> load(file, dim -> AffineFlows.normal(dim + 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(
            "another flow: parameter 'flow.loc' has shape (2), but its module wants (3)");
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length - 9));
    assertThatThrownBy(() -> load(file, AffineFlows::normal))
        .isInstanceOf(IllegalArgumentException.class);
    Path other = folder.resolve("params.bin");
    try (ParamStore params = new ParamStore(manager)) {
      params.save(other);
    }
    assertThatThrownBy(() -> load(other, AffineFlows::normal))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "file '"
                + other
                + "' has 'null' for 'density.dims', which no density has; pass a file that a"
                + " density's save wrote");
  }
}
