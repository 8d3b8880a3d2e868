package org.ppl4j.tensor.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ppl4j.tensor.table.Op;

/** Against fdlibm, which is accurate to one unit in the last place. */
class ExponentialsTest {

  /** Two or three operations that round, on a function that is within one unit. */
  private static final double UNITS = 5;

  private static final long SEED = 3;

  private enum Function {
    EXP(Op.EXP, StrictMath::exp),
    EXPM1(Op.EXPM1, StrictMath::expm1),
    LOG(Op.LOG, StrictMath::log),
    LOG1P(Op.LOG1P, StrictMath::log1p),
    SIGMOID(
        Op.SIGMOID,
        x -> {
          double small = StrictMath.exp(-Math.abs(x));
          return (x < 0 ? small : 1) / (1 + small);
        }),
    SOFTPLUS(Op.SOFTPLUS, x -> Math.max(x, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(x)))),
    LOG_SIGMOID(
        Op.LOG_SIGMOID, x -> Math.min(x, 0) - StrictMath.log1p(StrictMath.exp(-Math.abs(x)))),
    TANH(Op.TANH, StrictMath::tanh);

    private final Op op;
    private final DoubleUnaryOperator expected;

    Function(Op op, DoubleUnaryOperator expected) {
      this.op = op;
      this.expected = expected;
    }
  }

  private static double[] of(Op op, double... x) {
    double[] to = new double[x.length];
    Exponentials.run(op, x.length, to, x, new double[x.length], new double[x.length]);
    return to;
  }

  /** Numbers of all sizes and both signs, and many near 1. */
  private static double[] points() {
    SplittableRandom random = new SplittableRandom(SEED);
    DoubleStream sizes =
        DoubleStream.generate(() -> Math.scalb(random.nextDouble(-2, 2), random.nextInt(-60, 11)));
    DoubleStream near = random.doubles(20_000, -4, 4);
    DoubleStream far = random.doubles(20_000, -750, 715);
    return DoubleStream.concat(sizes.limit(40_000), DoubleStream.concat(near, far)).toArray();
  }

  private static void check(Function function, double x, double actual) {
    double expected = function.expected.applyAsDouble(x);
    if (Double.isFinite(expected)) {
      assertThat(Math.abs(actual - expected))
          .as("%s of %s by seed %s: %s, but %s", function, x, SEED, actual, expected)
          .isLessThanOrEqualTo(UNITS * Math.ulp(expected));
    } else {
      assertThat(actual).as("%s of %s", function, x).isEqualTo(Double.valueOf(expected));
    }
  }

  @ParameterizedTest
  @EnumSource(Function.class)
  void isWithinSomeUnitsOfTheLibrary(Function function) {
    double[] x = points();
    double[] positive = DoubleStream.of(x).map(Math::abs).toArray(); // all by vector code
    for (double[] points : new double[][] {x, positive}) {
      double[] actual = of(function.op, points);
      for (int i = 0; i < points.length; i++) {
        check(function, points[i], actual[i]);
      }
    }
  }

  /** Together, and each beside a number that is like others. */
  @ParameterizedTest
  @EnumSource(Function.class)
  void isTheLibrarysAtTheEnds(Function function) {
    double[] ends = {
      Double.NaN,
      Double.POSITIVE_INFINITY,
      Double.NEGATIVE_INFINITY,
      0,
      -0.0,
      -1,
      1,
      Double.MIN_VALUE,
      -Double.MIN_VALUE,
      Double.MIN_NORMAL,
      -Double.MIN_NORMAL,
      Double.MAX_VALUE,
      -Double.MAX_VALUE,
      708,
      -708,
      709.78,
      709.79,
      -745.1,
      -745.2,
      Math.nextDown(1.0),
      Math.nextUp(-1.0)
    };
    double[] together = of(function.op, ends);
    for (int i = 0; i < ends.length; i++) {
      check(function, ends[i], together[i]);
      check(function, ends[i], of(function.op, ends[i], 0.5)[0]);
    }
  }

  @Test
  void otherFunctionsAreRefused() {
    assertThat(Exponentials.has(Op.SQRT)).isFalse();
    assertThatThrownBy(() -> of(Op.SQRT, 1, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no vector code for SQRT");
  }
}
