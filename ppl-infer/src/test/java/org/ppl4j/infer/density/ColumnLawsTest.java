package org.ppl4j.infer.density;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.common.primitives.ImmutableIntArray;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.hipparchus.distribution.continuous.NormalDistribution;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Laws of distributions of one column that have masses, and of chains of columns. */
class ColumnLawsTest {

  private static final Grid WHOLE = new Grid(0, 1, 1);

  private static double[] logs(double... probabilities) {
    return Arrays.stream(probabilities).map(Math::log).toArray();
  }

  private static CategoryDistribution levels(double[] levels, double... probabilities) {
    return CategoryDistribution.of(levels, logs(probabilities), 0);
  }

  private static MixedDistribution mixed() {
    return new MixedDistribution(
        new double[] {-0.5, 1}, levels(new double[] {0, 1, 2}, 0.2, 0.3, 0.5), new NormalColumn(0));
  }

  /**
   * A distribution.
   *
   * @param masses numbers that have some
   * @param hasDensity whether there is a density beside
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Case(RowDistribution of, double[] masses, boolean hasDensity) {}

  static Stream<Named<Case>> cases() {
    double[] whole = IntStream.rangeClosed(-12, 12).asDoubleStream().toArray();
    double[] halves = IntStream.rangeClosed(-24, 24).mapToDouble(k -> 0.25 + k / 2.0).toArray();
    double[] three = {-1, 2, 5.5};
    return Stream.of(
        Named.of("levels", new Case(levels(three, 0.2, 0.5, 0.3), three, false)),
        Named.of("cells", new Case(new CellDistribution(WHOLE, new NormalColumn(0)), whole, false)),
        Named.of(
            "cells of halves",
            new Case(
                new CellDistribution(new Grid(0.25, 1, 2), new NormalColumn(0)), halves, false)),
        Named.of("atoms", new Case(mixed(), new double[] {-0.5, 1}, true)),
        Named.of(
            "two of levels far apart",
            new Case(
                MixtureDistribution.ofEqual(
                    List.of(levels(three, 0.4503, 0.1, 0.4497), levels(three, 0.05, 0.1, 0.85))),
                three,
                false)),
        Named.of(
            "two of atoms",
            new Case(
                MixtureDistribution.ofEqual(
                    List.of(
                        mixed(),
                        new MixedDistribution(
                            new double[] {-0.5, 1},
                            levels(new double[] {0, 1, 2}, 0.05, 0.1, 0.85),
                            new NormalColumn(0)))),
                new double[] {-0.5, 1},
                true)));
  }

  private static Tables rows(double... numbers) {
    return new Tables(new Table("y", 1, numbers), null);
  }

  private static double[] probs(RowDistribution of, double... numbers) {
    return Arrays.stream(of.logProb(rows(numbers))).map(Math::exp).toArray();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void massesAndDensityAreOneInAll(Case one) {
    double sum = DoubleStream.of(probs(one.of(), one.masses())).sum();
    double width = 1e-3;
    double[] grid = IntStream.range(-9000, 9000).mapToDouble(i -> (i + 0.37) * width).toArray();
    double integral = DoubleStream.of(probs(one.of(), grid)).sum() * width;

    assertThat(sum + integral).isCloseTo(1, within(1e-9));
    assertThat(integral > 0).isEqualTo(one.hasDensity());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void cdfJumpsByMasses(Case one) {
    double[] upTo = one.of().cdf(rows(one.masses()));
    double[] below = one.of().below(rows(one.masses()));
    double[] probs = probs(one.of(), one.masses());
    for (int k = 0; k < probs.length; k++) {
      assertThat(upTo[k] - below[k]).isCloseTo(probs[k], within(1e-12));
    }

    double[] between = Arrays.stream(one.masses()).map(y -> y + 0.1).toArray();
    assertThat(one.of().below(rows(between))).isEqualTo(one.of().cdf(rows(between)));
    assertThat(one.of().cdf(rows(-40, 40))).containsExactly(new double[] {0, 1}, within(1e-12));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void quantileIsTheLeastOfEnoughProbability(Case one) {
    double[] levels = IntStream.range(1, 2000).mapToDouble(i -> i / 2000.0).toArray();
    double[] quantiles = one.of().quantile(rows(levels));
    double[] upTo = one.of().cdf(rows(quantiles));
    double[] below = one.of().below(rows(quantiles));
    for (int i = 0; i < levels.length; i++) {
      assertThat(levels[i]).isBetween(below[i] - 1e-9, upTo[i] + 1e-9);
    }
    if (!one.hasDensity()) {
      assertThat(one.of().logProb(rows(quantiles))).doesNotContain(Double.NEGATIVE_INFINITY);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void drawsAreAsFrequentAsTheyAreProbable(Case one) {
    int count = 20_000;
    double[] draws = one.of().draws(count, null, 3).values();
    double[] probs = probs(one.of(), one.masses());
    for (int k = 0; k < probs.length; k++) {
      double mass = one.masses()[k];
      double share = (double) Arrays.stream(draws).filter(y -> y == mass).count() / count;
      double error = Math.sqrt(probs[k] * (1 - probs[k]) / count);
      assertThat(share).isCloseTo(probs[k], within(4.5 * error + 1.0 / count));
    }
    if (!one.hasDensity()) {
      assertThat(one.of().logProb(rows(draws))).doesNotContain(Double.NEGATIVE_INFINITY);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void whatIsNoNumberStaysSo(Case one) {
    assertThat(one.of().logProb(rows(Double.NaN))).containsExactly(Double.NaN);
    assertThat(one.of().cdf(rows(Double.NaN))).containsExactly(Double.NaN);
  }

  @Test
  void cellsFarOutHaveTheirMass() {
    CellDistribution cells = new CellDistribution(WHOLE, new NormalColumn(0));
    NormalDistribution normal = new NormalDistribution();
    for (double k : new double[] {-30, -12, 8, 12, 30}) {
      double wanted = Math.abs(k) - 0.5; // Mills' ratio, φ(a) / a (1 − 1 / a² + 3 / a⁴)
      double a2 = wanted * wanted;
      double tail =
          normal.logDensity(wanted) - Math.log(wanted) + Math.log1p(-1 / a2 + 3 / a2 / a2);
      assertThat(cells.logProb(rows(k))[0]).isCloseTo(tail, within(3e-3));
    }
    assertThat(cells.logProb(rows(0.5))).containsExactly(Double.NEGATIVE_INFINITY);
  }

  @Test
  void gridHasNumbersAsTheyAreWritten() {
    double[] tenths = {0.1, 0.3, 0.7, 1.2};
    Grid grid = Grid.of(tenths, 0.1);

    assertThat(grid).isNotNull();
    assertThat(grid.nearest(0.30001)).isEqualTo(0.3);
    assertThat(Grid.of(new double[] {1990, 1994, 2002}, 4)).isNotNull();
    assertThat(Grid.of(new double[] {1, 1 + 1 / 3.0, 2}, 1 / 3.0)).isNotNull();
    assertThat(Grid.of(new double[] {0, 1, 2, Math.PI}, 1)).isNull();
  }

  // --- chains

  /** A category, two columns that follow, and a normal number that may be missing. */
  private static ColumnChain chain() {
    return new ColumnChain(
        List.of(
            new SeenColumn(false, 0, new double[] {0, 1}, false),
            new SeenColumn(true, 0, new double[0], true),
            new SeenColumn(true, 0, new double[0], false)),
        0,
        List.of(
            new ColumnChain.Factor(
                ImmutableIntArray.of(0), false, levels(new double[] {0, 1}, 0.25, 0.75)),
            new ColumnChain.Factor(ImmutableIntArray.of(1), true, new NormalColumn(2))),
        List.of(new ColumnRule(2, 5, new int[] {0, 1}, new double[] {10, -2}, 1e-9)),
        null);
  }

  @Test
  void rowsAreDrawnByFactorsAndRules() {
    Table draws = chain().draws(20_000, null, 4);
    for (int i = 0; i < draws.rows(); i++) {
      assertThat(draws.number(i, 2))
          .isEqualTo(5 + 10 * draws.number(i, 0) - 2 * draws.number(i, 1));
    }
    // The contexts of the second are a one where the category is either level: its mean is 1.
    assertThat(Arrays.stream(draws.numbers(0)).average().orElseThrow())
        .isCloseTo(0.75, within(0.015));
    assertThat(Arrays.stream(draws.numbers(1)).average().orElseThrow()).isCloseTo(1, within(0.03));
  }

  @Test
  void missingCellsAreLeftOutAndBrokenRulesImpossible() {
    double[] logs =
        chain()
            .logProb(
                new Tables(
                    new Table(
                        "y",
                        3,
                        new double[] {
                          1,
                          1,
                          13, //
                          1,
                          Double.NaN,
                          13, //
                          1,
                          1,
                          13.001, //
                          0.5,
                          1,
                          8, //
                        }),
                    null));
    double ofLevel = Math.log(0.75);
    double ofNumber = -0.5 * Math.log(2 * Math.PI);
    assertThat(logs)
        .containsExactly(
            new double[] {
              ofLevel + ofNumber, ofLevel, Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY
            },
            within(1e-12));
  }

  @Test
  void drawsAreRoundedInsideTheirBounds() {
    RowDistribution rounded =
        RoundedDistribution.of(
            new NormalColumn(0),
            List.of(
                new RoundedDistribution.Column(
                    Optional.of(new Grid(0, 1, 10)), 0, Double.POSITIVE_INFINITY)));
    for (Recalibration map : List.of(Recalibration.NONE, new Recalibration(0.2, 1.5))) {
      double[] draws = rounded.recalibrated(map).draws(500, null, 1).values();
      assertThat(Arrays.stream(draws).min().orElseThrow()).isEqualTo(0.1);
      assertThat(Arrays.stream(draws).allMatch(y -> y == Double.parseDouble("%.1f".formatted(y))))
          .isTrue();
    }
  }
}
