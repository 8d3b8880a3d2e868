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

/** Against fdlibm in double precision. */
class SingleExponentialsTest {

  /** A handful of operations that round, each by half a unit. */
  private static final double UNITS = 5;

  private static final long SEED = 5;

  private enum Function {
    EXP(Op.EXP, StrictMath::exp),
    EXPM1(Op.EXPM1, StrictMath::expm1),
    LOG(Op.LOG, StrictMath::log),
    LOG1P(Op.LOG1P, StrictMath::log1p),
    SIGMOID(Op.SIGMOID, x -> 1 / (1 + StrictMath.exp(-x))),
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

  private static float[] of(Op op, float... x) {
    float[] to = new float[x.length];
    SingleExponentials.run(op, x.length, to, x, new float[x.length], new float[x.length]);
    return to;
  }

  /** Numbers of all sizes and both signs, many of usual ones, and all that a float can be e to. */
  private static float[] points() {
    SplittableRandom random = new SplittableRandom(SEED);
    DoubleStream sizes =
        DoubleStream.generate(() -> Math.scalb(random.nextDouble(-2, 2), random.nextInt(-140, 7)));
    DoubleStream near = random.doubles(20_000, -4, 4);
    DoubleStream far = random.doubles(20_000, -110, 95);
    double[] all =
        DoubleStream.concat(sizes.limit(20_000), DoubleStream.concat(near, far)).toArray();
    float[] points = new float[all.length];
    for (int i = 0; i < points.length; i++) {
      points[i] = (float) all[i];
    }
    return points;
  }

  private static void check(Function function, float x, float actual) {
    double exact = function.expected.applyAsDouble(x);
    float expected = (float) exact;
    if (Float.isFinite(expected)) {
      boolean isLost = function == Function.SIGMOID && x < -88; // e to the −x is infinite
      assertThat(Math.abs(actual - exact))
          .as("%s of %s by seed %s: %s, but %s", function, x, SEED, actual, expected)
          .isLessThanOrEqualTo(isLost ? Float.MIN_NORMAL : UNITS * Math.ulp(expected));
    } else {
      assertThat(actual).as("%s of %s", function, x).isEqualTo(Float.valueOf(expected));
    }
  }

  @ParameterizedTest
  @EnumSource
  void isWithinSomeUnitsOfTheLibrary(Function function) {
    float[] x = points();
    float[] positive = x.clone(); // all by vector code
    for (int i = 0; i < x.length; i++) {
      positive[i] = Math.max(Math.abs(x[i]), Float.MIN_NORMAL);
    }
    for (float[] points : new float[][] {x, positive}) {
      float[] actual = of(function.op, points);
      for (int i = 0; i < points.length; i++) {
        check(function, points[i], actual[i]);
      }
    }
  }

  /** Together, and each beside a number that is like others. */
  @ParameterizedTest
  @EnumSource
  void isTheLibrarysAtTheEnds(Function function) {
    float[] ends = {
      Float.NaN,
      Float.POSITIVE_INFINITY,
      Float.NEGATIVE_INFINITY,
      0,
      -0f,
      -1,
      1,
      Float.MIN_VALUE,
      -Float.MIN_VALUE,
      Float.MIN_NORMAL,
      -Float.MIN_NORMAL,
      Float.MAX_VALUE,
      -Float.MAX_VALUE,
      87,
      -87,
      88.7f,
      88.8f,
      -103.9f,
      -104,
      Math.nextDown(1f),
      Math.nextUp(-1f)
    };
    float[] together = of(function.op, ends);
    for (int i = 0; i < ends.length; i++) {
      check(function, ends[i], together[i]);
      check(function, ends[i], of(function.op, ends[i], 0.5f)[0]);
    }
  }

  /** What is made of 1 − y², such as its logarithm, is defined. */
  @Test
  void noHyperbolicTangentIsBeyondOne() {
    float[] x = new float[100_000];
    for (int i = 0; i < x.length; i++) {
      x[i] = 7 + i * 1e-4f;
    }
    for (float y : of(Op.TANH, x)) {
      assertThat(y).isBetween(0.999998f, 1f);
    }
  }

  @Test
  void otherFunctionsAreRefused() {
    assertThatThrownBy(() -> of(Op.SQRT, 1, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no vector code for SQRT");
  }
}
