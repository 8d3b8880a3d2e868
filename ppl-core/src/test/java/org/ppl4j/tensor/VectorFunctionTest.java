package org.ppl4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.testing.LeakCheck;

/** Functions of a vector that are recorded, and those that cannot be. */
@ExtendWith(LeakCheck.class)
class VectorFunctionTest {

  private static final double[] AT = {0.3, -0.7};

  private static VectorFunction of(BiFunction<Run, NDArray, NDArray> function) {
    return new VectorFunction("f", RunConfig.defaults(), function, AT);
  }

  /** {@code exp(x₀) x₁² + x₀}, whose gradient is {@code (exp(x₀) x₁² + 1, 2 exp(x₀) x₁)}. */
  private static NDArray smooth(Run run, NDArray x) {
    NDArray first = x.get(0);
    return first.exp().mul(x.get(1).square()).add(first);
  }

  private static double value(double[] x) {
    return Math.exp(x[0]) * x[1] * x[1] + x[0];
  }

  private static void check(VectorFunction f, double[] x, double tolerance) {
    double[] gradient = new double[2];
    assertThat(f.evaluate(x, gradient)).isCloseTo(value(x), within(tolerance));
    assertThat(gradient[0]).isCloseTo(Math.exp(x[0]) * x[1] * x[1] + 1, within(tolerance));
    assertThat(gradient[1]).isCloseTo(2 * Math.exp(x[0]) * x[1], within(tolerance));
  }

  @Test
  void isRecordedAndGivesValueAndGradientAtOtherVectors() {
    VectorFunction f = of(VectorFunctionTest::smooth);

    assertThat(f.isRecorded()).isTrue();
    assertThat(f.whyNot()).isEmpty();
    for (int i = 0; i < 2000; i++) {
      check(f, new double[] {Math.sin(i), Math.cos(3 * i)}, 1e-14);
    }
    assertThat(f.isRecorded()).isTrue();
  }

  @Test
  void vectorsThatHaveNotAllNeighboursAreRecordedAtTwoThatAreGiven() {
    VectorFunction.Given root =
        (run, x, nothing) ->
            Tensors.total(Linalg.cholesky(Tensors.reshape(x.mul(-1).add(0.02), new Shape(1, 1))));
    double[] near = {0.01};
    double[] nothing = {};

    assertThatThrownBy(
            () -> new VectorFunction("f", RunConfig.defaults(), root, near, nothing, List.of()))
        .hasCauseInstanceOf(EngineException.class);
    VectorFunction f =
        new VectorFunction(
            "f", RunConfig.defaults(), root, near, new double[] {0}, nothing, List.of());

    assertThat(f.isRecorded()).isTrue();
    double[] gradient = new double[1];
    assertThat(f.evaluate(new double[] {-0.02}, gradient)).isCloseTo(0.2, within(1e-15));
    assertThat(gradient[0]).isCloseTo(-2.5, within(1e-13));
  }

  /** {@code x₀ g₀ + x₁ g₁²}, whose gradient is what it is given. */
  @Test
  void whatItIsGivenIsAnotherEachTime() {
    for (Recording recording : Recording.values()) {
      VectorFunction f =
          new VectorFunction(
              "f",
              RunConfig.defaults().withRecording(recording),
              (run, x, given) ->
                  x.get(0).mul(given.get(0)).add(x.get(1).mul(given.get(1).square())),
              AT,
              new double[] {1, 2},
              List.of());
      double[] gradient = new double[2];

      assertThat(f.isRecorded()).isEqualTo(recording != Recording.OFF);
      for (int i = 0; i < 20; i++) {
        double value = f.evaluate(AT, new double[] {i, 3 - i}, gradient);
        assertThat(value).isCloseTo(AT[0] * i + AT[1] * (3 - i) * (3 - i), within(1e-12));
        assertThat(gradient).containsExactly(new double[] {i, (3 - i) * (3 - i)}, within(1e-12));
      }
      assertThatThrownBy(() -> f.evaluate(AT, gradient))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "f is given 0 numbers, but is a function of 2 beside its vector; pass as many");
    }
  }

  @Test
  void singlePrecisionIsRecordedInDoublePrecision() {
    RunConfig single = RunConfig.defaults().withFloatType(FloatType.FLOAT32);
    VectorFunction f = new VectorFunction("f", single, VectorFunctionTest::smooth, AT);

    assertThat(f.isRecorded()).isTrue();
    check(f, new double[] {1.1, 2.3}, 1e-14);
  }

  @Test
  void runsByTheEngineWhereRecordingIsOff() {
    RunConfig off = RunConfig.defaults().withRecording(Recording.OFF);
    VectorFunction f = new VectorFunction("f", off, VectorFunctionTest::smooth, AT);

    assertThat(f.isRecorded()).isFalse();
    assertThat(f.whyNot()).contains("recording is off");
    check(f, new double[] {1.1, 2.3}, 1e-14);
  }

  /** A value that depends on x is read and decides what is computed. */
  @Test
  void aBranchOnAValueRunsByTheEngine() {
    VectorFunction f = of((run, x) -> x.getDouble(0) > 1 ? x.sum() : smooth(run, x));

    assertThat(f.whyNot()).contains("it has a value that is read by the program");
    double[] gradient = new double[2];
    assertThat(f.evaluate(new double[] {2, 3}, gradient)).isEqualTo(5);
    assertThat(gradient).containsExactly(1, 1);
    check(f, new double[] {0.5, 3}, 1e-14);
  }

  @Test
  void aNumberOfJavaThatIsAnotherEachTimeRunsByTheEngine() {
    int[] calls = new int[1];
    VectorFunction f = of((run, x) -> smooth(run, x).add(calls[0]++));

    assertThat(f.whyNot()).contains("it has operations or numbers that differ when it runs again");
  }

  @Test
  void aNumberThatIsAskedForByNameMayChange() {
    double[] number = {0};
    VectorFunction f =
        of((run, x) -> smooth(run, x).add(GivenNumbers.number(run, "shift", () -> number[0])));
    assertThat(f.isRecorded()).isTrue();
    double[] gradient = new double[2];
    for (int i = 0; i < 1500; i++) {
      number[0] = i;
      assertThat(f.evaluate(AT, gradient)).isCloseTo(value(AT) + i, within(1e-12));
    }
    assertThat(f.isRecorded()).isTrue();
  }

  /** It is the program that fails, not its record: nobody goes on without it. */
  @Test
  void whatANumberThrowsThatIsAskedForByNameComesThrough() {
    int[] left = {Integer.MAX_VALUE};
    BiFunction<Run, NDArray, NDArray> function =
        (run, x) ->
            smooth(run, x)
                .add(GivenNumbers.number(run, "shift", () -> Math.floorDiv(6, left[0]--)));
    VectorFunction whole = of(function);
    assertThat(whole.isRecorded()).isTrue();
    int readings = Integer.MAX_VALUE - left[0];
    assertThat(readings).isGreaterThan(2);
    for (int reading = 0; reading < readings; reading++) {
      left[0] = reading;
      assertThatThrownBy(() -> of(function))
          .as("at reading %s", reading)
          .isInstanceOf(ArithmeticException.class);
    }
    left[0] = 0;
    assertThatThrownBy(() -> whole.evaluate(AT, new double[2]))
        .isInstanceOf(ArithmeticException.class);
  }

  /** At evaluation 500 the number changes; the check at 610 finds it and gives the right value. */
  @Test
  void aNumberOfJavaThatChangesLaterIsFoundByTheNextCheck() {
    double[] number = {0};
    VectorFunction f = of((run, x) -> smooth(run, x).add(number[0]));
    double[] gradient = new double[2];
    for (int i = 1; i < 610; i++) {
      number[0] = i < 500 ? 0 : 3;
      assertThat(f.evaluate(AT, gradient)).isCloseTo(value(AT), within(1e-14));
    }
    assertThat(f.evaluate(AT, gradient)).isCloseTo(value(AT) + 3, within(1e-14));
    assertThat(f.isRecorded()).isFalse();
    assertThat(f.whyNot().orElseThrow())
        .startsWith("its record gives " + value(AT))
        .endsWith("; numbers of Java that it reads must not change, or be data");
    number[0] = 4;
    assertThat(f.evaluate(AT, gradient)).isCloseTo(value(AT) + 4, within(1e-14));
  }

  /** There the record cuts the exponential off, of which the engine knows the logarithm. */
  @Test
  void vectorsBeyondTheRangeOfExponentialsAreNotCompared() {
    VectorFunction f = of((run, x) -> LogDistances.exp(x.get(0)).log().add(x.get(1)));
    double[] gradient = new double[2];
    for (int i = 0; i < 2000; i++) {
      assertThat(f.evaluate(new double[] {1000, 3}, gradient)).isBetween(710.0, 1003.0);
      assertThat(f.evaluate(new double[] {20, 3}, gradient)).isCloseTo(23, within(1e-12));
    }

    assertThat(f.isRecorded()).isTrue();
  }

  /** The number is another only where y is low: far below nobody looks, less far it is found. */
  @Test
  void valuesFarBelowAreNotCompared() {
    double[] number = {0};
    VectorFunction f = of((run, x) -> x.square().sum().neg().add(number[0]));
    double[] gradient = new double[2];
    for (double[] x : new double[][] {{1e4, 0}, {500, 0}}) {
      number[0] = 3;
      double far = f.evaluate(x, gradient);
      number[0] = 0;
      boolean isFar = x[0] > 1000;
      assertThat(far).isEqualTo(isFar ? -1e8 : 3 - 250_000);
      assertThat(f.isRecorded()).isEqualTo(isFar);
    }
  }

  /** Large numbers that cancel leave other digits in another order: no difference of a record. */
  @Test
  void roundingOfWhatCancelsIsNoDifference() {
    int half = 500;
    double[] weights = new double[2 * half];
    Arrays.setAll(weights, i -> i < half ? 1e10 : -1e10);
    VectorFunction f =
        new VectorFunction(
            "f",
            RunConfig.defaults(),
            (run, x) -> x.sin().mul(run.create(weights, new Shape(2L * half))).sum(),
            new double[2 * half]);
    double[] gradient = new double[2 * half];
    double largest = 0;
    for (int i = 0; i < 20; i++) {
      int shift = i;
      double[] x =
          IntStream.range(0, 2 * half).mapToDouble(k -> Math.cos(k % half + shift)).toArray();
      largest = Math.max(largest, Math.abs(f.evaluate(x, gradient)));
    }
    assertThat(largest).isBetween(1e-7, 1e-2); // where 0 is right
    assertThat(f.isRecorded()).isTrue();
  }

  /** Where an operation overflows in a record, the engine says what is there. */
  @Test
  void whatARecordDoesNotKnowIsTheEngines() {
    double[] number = {Double.NaN};
    VectorFunction f =
        of((run, x) -> Tensors.where(x.get(0).gt(100), run.scalar(number[0]), smooth(run, x)));
    double[] far = {200, 0};
    double[] gradient = new double[2];
    for (double each : new double[] {Double.NaN, Double.NEGATIVE_INFINITY, -1e8}) {
      number[0] = each;
      assertThat(f.evaluate(far, gradient)).isEqualTo(Double.valueOf(each));
      assertThat(f.isRecorded()).isTrue();
    }
    number[0] = -7;
    assertThat(f.evaluate(far, gradient)).isEqualTo(-7);
    assertThat(f.isRecorded()).isFalse();
  }

  @Test
  void whatIsRequiredAndCannotBeIsRefused() {
    RunConfig required = RunConfig.defaults().withRecording(Recording.REQUIRED);
    int[] calls = new int[1];
    assertThatThrownBy(
            () -> new VectorFunction("f", required, (run, x) -> smooth(run, x).add(calls[0]++), AT))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "f cannot be recorded, since it has operations or numbers that differ when it runs"
                + " again; Recording.WHERE_POSSIBLE leaves it to the engine");
  }

  @Test
  void arraysOfAnotherSizeAreRefused() {
    VectorFunction f = of(VectorFunctionTest::smooth);
    assertThatThrownBy(() -> f.evaluate(new double[3], new double[2]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "f is a function of 2 numbers, but is asked at 3 with room for a gradient of 2; pass"
                + " arrays of 2");
  }

  /** The derivative of the squares of parameters that a function holds is no function of x. */
  @Test
  void parametersAreHeldAndNoGradientIsTakenOfThem() {
    VectorFunction f =
        of((run, x) -> smooth(run, x.mul(held(run, 1, 1))).add(held(run, 2, 3).sum()));
    assertThat(f.isRecorded()).isTrue();
    double[] gradient = new double[2];
    for (int i = 0; i < 20; i++) {
      double[] x = {Math.sin(i), Math.cos(i)};
      assertThat(f.evaluate(x, gradient)).isCloseTo(value(x) + 5, within(1e-14));
    }

    VectorFunction slope =
        of(
            (run, x) -> {
              NDArray held = held(run, 2, 3);
              NDArray square = held.square().sum();
              return smooth(run, x).add(Autograd.grad(square, List.of(held)).get(0).sum());
            });
    assertThat(slope.whyNot()).contains("it has a gradient in what is held");
    assertThat(slope.evaluate(AT, gradient)).isCloseTo(value(AT) + 10, within(1e-14));
  }

  private static NDArray held(Run run, double... numbers) {
    return Autograd.variable(run.create(numbers, new Shape(numbers.length)));
  }

  /** A derivative that is given, and what is cut off, keep their derivatives. */
  @Test
  void givenDerivativesAndCutsStay() {
    VectorFunction f =
        of(
            (run, x) -> {
              NDArray first = x.get(0);
              NDArray given = Tensors.withDerivative(run.scalar(7), first, x.get(1));
              return given.add(first.sub(first.stopGradient()).mul(5));
            });
    double[] gradient = new double[2];

    assertThat(f.evaluate(new double[] {2, 3}, gradient)).isEqualTo(7);
    assertThat(f.isRecorded()).isTrue();
    assertThat(gradient).containsExactly(8, 0);
  }

  @Test
  void threadsGiveTheBitsOfOne() throws InterruptedException, ExecutionException {
    VectorFunction f =
        new VectorFunction(
            "f",
            RunConfig.defaults(),
            (run, x) -> x.sin().mul(x.exp()).reshape(30, 10).matMul(x.reshape(10, 30)).sum(),
            new double[300]);
    double[] x = IntStream.range(0, 300).mapToDouble(Math::sin).toArray();
    double[] alone = new double[300];
    double value = f.evaluate(x, alone);
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Future<double[]>> others =
          IntStream.range(0, 200)
              .mapToObj(
                  i ->
                      threads.submit(
                          () -> {
                            double[] gradient = new double[300];
                            assertThat(f.evaluate(x, gradient)).isEqualTo(value);
                            return gradient;
                          }))
              .toList();
      for (Future<double[]> other : others) {
        assertThat(other.get()).isEqualTo(alone);
      }
    } finally {
      threads.shutdown();
    }
  }
}
