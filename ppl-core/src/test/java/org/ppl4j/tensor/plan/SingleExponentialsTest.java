package org.ppl4j.tensor.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ppl4j.tensor.table.Op;

/** Against fdlibm, to less than what rounding to single precision loses. */
class SingleExponentialsTest {

  private static final long SEED = 5;

  /** Half of what a float loses at most, so that at most one in two is rounded otherwise. */
  private static final double ROUNDING = Math.scalb(1.0, -25);

  private enum Function {
    EXP(Op.EXP, StrictMath::exp),
    SIGMOID(Op.SIGMOID, x -> 1 / (1 + StrictMath.exp(-x))),
    TANH(Op.TANH, StrictMath::tanh);

    private final Op op;
    private final DoubleUnaryOperator expected;

    Function(Op op, DoubleUnaryOperator expected) {
      this.op = op;
      this.expected = expected;
    }
  }

  private static double[] of(Op op, double... x) {
    double[] to = x.clone();
    SingleExponentials.run(op, x.length, to, to);
    return to;
  }

  /** Numbers of all sizes and both signs, many of usual ones, and all that a float can be e to. */
  private static double[] points() {
    SplittableRandom random = new SplittableRandom(SEED);
    DoubleStream sizes =
        DoubleStream.generate(() -> Math.scalb(random.nextDouble(-2, 2), random.nextInt(-140, 7)));
    DoubleStream near = random.doubles(20_000, -4, 4);
    DoubleStream far = random.doubles(20_000, -110, 95);
    return DoubleStream.concat(sizes.limit(20_000), DoubleStream.concat(near, far)).toArray();
  }

  @ParameterizedTest
  @EnumSource(Function.class)
  void losesLessThanAFloatDoes(Function function) {
    double[] x = points();
    double[] actual = of(function.op, x);
    for (int i = 0; i < x.length; i++) {
      double expected = function.expected.applyAsDouble(x[i]);
      if (Math.abs(expected) >= Float.MIN_NORMAL && Math.abs(expected) <= Float.MAX_VALUE) {
        assertThat(Math.abs(actual[i] / expected - 1))
            .as("%s of %s by seed %s: %s, but %s", function, x[i], SEED, actual[i], expected)
            .isLessThan(ROUNDING);
      } else {
        assertThat((float) actual[i])
            .as("%s of %s by seed %s", function, x[i], SEED)
            .isCloseTo((float) expected, within(Float.MIN_NORMAL));
      }
    }
  }

  @Test
  void farNumbersAreAsByTheLibrary() {
    double infinity = Double.POSITIVE_INFINITY;
    double[] far = {-infinity, -1e300, -2000, 2000, 1e300, infinity};

    assertThat(of(Op.EXP, far)).containsExactly(0, 0, 0, infinity, infinity, infinity);
    assertThat(of(Op.SIGMOID, far)).containsExactly(0, 0, 0, 1, 1, 1);
    for (double y : of(Op.TANH, far)) {
      assertThat((float) Math.abs(y)).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource(Function.class)
  void notANumberStaysSo(Function function) {
    assertThat(of(function.op, Double.NaN)).containsExactly(Double.NaN);
  }

  @Test
  void othersAreRefused() {
    assertThat(SingleExponentials.has(Op.LOG)).isFalse();
    assertThatThrownBy(() -> of(Op.LOG, 1.0)).hasMessage("no vector code for LOG");
  }
}
