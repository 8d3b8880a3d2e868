package org.ppl4j.internal.math;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StrictLogTest {

  private static void check(double x) {
    assertThat(StrictLog.of(x)).as("log %s", x).isEqualTo(StrictMath.log(x));
  }

  @ParameterizedTest
  @ValueSource(
      doubles = {
        Double.MIN_VALUE,
        0x1p-1030,
        Double.MIN_NORMAL,
        0x1p-53,
        0.075,
        0.5,
        0.7071067811865475,
        0.7071067811865476,
        1,
        1.414213562373095,
        1.4142135623730951,
        2,
        0x1p1023,
        Double.MAX_VALUE
      })
  void bitsAreThoseOfJava(double x) {
    check(x);
    for (int k = 1; k < 60; k++) {
      double near = x * (1 + Math.scalb(1, -k));
      if (near < Double.POSITIVE_INFINITY) {
        check(near);
      }
      check(Math.max(Double.MIN_VALUE, x * (1 - Math.scalb(1, -k))));
    }
  }

  @Test
  void bitsOfRandomNumbersAreThoseOfJava() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 300_000; i++) {
      double any = Double.longBitsToDouble(random.nextLong() & Long.MAX_VALUE);
      if (any > 0 && any < Double.POSITIVE_INFINITY) {
        check(any);
      }
      check(random.nextDouble(Double.MIN_NORMAL, 0.1));
      check(random.nextDouble(0.5, 2));
    }
  }
}
