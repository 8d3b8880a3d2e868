package org.ppl4j.infer.density;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.infer.Progress;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.TailLaw;

/** Contexts far from those that were learned from are known as such, and others are not. */
@Tag("trust.8")
@ExtendWith(LeakCheck.class)
class ExtrapolationTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("trust.8");
  private static final int ROWS = 3000;
  private static final int FRESH = 1000;
  private static final double CORRELATION = 0.999;
  private static final double CONDITIONAL = Math.sqrt(1 - CORRELATION * CORRELATION);

  @TempDir private Path folder;

  /**
   * Contexts of a kind.
   *
   * @param draw one of them
   */
  private record Kind(String name, int columns, Function<Random, double[]> draw) {

    Table table(int rows, long seed) {
      Random random = new Random(seed);
      double[] all = new double[rows * columns];
      for (int i = 0; i < rows; i++) {
        System.arraycopy(draw.apply(random), 0, all, i * columns, columns);
      }
      return new Table("x", columns, all);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static Kind independent(TailLaw law, int columns) {
    return new Kind(law.name() + " by " + columns, columns, random -> law.numbers(columns, random));
  }

  private static double[] correlated(Random random) {
    double z = random.nextGaussian();
    return new double[] {z, CORRELATION * z + CONDITIONAL * random.nextGaussian()};
  }

  private static final Kind CORRELATED =
      new Kind("two columns that hang together", 2, ExtrapolationTest::correlated);

  /** y = x² and hardly anything beside. */
  private static final Kind CURVE =
      new Kind(
          "a curve",
          2,
          random -> {
            double x = random.nextGaussian();
            return new double[] {x, x * x + 0.01 * random.nextGaussian()};
          });

  /** Two columns and their sum. */
  private static final Kind SUM =
      new Kind(
          "a sum",
          3,
          random -> {
            double[] two = {random.nextGaussian(), random.nextDouble()};
            return new double[] {two[0], two[1], two[0] + two[1]};
          });

  private static final Kind COUNTS =
      new Kind("counts", 2, random -> new double[] {random.nextInt(3), random.nextInt(20)});

  static Stream<Kind> kinds() {
    return Stream.concat(
        TailLaw.all().stream()
            .flatMap(law -> Stream.of(1, 10).map(columns -> independent(law, columns))),
        Stream.of(CORRELATED, CURVE, SUM, COUNTS));
  }

  private static Extrapolation reach(Table standard) {
    return Extrapolation.of(standard, Rng.of(1, Rng.Purpose.PLATE, 0, "reach"));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void freshContextsAreNear(Kind kind) {
    Table learned = kind.table(ROWS, 1);
    Standardisation units = Standardisation.of(learned);
    double[] fresh = reach(units.apply(learned)).of(units.apply(kind.table(FRESH, 2)));
    POINT.atMost(
        "share of fresh contexts that are far, " + kind,
        (double) Arrays.stream(fresh).filter(distance -> distance > 1).count() / FRESH,
        0.01);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void contextsBeyondTheRangeAreFar(Kind kind) {
    Table learned = kind.table(ROWS, 1);
    Standardisation units = Standardisation.of(learned);
    Extrapolation reach = reach(units.apply(learned));
    Table others = kind.table(10, 3);
    int judged = 0;
    for (int j = 0; j < kind.columns(); j++) {
      double[] numbers = Arrays.stream(learned.numbers(j)).sorted().toArray();
      double middle = (numbers[0] + numbers[ROWS - 1]) / 2;
      for (int i = 0; i < others.rows(); i++) {
        double[] row = others.range(i, i + 1).values().clone();
        row[j] = middle + (i % 2 == 0 ? 1.5 : -1.5) * (numbers[ROWS - 1] - middle);
        double distance = reach.of(units.apply(learned.with(row)))[0];
        assertThat(distance).as("%s, column %s, at %s", kind, j, row[j]).isGreaterThan(1);
        judged++;
      }
    }
    assertThat(judged).isEqualTo(10 * kind.columns());
  }

  /** Contexts inside every column's range that no two columns allow. */
  private static List<double[]> jointly(Kind kind) {
    return kind.equals(CORRELATED)
        ? Stream.of(-1.5, -0.7, 0.0, 0.4, 1.2)
            .flatMap(
                z -> Stream.of(-8, 8).map(k -> new double[] {z, CORRELATION * z + k * CONDITIONAL}))
            .toList()
        : Stream.of(new double[] {0, 2}, new double[] {0, 4}, new double[] {1, 0.1}).toList();
  }

  static Stream<Kind> joint() {
    return Stream.of(CORRELATED, CURVE);
  }

  @ParameterizedTest
  @MethodSource("joint")
  void contextsThatColumnsDoNotAllowTogetherAreFar(Kind kind) {
    Table learned = kind.table(ROWS, 1);
    Standardisation units = Standardisation.of(learned);
    Extrapolation reach = reach(units.apply(learned));
    Extrapolation box = reach(units.apply(learned.range(0, 99))); // too few for more than ranges
    int seenByBox = 0;
    for (double[] row : jointly(kind)) {
      Table one = units.apply(learned.with(row));
      assertThat(reach.of(one)[0]).as("%s at %s", kind, Arrays.toString(row)).isGreaterThan(1);
      seenByBox += box.of(one)[0] > 1 ? 1 : 0;
    }
    assertThat(seenByBox).as("seen by a box of columns").isZero();
    POINT.atLeast("joint outliers seen, " + kind, jointly(kind).size(), 3);
  }

  @Test
  void densitiesSayThatTheyDoNotKnow() {
    Path file = folder.resolve("density");
    Training quick = Training.standard().steps(50).progress(Progress.silent());
    Table learned = CORRELATED.table(500, 4);
    try (NDManager manager = NDManager.newBaseManager();
        ConditionalDensity density =
            ConditionalDensityEstimator.of((dim, context) -> AffineFlows.regression(2, context))
                .training(quick)
                .fit(manager, CORRELATED.table(500, 5), learned)) {
      NDArray near = manager.create(new double[] {0.5, 0.5}, new Shape(1, 2));
      NDArray far = manager.create(new double[] {0.5, 0.5, 0.5, 0.9}, new Shape(2, 2));
      double[] distances = Tensors.values(density.distance(far));
      assertThat(distances[0]).isLessThan(1);
      assertThat(distances[1]).isGreaterThan(1);
      assertThat(Tensors.values(density.distance(near))[0]).isCloseTo(distances[0], within(0.0));

      assertThat(density.interval(0.9, near).warnings()).isEmpty();
      String text =
          String.format(
              Locale.ROOT,
              "1 of 2 contexts is far from all that was learned from: %.3g times the distance up"
                  + " to which a density can be trusted; learn from rows that are like it",
              distances[1]);
      assertThat(density.interval(0.9, far).warnings()).containsExactly(text);
      assertThat(logged(() -> density.mean(far))).contains(text);
      assertThat(logged(() -> density.sample(2, far))).contains(text);
      assertThat(logged(() -> density.mean(near))).doesNotContain("far from all");

      density.save(file);
      try (ConditionalDensity loaded =
          ConditionalDensity.load(manager, file, (d, c) -> AffineFlows.regression(2, c))) {
        assertThat(Tensors.values(loaded.distance(far))).isEqualTo(distances);
      }
    }
  }

  @Test
  void quantilesOfOneColumnWarnToo() {
    Training quick = Training.standard().steps(50).progress(Progress.silent());
    double[] x = new Random(3).doubles(300).toArray();
    try (NDManager manager = NDManager.newBaseManager();
        ConditionalDensity density =
            ConditionalDensityEstimator.of(AffineFlows::regression)
                .training(quick)
                .fit(manager.create(x), manager.create(x))) {
      NDArray half = manager.create(new double[] {0.5});
      NDArray far = manager.create(new double[] {1.5});
      assertThat(logged(() -> density.quantile(half, far)))
          .contains("context is far from all that was learned from: ")
          .contains("learn from rows that are like it");
      assertThat(logged(() -> density.quantile(half, half))).doesNotContain("far from all");
    }
  }

  /** What goes to the standard error stream, where the tests' logger writes. */
  private static String logged(Supplier<?> action) {
    PrintStream before = System.err;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try {
      assertThat((Object) action.get()).isNotNull();
    } finally {
      System.setErr(before);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
