package org.ppl4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ppl4j.tensor.Verifier.Point;

/** When records are held against the engine, and what is called rounding. */
class VerifierTest {

  private static Verifier of(FloatType type) {
    return new Verifier(type, false);
  }

  private static Point point(double value, double... gradient) {
    return new Point(value, gradient);
  }

  /** What the engine gives for parameters at a distance of some units in the last place. */
  private static Point near(Point engine, FloatType type, SplittableRandom random) {
    double ulp = type == FloatType.FLOAT32 ? 0x1p-23 : 0x1p-52;
    double[] gradient =
        Arrays.stream(engine.gradient())
            .map(x -> x * (1 + random.nextInt(-10, 11) * ulp))
            .toArray();
    return point(engine.value() * (1 + random.nextInt(-2, 3) * ulp), gradient);
  }

  private static boolean isTold(FloatType type, Point engine, Point record) {
    Verifier agreement = of(type);
    SplittableRandom random = new SplittableRandom(7);
    return agreement.difference(engine, record).isPresent()
        && !agreement.isRounding(engine, record, units -> near(engine, type, random));
  }

  @ParameterizedTest
  @EnumSource(FloatType.class)
  void aSmallDifferenceBesideALargeNumberIsTold(FloatType type) {
    Point engine = point(1e6, 1e6, 1e-3, 0);

    assertThat(isTold(type, engine, point(1e6 + 1.5, 1e6, 1e-3, 0))).isTrue();
    assertThat(isTold(type, engine, point(1e6, 1e6, 1, 0))).isTrue();
    assertThat(isTold(type, engine, point(1e6, 1e6, 1e-3, -1))).isTrue();
    assertThat(isTold(type, engine, point(1e6, 1e6, 1e-3, Double.NaN))).isTrue();
    assertThat(isTold(type, engine, point(1e6, 1e6, 1e-3, 0))).isFalse();
  }

  /** Where probabilities have come to 1: terms of 1 are rounded, though their sum is next to 0. */
  @ParameterizedTest
  @EnumSource(FloatType.class)
  void slopesOfNextToNothingAreRoundedAsOne(FloatType type) {
    double ulp = type == FloatType.FLOAT32 ? 0x1p-23 : 0x1p-52;
    Point engine = point(-5e-16, 1e-17, 0);

    assertThat(isTold(type, engine, point(-4e-16, ulp, -2 * ulp))).isFalse();
    assertThat(isTold(type, engine, point(-4e-16, 1e4 * ulp, 0))).isTrue();
  }

  @ParameterizedTest
  @EnumSource(FloatType.class)
  void whatMovesWithTheLastPlaceIsRounding(FloatType type) {
    Verifier agreement = of(type);
    Point engine = point(3, 1, 1e-3);
    Point record = point(3, 1, 2e-3);
    int[] calls = new int[1];

    assertThat(agreement.difference(engine, record)).isPresent();
    assertThat(
            agreement.isRounding(
                engine, record, units -> point(3, 1, ++calls[0] < 3 ? 1e-3 : 1.4e-3)))
        .isTrue();
    assertThat(calls[0]).isEqualTo(3);
  }

  /** Rounding on the way may be more than that of what moves. */
  @Test
  void whatMovesWithSomeUnitsMoreIsRoundingToo() {
    Verifier agreement = of(FloatType.FLOAT32);

    assertThat(
            agreement.isRounding(
                point(3, 1), point(3, 2), units -> point(3, units < 160 ? 1 : 1.5)))
        .isTrue();
    assertThat(agreement.isRounding(point(3, 1), point(3, 2), units -> point(3, 1 + 1e-7 * units)))
        .isFalse();
  }

  @Test
  void numbersMoveByTheirOwnLastPlace() {
    double[] numbers = {1, 1e-3, 1e-300, 0};
    double[] far = new double[4];
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < 50; i++) {
      double[] moved = of(FloatType.FLOAT64).moved(numbers, 10, random);
      for (int k = 0; k < 4; k++) {
        far[k] = Math.max(far[k], Math.abs(moved[k] - numbers[k]));
      }
    }
    assertThat(far[0]).isBetween(1e-15, 3e-15);
    assertThat(far[1]).isBetween(1e-18, 3e-18);
    assertThat(far[2]).isEqualTo(far[3]).isBetween(1e-18, 3e-18);
  }

  private static long[] compared(Verifier agreement, long took, long until) {
    return LongStream.rangeClosed(1, until)
        .filter(
            count -> {
              boolean begins = agreement.begins(count);
              if (begins) {
                agreement.ends(System.nanoTime() - took);
              }
              return begins;
            })
        .toArray();
  }

  @Test
  void theFirstThreeAreComparedAndMoreAsLongAsTimeIsLeft() {
    long second = TimeUnit.SECONDS.toNanos(1);

    assertThat(compared(of(FloatType.FLOAT64), second, 10_000)).containsExactly(1, 2, 3);
    assertThat(compared(of(FloatType.FLOAT64), 0, 100))
        .containsExactly(1, 2, 3, 5, 8, 13, 21, 34, 55, 89);
    assertThat(compared(of(FloatType.FLOAT64), second / 1000, 2000)).endsWith(610, 987);
    assertThat(compared(new Verifier(FloatType.FLOAT64, true), 0, 15))
        .containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 13);
  }
}
