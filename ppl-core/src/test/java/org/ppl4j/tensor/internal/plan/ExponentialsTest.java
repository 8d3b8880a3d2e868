package org.ppl4j.tensor.internal.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.primitives.Doubles;
import com.google.common.primitives.ImmutableIntArray;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ppl4j.tensor.internal.graph.Form;
import org.ppl4j.tensor.internal.graph.Graph;
import org.ppl4j.tensor.internal.graph.Node;
import org.ppl4j.tensor.internal.table.Op;

/** Against fdlibm, which is accurate to one unit in the last place of double precision. */
class ExponentialsTest {

  /** Of exponentials and logarithms. */
  private static final double UNITS = 2;

  /** Of what is made of them, by operations that round further. */
  private static final double OF_MADE = 5;

  private static final long SEED = 3;

  /** More than a tile, beyond which there is single precision. */
  private static final int SIZE = 2_000;

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

    private boolean isMade() {
      return op.row().expression() != null;
    }

    private double[] of(boolean isSingle, double... x) {
      Graph graph = new Graph();
      ImmutableIntArray shape = ImmutableIntArray.of(Math.max(SIZE, x.length));
      Node input = graph.input(Form.Role.VARIABLE, 0, shape);
      Node output = graph.apply(op, input);
      if (isSingle) {
        assertThat(SinglePlans.found(List.of(output)).loops()).isNotEmpty();
      }
      PlanReplay replay = Plan.of(List.of(input), List.of(output), isSingle).replay();
      double[] all = Arrays.copyOf(x, input.size());
      replay.set(0, all, 0, all.length);
      replay.run();
      replay.get(0, all, 0, all.length);
      return Arrays.copyOf(all, x.length);
    }

    private void check(boolean isSingle, double x, double actual) {
      double exact = expected.applyAsDouble(x);
      double rounded = isSingle ? (float) exact : exact;
      if (Double.isFinite(rounded)) {
        double unit = isSingle ? Math.ulp((float) exact) : Math.ulp(exact);
        assertThat(Math.abs(actual - exact))
            .as("%s of %s by seed %s: %s, but %s", this, x, SEED, actual, exact)
            .isLessThanOrEqualTo((isMade() ? OF_MADE : UNITS) * unit);
      } else {
        assertThat(actual).as("%s of %s", this, x).isEqualTo(Double.valueOf(rounded));
      }
    }

    private void checkAll(boolean isSingle, double... x) {
      double[] actual = of(isSingle, x);
      for (int i = 0; i < x.length; i++) {
        check(isSingle, x[i], actual[i]);
      }
    }
  }

  private static double[] random(int count, double least, double most) {
    return new SplittableRandom(SEED).doubles(count, least, most).toArray();
  }

  /** Numbers of all sizes and both signs between powers of two. */
  private static double[] sizes(int count, int least, int most) {
    SplittableRandom random = new SplittableRandom(SEED);
    return DoubleStream.generate(
            () -> Math.scalb(random.nextDouble(-2, 2), random.nextInt(least, most)))
        .limit(count)
        .toArray();
  }

  @ParameterizedTest
  @EnumSource(Function.class)
  void isWithinSomeUnitsOfTheLibrary(Function function) {
    double[] x =
        Doubles.concat(sizes(40_000, -60, 11), random(20_000, -4, 4), random(20_000, -750, 715));
    function.checkAll(false, x);
    function.checkAll(false, DoubleStream.of(x).map(Math::abs).toArray()); // none is far off
  }

  /** All that a number of single precision can be e to. */
  @ParameterizedTest
  @EnumSource(Function.class)
  void isWithinSomeUnitsInSinglePrecision(Function function) {
    double[] x =
        Doubles.concat(sizes(20_000, -140, 7), random(20_000, -4, 4), random(20_000, -110, 95));
    function.checkAll(true, DoubleStream.of(x).map(y -> (float) y).toArray());
  }

  private static void checkEnds(Function function, boolean isSingle, double... ends) {
    function.checkAll(isSingle, ends);
    for (double end : ends) {
      function.checkAll(isSingle, end, 0.5);
    }
  }

  /** Together, and each beside a number that is like others. */
  @ParameterizedTest
  @EnumSource(Function.class)
  void isTheLibrarysAtTheEnds(Function function) {
    checkEnds(
        function,
        false,
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
        Math.nextUp(-1.0));
  }

  @ParameterizedTest
  @EnumSource(Function.class)
  void isTheLibrarysAtTheEndsOfSinglePrecision(Function function) {
    checkEnds(
        function,
        true,
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
        Math.nextUp(-1f));
  }

  /** What is made of 1 − y², such as its logarithm, is defined. */
  @Test
  void noHyperbolicTangentIsBeyondOne() {
    double[] x = new double[100_000];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) (7 + i * 1e-4);
    }
    for (boolean isSingle : new boolean[] {false, true}) {
      for (double y : Function.TANH.of(isSingle, x)) {
        assertThat(y).isBetween(0.999998, 1.0);
      }
    }
  }

  /** Programs divide by it, or take its logarithm. */
  @Test
  void theSmallestNumbersLessOneStayAsTheyAre() {
    for (boolean isSingle : new boolean[] {false, true}) {
      double least = isSingle ? Float.MIN_VALUE : Double.MIN_VALUE;
      assertThat(Function.EXPM1.of(isSingle, least, -least)).containsExactly(least, -least);
      assertThat(1 / Function.EXPM1.of(isSingle, -0.0)[0]).isEqualTo(Double.NEGATIVE_INFINITY);
    }
  }

  @Test
  void otherFunctionsAreNotAmongThem() {
    assertThat(Exponentials.has(Op.SQRT)).isFalse();
    assertThat(Exponentials.has(Op.LOG_SQUARED_HYPOT)).isFalse();
    assertThat(Exponentials.has(Op.SOFTPLUS)).isTrue();
  }
}
