package org.ppl4j.infer.density;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.infer.density.MarginalFit.Middle;
import org.ppl4j.tensor.Rng;
import org.ppl4j.testing.LeakCheck;

/** A normal law of a number given contexts is found, whatever mean and spread are. */
@ExtendWith(LeakCheck.class)
class NormalRegressionTest {

  private static final int ROWS = 2000;
  private static final int OTHERS = 10_000;

  private static final SmoothBasis LINEAR = new SmoothBasis(1, new double[0], new double[0]);

  /**
   * A normal law of a number given one that is uniform on [−2, 2].
   *
   * @param linear what is lost at least where mean and logarithm of the variance are linear
   */
  private record Law(String name, DoubleUnaryOperator mean, DoubleUnaryOperator sd, double linear) {

    private Numbers numbers(int rows, long seed) {
      Random random = new Random(seed);
      double[] x = random.doubles(rows).map(u -> 4 * u - 2).toArray();
      double[] noise = random.doubles(rows).map(unused -> random.nextGaussian()).toArray();
      double[] y = new double[rows];
      Arrays.setAll(y, i -> mean.applyAsDouble(x[i]) + sd.applyAsDouble(x[i]) * noise[i]);
      return new Numbers(new Table("x", 1, x), new Table("y", 1, y));
    }

    private double logProb(double x, double y) {
      double scale = sd.applyAsDouble(x);
      double error = (y - mean.applyAsDouble(x)) / scale;
      return -error * error / 2 - Math.log(scale);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private record Numbers(Table x, Table y) {

    private Numbers in(Standardisation ofX, Standardisation ofY) {
      return new Numbers(ofX.apply(x), ofY.apply(y));
    }
  }

  static Stream<Law> laws() {
    return Stream.of(
        new Law("narrow", x -> 3 * x, x -> 0.05, 0),
        new Law("wide", x -> Math.sin(2 * x), x -> Math.exp(0.7 * x - 1), 0.1),
        new Law("shifted", x -> 2 * Math.sin(2 * x), x -> 0.3, 1),
        new Law("cubic", x -> x * x * x, x -> 0.3, 0.5),
        new Law("steep", x -> 5 * Math.tanh(3 * x), x -> 0.1, 1));
  }

  private static Rng rng(long seed) {
    return Rng.of(seed, Rng.Purpose.PLATE, 0, "regression");
  }

  /** How much less likely other numbers are than by the law, a number. */
  private static double loss(Law law, boolean isSmooth) {
    Numbers known = law.numbers(ROWS, 1);
    Numbers others = law.numbers(OTHERS, 2);
    Standardisation ofX = Standardisation.of(known.x());
    Standardisation ofY = Standardisation.of(known.y());
    Numbers standard = known.in(ofX, ofY);
    SmoothBasis basis = isSmooth ? SmoothBasis.of(standard.x(), rng(0)) : LINEAR;
    NormalRegression regression = NormalRegression.of(basis, standard.y().values(), standard.x());
    Numbers judged = others.in(ofX, ofY);
    double[] logs = regression.logProb(judged.y().values(), judged.x());
    double loss = 0;
    for (int i = 0; i < OTHERS; i++) {
      double exact = law.logProb(others.x().number(i, 0), others.y().number(i, 0));
      loss += (exact - logs[i] + ofY.logScale()) / OTHERS;
    }
    return loss;
  }

  @ParameterizedTest
  @MethodSource("laws")
  void otherNumbersAreAboutAsLikelyAsByTheLaw(Law law) {
    assertThat(loss(law, true)).isBetween(0.0, 0.05);
    assertThat(loss(law, false)).isGreaterThanOrEqualTo(law.linear());
  }

  /** A hundred rows of more columns than they can tell anything of. */
  @Test
  void manyColumnsThatSayNothingCostLittle() {
    Random random = new Random(5);
    int columns = 150;
    double[] x = random.doubles(200L * columns).map(unused -> random.nextGaussian()).toArray();
    double[] y = random.doubles(200).map(unused -> random.nextGaussian()).toArray();
    Table contexts = new Table("x", columns, x);
    Table known = contexts.range(0, 100);
    NormalRegression regression =
        NormalRegression.of(SmoothBasis.of(known, rng(0)), Arrays.copyOf(y, 100), known);
    double[] logs = regression.logProb(Arrays.copyOfRange(y, 100, 200), contexts.range(100, 200));
    assertThat(Arrays.stream(logs).average().orElseThrow()).isGreaterThan(-1.5);
  }

  @Test
  void withoutContextsItIsANormalDistribution() {
    double[] y = {1, 2, 4, 9, 4};
    double mean = 4;
    double variance = 7.6;
    double[] many = new double[5000];
    Arrays.setAll(many, i -> y[i % 5]);
    double[] logs = NormalRegression.of(SmoothBasis.constant(), many, null).logProb(y, null);
    for (int i = 0; i < y.length; i++) {
      double exact = -((y[i] - mean) * (y[i] - mean) / variance + Math.log(variance)) / 2;
      assertThat(logs[i]).isCloseTo(exact, within(2e-3));
    }
  }

  @Test
  void numbersThatDoNotVaryHaveAFiniteDensity() {
    double[] y = new double[200];
    Arrays.fill(y, 3);
    for (SmoothBasis basis : List.of(SmoothBasis.constant(), LINEAR)) {
      Table x =
          basis.columns() == 0 ? null : new Table("x", 1, new Random(1).doubles(200).toArray());
      double[] logs = NormalRegression.of(basis, y, x).logProb(y, x);
      assertThat(Arrays.stream(logs)).allMatch(Double::isFinite);
    }
  }

  /** Normal scores would bring the tails and gaps of the whole column into each context. */
  @ParameterizedTest
  @MethodSource("laws")
  void columnsThatAreNormalGivenContextsStayAsTheyAre(Law law) {
    Numbers numbers = law.numbers(ROWS, 3);
    Table rows = Standardisation.of(numbers.y()).apply(numbers.y());
    Table contexts = Standardisation.of(numbers.x()).apply(numbers.x());

    assertThat(MarginalFit.of(rows, contexts, Middle.QUANTILES, rng(3)).column(0)).isEmpty();
    // That alone is the reason: without contexts the same columns have scores.
    assertThat(MarginalFit.of(rows, null, Middle.QUANTILES, rng(3)).column(0)).isPresent();
  }
}
