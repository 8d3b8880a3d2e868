package org.ppl4j.infer.judge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.hipparchus.random.RandomDataGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Verdicts on normal draws whose mean and standard deviation are known. */
class JudgedTest {

  private static final int TIMES = 200;

  private static double[] normal(RandomDataGenerator random, int n, double mean, double sd) {
    return DoubleStream.generate(() -> random.nextNormal(mean, sd)).limit(n).toArray();
  }

  private static Judged judged(RandomDataGenerator random, double shift, double ratio) {
    double[][] chains = new double[4][];
    for (int i = 0; i < chains.length; i++) {
      chains[i] = normal(random, 500, 3e6, 1e5);
    }
    return Judged.of(normal(random, 4000, 3e6 + shift * 1e5, ratio * 1e5), chains);
  }

  private static Map<Verdict, Integer> verdicts(double shift, double ratio) {
    RandomDataGenerator random = new RandomDataGenerator(3);
    Map<Verdict, Integer> found = new EnumMap<>(Verdict.class);
    for (int i = 0; i < TIMES; i++) {
      found.merge(judged(random, shift, ratio).verdict(), 1, Integer::sum);
    }
    return found;
  }

  @ParameterizedTest
  @CsvSource({"0.25, 1", "-0.25, 1", "0, 0.75", "0, 1.25", "0, 0.5"})
  void whatIsOffIsFlagged(double shift, double ratio) {
    assertThat(verdicts(shift, ratio).get(Verdict.OFF)).isGreaterThan(TIMES * 95 / 100);
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "0.05, 1", "0, 0.95", "-0.05, 1.05"})
  void whatIsRightIsNot(double shift, double ratio) {
    assertThat(verdicts(shift, ratio).get(Verdict.RIGHT)).isGreaterThan(TIMES * 98 / 100);
  }

  @Test
  void chainsThatKnowTooLittleCannotTell() {
    RandomDataGenerator random = new RandomDataGenerator(4);
    double[] draws = normal(random, 4000, 0, 1);

    assertThat(Judged.of(draws, normal(random, 50, 0, 1), normal(random, 50, 0, 1)).verdict())
        .isEqualTo(Verdict.UNKNOWN);
    assertThat(Judged.of(draws, normal(random, 50, 9, 1), normal(random, 50, 9, 1)).verdict())
        .isEqualTo(Verdict.OFF);
    assertThat(Judged.of(draws, normal(random, 500, 0, 1), normal(random, 500, 1, 1)).verdict())
        .isNotEqualTo(Verdict.RIGHT);
  }

  /** Mean and standard deviation are those of two heaps, but half of it lies between them. */
  @Test
  void twoHeapsBehindOneAreSeen() {
    RandomDataGenerator random = new RandomDataGenerator(8);
    double[][] heaps = new double[4][];
    for (int c = 0; c < heaps.length; c++) {
      double[] chain = normal(random, 500, 0, 1);
      for (int i = 0; i < chain.length; i++) {
        chain[i] += random.nextUniform(0, 1) < 0.7 ? 5 : 0;
      }
      heaps[c] = chain;
    }
    Judged judged = Judged.of(normal(random, 4000, 3.5, Math.sqrt(1 + 0.21 * 25)), heaps);

    assertThat(judged.shift()).isBetween(-0.1, 0.1);
    assertThat(judged.ratio()).isBetween(0.9, 1.1);
    assertThat(judged.below()).isBetween(0.6, 0.7);
    assertThat(judged.verdict()).isEqualTo(Verdict.OFF);
  }

  @Test
  void aPointMassIsOff() {
    RandomDataGenerator random = new RandomDataGenerator(5);

    assertThat(Judged.of(new double[] {1, 1, 1}, normal(random, 500, 1, 1)).verdict())
        .isEqualTo(Verdict.OFF);
    assertThat(Judged.of(new double[] {1, Double.NaN, 2}, normal(random, 500, 1, 1)).verdict())
        .isEqualTo(Verdict.OFF);
  }

  /** In units whose squares are beyond all doubles, too. */
  @ParameterizedTest
  @ValueSource(ints = {-800, -60, 60, 800})
  void figuresDoNotDependOnTheUnit(int power) {
    RandomDataGenerator random = new RandomDataGenerator(6);
    double[] draws = normal(random, 500, 0.1, 1.2);
    double[] chain = normal(random, 500, 0, 1);
    Judged judged = Judged.of(draws, chain);

    Judged scaled = Judged.of(scaled(draws, power), scaled(chain, power));

    assertThat(scaled.shift()).isEqualTo(judged.shift());
    assertThat(scaled.shiftError()).isEqualTo(judged.shiftError());
    assertThat(scaled.ratio()).isEqualTo(judged.ratio());
    assertThat(scaled.ratioError()).isEqualTo(judged.ratioError());
    assertThat(scaled.below()).isEqualTo(judged.below());
  }

  private static double[] scaled(double[] x, int power) {
    return Arrays.stream(x).map(each -> Math.scalb(each, power)).toArray();
  }
}
