package org.ppl4j.infer.density;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.infer.Progress;
import org.ppl4j.tensor.Rng;
import org.ppl4j.testing.LeakCheck;

/** Single numbers that many rows have. */
@ExtendWith(LeakCheck.class)
class SpikeTest {

  private static final Rng NOISE = Rng.of(4, Rng.Purpose.PLATE, 0, "noise");

  private static double[] numbers(int n, IntToDoubleFunction number) {
    double[] numbers = new double[n];
    Arrays.setAll(numbers, number);
    return numbers;
  }

  private static double[] withSpike(int n, double share, double value, long seed) {
    Random random = new Random(seed);
    return numbers(n, i -> random.nextDouble() < share ? value : random.nextGaussian());
  }

  static Stream<Arguments> columns() {
    Random random = new Random(5);
    return Stream.of(
        Arguments.of("one percent", withSpike(2000, 0.01, 0, 1), List.of(0.0)),
        Arguments.of("most rows", withSpike(2000, 0.6, -999, 1), List.of(-999.0)),
        Arguments.of(
            "two",
            numbers(2000, i -> i % 10 == 0 ? 0 : i % 10 == 1 ? 1 : random.nextGaussian()),
            List.of(0.0, 1.0)),
        Arguments.of(
            "both zeros are one",
            numbers(1000, i -> i % 50 == 0 ? -0.0 : i % 50 == 1 ? 0.0 : random.nextGaussian()),
            List.of(0.0)),
        Arguments.of("none", numbers(2000, i -> random.nextGaussian()), List.of()),
        Arguments.of("every number ten times", numbers(2000, i -> Math.sin(i % 200)), List.of()),
        Arguments.of(
            "drawn with replacement",
            numbers(2000, i -> Math.sin(random.nextInt(2000))),
            List.of()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("columns")
  void spikesAreWhatFarMoreRowsHaveThanOrdinaryNumbers(
      String name, double[] numbers, List<Double> wanted) {
    List<Spike> spikes = Spike.of(0, numbers);

    assertThat(spikes.stream().map(Spike::value)).isEqualTo(wanted);
    for (Spike spike : spikes) {
      long rows = Arrays.stream(numbers).filter(x -> x == spike.value()).count();
      assertThat(spike.share()).isEqualTo((double) rows / numbers.length);
      assertThat(spike.width()).isBetween(1e-3, 0.02);
    }
  }

  /** Counts, and what is rounded, have steps: their frequent numbers are no spikes. */
  @Test
  void columnWithStepsHasNoSpikes() {
    Random random = new Random(3);
    double[] values = new double[4000];
    for (int i = 0; i < values.length; i += 2) {
      values[i] = random.nextDouble() < 0.4 ? 0 : Math.rint(10 * random.nextGaussian());
      values[i + 1] = random.nextDouble() < 0.4 ? 0 : random.nextGaussian();
    }
    Table table = new Table("y", 2, values);
    List<Optional<Constraint>> real =
        List.of(Optional.of(Constraint.REAL), Optional.of(Constraint.REAL));

    double[] steps = Dequantisation.detected().of(table, real);

    assertThat(steps).containsExactly(1, 0);
    assertThat(Dequantisation.detected().spikes(table, real, steps))
        .extracting(Spike::column)
        .containsExactly(1);
    assertThat(Dequantisation.none().spikes(table, real, new double[2])).isEmpty();
    assertThat(Dequantisation.steps(0, 0).spikes(table, real, new double[2])).isEmpty();
  }

  private static Units units(Constraint constraint, double[] y, double... x) {
    Table rows = new Table("y", 1, y);
    return Units.of(
        rows,
        x.length == 0 ? null : new Table("x", 1, x),
        Support.Wanted.NOTHING.whole(constraint).of(rows),
        Dequantisation.detected(),
        MarginalFit.Middle.QUANTILES,
        NOISE);
  }

  private static double[] grid(double from, double to, int points) {
    return numbers(points, i -> from + (to - from) * (i + 0.5) / points);
  }

  static Stream<Arguments> supports() {
    return Stream.of(
        Arguments.of(Constraint.REAL, -2.0, 2.0, 0.3),
        Arguments.of(Constraint.POSITIVE, 0.01, 4.0, 1.5),
        Arguments.of(Constraint.interval(-3, 3), -2.9, 2.9, 0.3),
        Arguments.of(Constraint.interval(-3, 3), -2.9, 2.9, -3.0));
  }

  /** There and back; and the gain is the logarithm of the slope, by differences. */
  @ParameterizedTest(name = "{0}, spike at {3}")
  @MethodSource("supports")
  void unitsAreABijectionWhoseSlopeIsTheGain(
      Constraint constraint, double from, double to, double spike) {
    Random random = new Random(7);
    double[] y = numbers(2000, i -> i % 4 == 0 ? spike : from + (to - from) * random.nextDouble());
    double[] x = numbers(2000, i -> i % 4 == 0 ? 1 : random.nextGaussian());
    for (double[] contexts : new double[][] {{}, x}) {
      Units units = units(constraint, y, contexts);
      double[] points = grid(from, to, 1001);
      Table rows = new Table("y", 1, points);
      Table at = contexts.length == 0 ? null : new Table("x", 1, grid(-4, 4, 1001));
      Units.Standard standard = units.standard(rows, at);

      double[] back = units.original(standard.rows(), at).values();

      double h = 1e-7;
      double[] above = numbers(points.length, i -> points[i] + h);
      double[] moved = units.standard(new Table("y", 1, above), at).rows().values();
      int judged = 0;
      for (int i = 0; i < points.length; i++) {
        assertThat(back[i]).isCloseTo(points[i], within(1e-9));
        double slope = (moved[i] - standard.rows().values()[i]) / h;
        double gain = standard.gain().number(i, 0);
        boolean isAtABend =
            Math.abs(slope - Math.exp(gain)) > 1e-4 * slope && isNearACell(units, points[i], h);
        if (!isAtABend) {
          assertThat(gain).isCloseTo(Math.log(slope), within(1e-4));
          judged++;
        }
      }
      assertThat(judged).isGreaterThan(990);
      assertThat(units.spikes()).hasSize(1);
    }
  }

  private static boolean isNearACell(Units units, double point, double h) {
    return units.spikes().stream()
        .anyMatch(s -> Math.abs(point - s.low()) <= h || Math.abs(point - s.high()) <= h);
  }

  /** Odds are those of the law that drew them. */
  @Test
  void oddsFollowTheContext() {
    Random random = new Random(11);
    double[] x = numbers(20_000, i -> random.nextGaussian());
    boolean[] isSo = new boolean[x.length];
    for (int i = 0; i < x.length; i++) {
      isSo[i] = random.nextDouble() < 1 / (1 + Math.exp(1 - x[i]));
    }
    LogisticRegression odds = LogisticRegression.of(isSo, new Table("x", 1, x));
    Table at = new Table("x", 1, new double[] {-1.5, 0, 1.5});

    for (int i = 0; i < 3; i++) {
      // Standard errors of the logarithms are 0.04 at most.
      assertThat(Math.log(odds.of(at, i))).isCloseTo(at.number(i, 0) - 1, within(0.15));
    }
    assertThat(LogisticRegression.of(isSo, null).isConstant()).isTrue();
  }

  /** A column that tells everything leaves finite odds. */
  @Test
  void oddsOfWhatIsCertainAreFinite() {
    double[] x = numbers(1000, i -> i % 2 == 0 ? -1 : 1);
    boolean[] isSo = new boolean[1000];
    for (int i = 0; i < 1000; i++) {
      isSo[i] = i % 2 == 0;
    }
    LogisticRegression odds = LogisticRegression.of(isSo, new Table("x", 1, x));
    Table at = new Table("x", 1, new double[] {-1, 1});

    assertThat(odds.of(at, 0)).isBetween(10.0, 1e6);
    assertThat(odds.of(at, 1)).isBetween(1e-6, 0.1);
  }

  @Test
  void reportNamesSpikesAndFilesKeepThem(@TempDir Path folder) {
    Path file = folder.resolve("density");
    DensityEstimator estimator =
        DensityEstimator.of(AffineFlows::normal)
            .training(Training.standard().steps(20).progress(Progress.silent()));
    try (NDManager manager = NDManager.newBaseManager();
        Density density = estimator.fit(manager.create(withSpike(1000, 0.1, 0.5, 3)))) {
      density.save(file);
      NDArray points = manager.create(grid(0.4, 0.6, 200));

      try (Density loaded = Density.load(manager, file, AffineFlows::normal)) {
        assertThat(loaded.logProb(points).toDoubleArray())
            .isEqualTo(density.logProb(points).toDoubleArray());
        NDArray spikes = manager.create(numbers(100, i -> 0.5));
        assertThat(Arrays.stream(loaded.dequantised(spikes).toDoubleArray()).distinct())
            .hasSize(100)
            .allMatch(y -> Math.abs(y - 0.5) < 0.006);
      }
      assertThat(density.report().orElseThrow().toString())
          .containsPattern(
              "with the 1?[0-9](\\.[0-9]+)?% of rows whose column \\(from 1\\) 1 is 0\\.5 spread"
                  + " over a width of 0\\.0[0-9]+, since a density of single numbers has no bound");
    }
  }

  /** Of a normal column, whose density is known; over seeds, by the root of the mean square. */
  @ParameterizedTest
  @ValueSource(doubles = {-1, 0, 1.5})
  void aCellIsAsDenseAsWhatIsAroundIt(double value) {
    int seeds = 40;
    double square = 0;
    for (int seed = 0; seed < seeds; seed++) {
      double[] numbers = withSpike(2000, 0.2, value, seed);
      Spike spike = Spike.of(0, numbers).get(0);
      Table rows = new Table("y", 1, numbers);
      SpikeWidening stretch =
          SpikeWidening.of(rows, rows, null, List.of(spike), Support.Wanted.NOTHING.of(rows));
      double[] ends = {spike.low(), spike.high()};

      double[] stretched =
          stretch.stretched(new Table("y", 1, ends), null, new double[2]).range(0, 2).values();

      double gained = stretched[1] - stretched[0] - (ends[1] - ends[0]);
      double around = Math.exp(-value * value / 2) / Math.sqrt(2 * Math.PI);
      double wanted = spike.share() / (1 - spike.share()) / around;
      square += Math.pow(gained / wanted - 1, 2) / seeds;
    }
    assertThat(Math.sqrt(square)).isLessThan(0.12);
  }
}
