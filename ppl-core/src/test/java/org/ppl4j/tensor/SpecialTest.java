package org.ppl4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SpecialTest {

  /** How many units in the last place a value may be off, where its argument is exact. */
  private static final double UNITS = 128;

  /** A function of exp(-x²) cannot be better than its argument: x² units, at most these. */
  private static final double MOST_UNITS = 2_000;

  private static final Map<String, UnaryOperator<NDArray>> UNARY =
      Map.ofEntries(
          Map.entry("log1p", Special::log1p),
          Map.entry("expm1", Special::expm1),
          Map.entry("erf", Special::erf),
          Map.entry("erfc", Special::erfc),
          Map.entry("erfinv", Special::erfinv),
          Map.entry("ndtr", Special::ndtr),
          Map.entry("logNdtr", Special::logNdtr),
          Map.entry("ndtri", Special::ndtri),
          Map.entry("lgamma", Special::lgamma),
          Map.entry("logFactorialRest", Special::logFactorialRest),
          Map.entry("digamma", Special::digamma),
          Map.entry("trigamma", x -> Special.polygamma(1, x)),
          Map.entry("polygamma2", x -> Special.polygamma(2, x)),
          Map.entry("polygamma3", x -> Special.polygamma(3, x)),
          Map.entry("logit", Special::logit),
          Map.entry("logSigmoid", Special::logSigmoid),
          Map.entry("softplus", Special::softplus),
          Map.entry("i0e", Special::i0e),
          Map.entry("i1e", Special::i1e));

  private static final Map<String, BinaryOperator<NDArray>> BINARY =
      Map.of(
          "xlogy", Special::xlogy,
          "xlog1py", Special::xlog1py,
          "deviance", Special::deviance,
          "devianceOfLog", (k, m) -> Special.deviance(k, m, m.log()),
          "logAddExp", Special::logAddExp);

  private static RunConfig config(FloatType type) {
    return RunConfig.defaults().withFloatType(type);
  }

  @ParameterizedTest
  @CsvFileSource(resources = "special.csv")
  void valuesAndDerivativesAgreeWithThirtyDigits(
      String name, double x, Double y, double value, double slopeX, Double slopeY) {
    for (FloatType type : FloatType.values()) {
      try (Run run = Run.open(config(type), 0)) {
        NDArray first = Autograd.variable(run.create(new double[] {x}, new Shape(1)));
        if (y == null) {
          NDArray result = UNARY.get(name).apply(first);
          close(name, type, x, result, value, valueTerms(name));
          NDArray slope = Autograd.grad(result.sum(), List.of(first)).get(0);
          close(name + "'", type, x, slope, slopeX, slopeTerms(name, x));
        } else {
          NDArray second = Autograd.variable(run.create(new double[] {y}, new Shape(1)));
          NDArray result = BINARY.get(name).apply(first, second);
          boolean deviance = name.startsWith("deviance");
          close(name, type, x, result, value, deviance ? Math.abs(x - y) : 0);
          List<NDArray> slopes = Autograd.grad(result.sum(), List.of(first, second));
          close(name + "'x", type, x, slopes.get(0), slopeX, deviance ? 1 : 0);
          close(name + "'y", type, x, slopes.get(1), slopeY, deviance ? 1 : 0);
        }
      }
    }
  }

  /** The size of the terms that add up to a value near a root. */
  private static double valueTerms(String name) {
    return switch (name) {
      case "lgamma", "digamma", "logit" -> 1;
      case "logFactorialRest" -> 4; // up to 16, a difference of terms of up to 40
      default -> 0;
    };
  }

  private static double slopeTerms(String name, double x) {
    return switch (name) {
      case "lgamma", "logFactorialRest" -> 1;
      case "i0e", "i1e" -> 1 / Math.sqrt(1 + Math.abs(x)); // the slope is a difference of these
      default -> 0;
    };
  }

  private static void close(
      String name, FloatType type, double x, NDArray actual, double expected, double terms) {
    boolean single = type == FloatType.FLOAT32;
    double magnitude = Math.abs(expected);
    if (single && (magnitude > Float.MAX_VALUE || magnitude < Float.MIN_NORMAL && expected != 0)) {
      return;
    }
    double unit = single ? 0x1p-23 : 0x1p-52;
    double units = UNITS + Math.min(x * x, MOST_UNITS);
    assertThat(actual.toDoubleArray()[0])
        .as("%s(%s) in %s", name, x, type)
        .isCloseTo(expected, within(unit * (units * magnitude + 8 * terms)));
  }

  /** Function, argument, value and slope. */
  @ParameterizedTest
  @CsvSource({
    "log1p, -1, -Infinity, Infinity",
    "log1p, Infinity, Infinity, 0",
    "expm1, -Infinity, -1, 0",
    "expm1, 1000, Infinity, Infinity",
    "erf, Infinity, 1, 0",
    "erfc, -Infinity, 2, 0",
    "erfinv, 1, Infinity, Infinity",
    "erfinv, -1, -Infinity, Infinity",
    "ndtr, -Infinity, 0, 0",
    "ndtr, Infinity, 1, 0",
    "logNdtr, Infinity, 0, 0",
    "ndtri, 0, -Infinity, Infinity",
    "ndtri, 1, Infinity, Infinity",
    "lgamma, 0, Infinity, -Infinity",
    "logFactorialRest, 0, 0, 0.42278433509846713",
    "digamma, 0, -Infinity, Infinity",
    "trigamma, 0, Infinity, -Infinity",
    "logit, 0, -Infinity, Infinity",
    "logit, 1, Infinity, Infinity",
    "logSigmoid, Infinity, 0, 0",
    "logSigmoid, -Infinity, -Infinity, 1",
    "softplus, -Infinity, 0, 0",
    "softplus, Infinity, Infinity, 1",
    "i0e, 0, 1, 0",
    "i1e, 0, 0, 0.5"
  })
  void edges(String name, double x, double value, double slope) {
    for (FloatType type : FloatType.values()) {
      try (Run run = Run.open(config(type), 0)) {
        NDArray variable = Autograd.variable(run.create(new double[] {x}, new Shape(1)));
        NDArray result = UNARY.get(name).apply(variable);

        assertThat(result.toDoubleArray()[0]).as("%s(%s)", name, x).satisfies(is(value));
        assertThat(Autograd.grad(result.sum(), List.of(variable)).get(0).toDoubleArray()[0])
            .as("slope of %s at %s", name, x)
            .satisfies(is(slope));
      }
    }
  }

  /** Equal but for the sign of 0 and the last digits of a float. */
  private static Consumer<Double> is(double expected) {
    return actual ->
        assertThat(actual.doubleValue() == expected || Math.abs(actual - expected) < 5e-7)
            .as("%s is %s", actual, expected)
            .isTrue();
  }

  /** Function, both arguments, value and both slopes. */
  @ParameterizedTest
  @CsvSource({
    "xlogy, 0, 0, 0, 0, 0",
    "xlogy, 0, Infinity, 0, Infinity, 0",
    "xlogy, 2, 0, -Infinity, -Infinity, Infinity",
    "xlog1py, 0, -1, 0, 0, 0",
    "xlog1py, 2, -1, -Infinity, -Infinity, Infinity",
    "deviance, 0, 0, 0, -1, 1",
    "deviance, 0, 3, 3, -1, 1",
    "deviance, 2, 0, Infinity, Infinity, -Infinity",
    "logAddExp, -Infinity, -Infinity, -Infinity, 0, 0",
    "logAddExp, -Infinity, 1, 1, 0, 1",
    "logAddExp, 1, -Infinity, 1, 1, 0",
    "logAddExp, Infinity, 1, Infinity, 1, 0"
  })
  void edgesOfTwo(String name, double x, double y, double value, double slopeX, double slopeY) {
    for (FloatType type : FloatType.values()) {
      try (Run run = Run.open(config(type), 0)) {
        NDArray first = Autograd.variable(run.create(new double[] {x}, new Shape(1)));
        NDArray second = Autograd.variable(run.create(new double[] {y}, new Shape(1)));
        NDArray result = BINARY.get(name).apply(first, second);
        List<NDArray> slopes = Autograd.grad(result.sum(), List.of(first, second));

        assertThat(result.toDoubleArray()).containsExactly(value);
        assertThat(slopes.get(0).toDoubleArray()).containsExactly(slopeX);
        assertThat(slopes.get(1).toDoubleArray()).containsExactly(slopeY);
      }
    }
  }

  @Test
  void nanInGivesNanOut() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray nan = run.create(new double[] {Double.NaN}, new Shape(1));
      UNARY.forEach(
          (name, f) -> assertThat(f.apply(nan).toDoubleArray()).as(name).containsOnly(Double.NaN));
      NDArray zero = run.zeros(new Shape(1));
      BINARY.forEach(
          (name, f) -> {
            assertThat(f.apply(nan, zero).toDoubleArray()).as(name).containsOnly(Double.NaN);
            assertThat(f.apply(zero, nan).toDoubleArray()).as(name).containsOnly(Double.NaN);
          });
      assertThat(Special.logSumExp(nan, 0, false).toDoubleArray()).containsOnly(Double.NaN);
    }
  }

  @Test
  void batchesAndBroadcastingAreElementwise() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray x = run.create(new double[] {0.1, 0.2, 0.3, 0.4, 0.5, 0.6}, new Shape(2, 3));
      NDArray y = run.create(new double[] {0.7, 0.8}, new Shape(2, 1));
      UNARY.forEach(
          (name, f) -> {
            NDArray all = f.apply(x);
            assertThat(all.getShape()).as(name).isEqualTo(new Shape(2, 3));
            assertThat(all.get(1, 2).toDoubleArray())
                .as(name)
                .containsExactly(f.apply(x.get(1, 2)).toDoubleArray());
          });
      BINARY.forEach(
          (name, f) -> {
            NDArray all = f.apply(x, y);
            assertThat(all.getShape()).as(name).isEqualTo(new Shape(2, 3));
            assertThat(all.get(1, 0).toDoubleArray())
                .as(name)
                .containsExactly(f.apply(x.get(1, 0), y.get(1, 0)).toDoubleArray());
          });
    }
  }

  /** Numbers that are known to Java give what the engine gives for a tensor. */
  @Test
  void numbersAgreeWithTensors() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      for (double x : new double[] {0.01, 0.3, 0.7, 1, 2.5, 17, 1e5}) {
        NDArray tensor = run.create(new double[] {x}, new Shape());
        UNARY.forEach(
            (name, f) -> {
              double expected = f.apply(tensor).toDoubleArray()[0];
              assertThat(f.apply(run.scalar(x)).toDoubleArray()[0])
                  .as("%s(%s)", name, x)
                  .matches(
                      v ->
                          Double.isNaN(expected) && Double.isNaN(v)
                              || v == expected
                              || Math.abs(v - expected) < 1e-14 * (1 + Math.abs(expected)));
            });
      }
    }
  }

  @Test
  void xlogyOfANumberIsThatOfATensor() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray y =
          Autograd.variable(
              run.create(new double[] {0, 0.3, 7, Double.POSITIVE_INFINITY}, new Shape(4)));
      for (double x : new double[] {-2, 0, 1, 3.5}) {
        NDArray tensor = Special.xlogy(run.create(new double[] {x}, new Shape(1)), y);
        NDArray number = Special.xlogy(run.scalar(x), y);
        NDArray ofTensor = Autograd.grad(tensor.sum(), List.of(y)).get(0);
        NDArray ofNumber = Autograd.grad(number.sum(), List.of(y)).get(0);

        assertThat(number.toDoubleArray()).containsExactly(tensor.toDoubleArray());
        assertThat(ofNumber.toDoubleArray()).containsExactly(ofTensor.toDoubleArray());
      }
    }
  }

  @ParameterizedTest
  @EnumSource(FloatType.class)
  void logSumExpAlongEachAxis(FloatType type) {
    double infinity = Double.POSITIVE_INFINITY;
    try (Run run = Run.open(config(type), 0)) {
      NDArray x =
          Autograd.variable(
              run.create(
                  new double[] {1000, 1000, -infinity, -infinity, 0, -infinity}, new Shape(3, 2)));
      NDArray rows = Special.logSumExp(x, -1, false);
      NDArray columns = Special.logSumExp(x, 0, true);

      assertThat(rows.getShape()).isEqualTo(new Shape(3));
      assertThat(columns.getShape()).isEqualTo(new Shape(1, 2));
      double[] values = rows.toDoubleArray();
      assertThat(values[0]).isCloseTo(1000 + Math.log(2), within(1e-4));
      assertThat(values[1]).isEqualTo(-infinity);
      assertThat(values[2]).isZero();
      assertThat(columns.toDoubleArray()).containsExactly(1000, 1000);
      assertThat(Autograd.grad(rows.sum(), List.of(x)).get(0).toDoubleArray())
          .containsExactly(new double[] {0.5, 0.5, 0, 0, 1, 0}, within(1e-4));
    }
  }

  @Test
  void secondDerivativesAgreeWithDifferencesOfFirst() {
    double step = 1e-6;
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      UNARY.forEach(
          (name, f) -> {
            for (double x : new double[] {0.2, 0.45, 0.8}) {
              double difference = (slope(run, f, x + step) - slope(run, f, x - step)) / (2 * step);
              NDArray variable = Autograd.variable(run.create(new double[] {x}, new Shape(1)));
              NDArray slope =
                  Autograd.grad(f.apply(variable).sum(), List.of(variable), true).get(0);
              double second =
                  Autograd.grad(slope.sum(), List.of(variable)).get(0).toDoubleArray()[0];
              assertThat(second)
                  .as("%s'' at %s", name, x)
                  .isCloseTo(difference, within(1e-7 * (1 + Math.abs(difference))));
            }
          });
    }
  }

  private static double slope(Run run, UnaryOperator<NDArray> f, double x) {
    NDArray variable = Autograd.variable(run.create(new double[] {x}, new Shape(1)));
    return Autograd.grad(f.apply(variable).sum(), List.of(variable)).get(0).toDoubleArray()[0];
  }

  @Test
  void theOrderOfPolygammaIsChecked() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      assertThatThrownBy(() -> Special.polygamma(-1, run.ones(new Shape(1))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("polygamma has order -1, but needs at least 0; pass 0 for digamma itself");
    }
  }
}
