package org.ppl4j.infer.density;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.density.MarginalFit.Middle;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.TailLaw;
import org.ppl4j.transforms.ConditionalTransformModule;
import org.ppl4j.transforms.TransformModule;

/** Whatever flow learns a table, its draws keep to the tails of the columns. */
@Tag("trust.8")
@ExtendWith(LeakCheck.class)
class MarginalTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("trust.8");
  private static final int ROWS = 20_000;
  private static final int DRAWS = 10_000;

  /** A flow that learns nothing but the deviation. */
  private static final TransformModule STILL = AffineFlows.normal(1);

  private static final ConditionalTransformModule STILL_GIVEN = AffineFlows.regression(1, 1);

  @TempDir private Path folder;

  static Stream<TailLaw> laws() {
    return TailLaw.all().stream();
  }

  private static Rng rng(long seed) {
    return Rng.of(seed, Rng.Purpose.PLATE, 0, "margins");
  }

  private static double[] normals(Random random) {
    double[] z = new double[DRAWS];
    Arrays.setAll(z, i -> random.nextGaussian());
    return z;
  }

  private static Marginal margin(double[] numbers, Middle middle) {
    return MarginalFit.of(new Table("y", 1, numbers), null, middle, rng(0)).column(0).orElseThrow();
  }

  @ParameterizedTest
  @MethodSource("laws")
  void normalScoresGiveTheTailsBack(TailLaw law) {
    int kept = 0;
    int seeds = 5;
    for (int seed = 0; seed < seeds; seed++) {
      Middle middle = seed % 2 == 0 ? Middle.QUANTILES : Middle.SMOOTH;
      Random random = new Random(31 * seed + 1);
      Table table = new Table("y", 1, law.numbers(ROWS, random));
      Standardisation standardisation = Standardisation.of(table);
      Marginals margins = MarginalFit.of(standardisation.apply(table), null, middle, rng(seed));
      Table scores = new Table("y", 1, normals(random));

      TailLaw.Tails tails = law.of(standardisation.invert(margins.rows(scores)).values());
      assertThat(tails.isKept()).as("%s, seed %s: %s", law, seed, tails).isTrue();
      kept++;

      TailLaw.Tails planted = law.of(standardisation.invert(scores).values());
      assertThat(planted.isKept()).as("%s by mean and deviation: %s", law, planted).isFalse();
    }
    POINT.atLeast("tails kept, " + law, kept, seeds);
  }

  @ParameterizedTest
  @MethodSource("laws")
  void scoresAndNumbersAreInverseAndSlopesAreDerivatives(TailLaw law) {
    for (Middle middle : Middle.values()) {
      isAMap(law, margin(law.numbers(2000, new Random(3)), middle));
    }
  }

  private static void isAMap(TailLaw law, Marginal margin) {
    int judged = 0;
    for (double z = -9; z <= 9; z += 0.173) {
      double y = margin.number(z);
      Marginal.Score score = margin.score(y);
      double slope = Math.exp(-score.logSlope());
      assertThat(score.value()).as("score of %s at %s", law, z).isCloseTo(z, within(1e-6));
      double step = 1e-6;
      double rise = (margin.number(z + step) - margin.number(z - step)) / (2 * step);
      double rounding = 1e-9 * Math.abs(y) + 1e-5 * slope;
      assertThat(rise).as("slope of %s at %s", law, z).isPositive();
      assertThat(rise).as("slope of %s at %s", law, z).isCloseTo(slope, within(rounding));
      judged++;
    }
    assertThat(judged).isGreaterThan(100);
  }

  @Test
  void numbersWithoutEndHaveScoresWithoutEnd() {
    Marginal margin = margin(TailLaw.all().get(0).numbers(2000, new Random(3)), Middle.QUANTILES);
    assertThat(margin.score(Double.POSITIVE_INFINITY).value()).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(margin.score(Double.NEGATIVE_INFINITY).value()).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(margin.score(Double.NaN).value()).isNaN();
    assertThat(margin.number(Double.NaN)).isNaN();
  }

  @Test
  void normalColumnsAndColumnsOfFewNumbersStayAsTheyAre() {
    Random random = new Random(8);
    double[] rows = new double[3 * 2000];
    for (int i = 0; i < rows.length; i += 3) {
      rows[i] = random.nextGaussian();
      rows[i + 1] = random.nextInt(3);
      rows[i + 2] = random.nextDouble();
    }
    Marginals margins = MarginalFit.of(new Table("y", 3, rows), null, Middle.QUANTILES, rng(0));
    assertThat(margins.column(0)).isEmpty();
    assertThat(margins.column(1)).isEmpty();
    assertThat(margins.column(2)).isPresent();
    Table few = new Table("y", 3, Arrays.copyOf(rows, 300));
    assertThat(MarginalFit.of(few, null, Middle.QUANTILES, rng(0)).column(2)).isEmpty();
  }

  /** Far apart, and with ends that are no normal distribution's. */
  private static double[] twoModes(Random random) {
    return random.doubles(4000).map(u -> u < 0.5 ? -1.2 + u / 2 : 0.7 + u / 2).toArray();
  }

  /** Where a velocity is learned it must follow what is between the modes, and kinks it cannot. */
  @Test
  void velocitiesSeeTheShapeOfAColumn() {
    Tables tables = new Tables(new Table("y", 1, twoModes(new Random(4))), null);
    Map<Objective, Boolean> keeps =
        Map.of(
            Objective.likelihood(),
            false,
            Objective.flowMatching().then(Objective.likelihood()),
            true,
            Objective.regularisedLikelihood(0.01, 0.01),
            true,
            Objective.scoreMatching(),
            true);
    keeps.forEach(
        (objective, keepsShape) -> {
          Training training = Training.standard().objective(objective);
          Units units =
              Columns.STANDARD
                  .units((dim, contextDim) -> Flow.of(AffineFlows.normal(dim)), tables, training)
                  .y();
          double[] inner = {-1.1, -1, 1, 1.1};
          double[] scores = units.standard(new Table("y", 1, inner), null).rows().values();
          double gap = (scores[2] - scores[1]) / (scores[1] - scores[0]);
          // 20 between the numbers themselves, 0.86 between their normal scores.
          if (keepsShape) {
            assertThat(gap).as("%s", objective).isBetween(7.0, 30.0);
          } else {
            assertThat(gap).as("%s", objective).isLessThan(1.5);
          }
        });
  }

  private static Training quick(FloatType type) {
    return Training.standard()
        .steps(200)
        .batch(500)
        .rate(0.02)
        .decay(0)
        .config(RunConfig.defaults().withFloatType(type))
        .progress(Progress.silent());
  }

  @ParameterizedTest
  @EnumSource(FloatType.class)
  void densitiesKeepToTheTailsAndAreSavedWithThem(FloatType type) {
    try (NDManager manager = NDManager.newBaseManager()) {
      for (TailLaw law : TailLaw.all()) {
        NDArray y = manager.create(law.numbers(ROWS, new Random(5)));
        NDArray x = manager.create(normals(new Random(6))).repeat(2);
        Path file = folder.resolve("density-of-" + law.name().length() + type);
        try (Density density =
                DensityEstimator.of(dim -> STILL).withoutBaselines().training(quick(type)).fit(y);
            ConditionalDensity conditional =
                ConditionalDensityEstimator.of((dim, context) -> STILL_GIVEN)
                    .withoutBaselines()
                    .training(quick(type))
                    .fit(y, x)) {
          double[] draws = Tensors.values(density.sample(DRAWS));
          double[] given =
              Tensors.values(conditional.sample(DRAWS, manager.create(new double[] {0.5})));
          assertThat(law.of(draws).isKept()).as("%s: %s", law, law.of(draws)).isTrue();
          assertThat(law.of(given).isKept()).as("%s: %s", law, law.of(given)).isTrue();

          density.save(file);
          try (Density loaded = Density.load(manager, file, dim -> STILL)) {
            assertThat(Tensors.values(loaded.sample(DRAWS))).isEqualTo(draws);
            assertThat(Tensors.values(loaded.logProb(y)))
                .isEqualTo(Tensors.values(density.logProb(y)));
          }
        }
      }
    }
  }

  @Test
  void numbersOutsideAllAreImpossibleAndNoneIsUnknown() {
    try (NDManager manager = NDManager.newBaseManager();
        Density density =
            DensityEstimator.of(dim -> STILL)
                .withoutBaselines()
                .training(quick(FloatType.FLOAT64))
                .fit(manager.create(TailLaw.all().get(1).numbers(500, new Random(5))))) {
      double[] y = {Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.NaN, 1e300};
      NDArray rows = manager.create(y);
      double[] logs = Tensors.values(density.logProb(rows));
      assertThat(logs[0]).isEqualTo(Double.NEGATIVE_INFINITY);
      assertThat(logs[1]).isEqualTo(Double.NEGATIVE_INFINITY);
      assertThat(logs[2]).isNaN();
      assertThat(logs[3]).isNegative();
      assertThat(Tensors.values(density.cdf(rows))).startsWith(1, 0).endsWith(1);
    }
  }

  @Test
  void damagedKnotsAreRefused() {
    assertThatThrownBy(() -> Marginal.ofKnots("file has 'm'", new double[] {0, 1, 3, 2, 1, 1}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "file has 'm', whose knots do not ascend; pass a file that a density's save wrote");
    assertThat(new Marginal(new double[] {0, 1}, new double[] {2, 3}, new double[] {1, 1}).knots())
        .containsExactly(0, 1, 2, 3, 1, 1);
  }
}
