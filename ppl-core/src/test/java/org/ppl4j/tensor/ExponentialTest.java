package org.ppl4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/** The functions of {@link Special} that are made of exponentials, against thirty digits. */
class ExponentialTest {

  /** Units in the last place. */
  private static final double UNITS = 64;

  private static final Map<String, UnaryOperator<NDArray>> UNARY =
      Map.of(
          "log1mexp", Special::log1mexp,
          "ndtriExp", Special::ndtriExp,
          "erfcx", Special::erfcx,
          "logExprel", Special::logExprel);

  private static final Map<String, BinaryOperator<NDArray>> BINARY =
      Map.of("tiltedQuantile", Special::tiltedQuantile);

  @ParameterizedTest
  @CsvFileSource(resources = "exponential.csv")
  void valuesAndDerivativesAgree(
      String name, double x, Double y, double value, double slopeX, Double slopeY) {
    for (FloatType type : FloatType.values()) {
      try (Run run = Run.open(RunConfig.defaults().withFloatType(type), 0)) {
        NDArray first = Autograd.variable(run.create(new double[] {x}, new Shape(1)));
        if (y == null) {
          NDArray result = UNARY.get(name).apply(first);
          close(name, x, result, value, name.equals("ndtriExp") ? 1 : 0);
          // The engine's derivative of erfcx is a difference of numbers of this size.
          double terms = name.equals("erfcx") ? 2 : 0;
          close(name + "'", x, Autograd.grad(result.sum(), List.of(first)).get(0), slopeX, terms);
        } else {
          NDArray second = Autograd.variable(run.create(new double[] {y}, new Shape(1)));
          NDArray result = BINARY.get(name).apply(first, second);
          List<NDArray> slopes = Autograd.grad(result.sum(), List.of(first, second));
          // A rate times a probability rounds like 1 where it is in an exponent.
          double size = 1 + Math.abs(y);
          close(name, x, result, value, y > 0 ? 1 : 0);
          close(name + "'x", x, slopes.get(0), slopeX, Math.abs(slopeX) * size);
          // Below a rate of 1/256 a series is cut off, above it up to eight bits cancel.
          close(name + "'y", x, slopes.get(1), slopeY, 32);
        }
      }
    }
  }

  private static void close(String name, double x, NDArray actual, double expected, double terms) {
    boolean single = actual.getDataType() == DataType.FLOAT32;
    double unit = single ? 0x1p-23 : 0x1p-52;
    double size = Math.abs(expected);
    if (single && (size > Float.MAX_VALUE || size < Float.MIN_NORMAL && expected != 0)) {
      return;
    }
    assertThat(actual.toDoubleArray()[0])
        .as("%s(%s) in %s", name, x, actual.getDataType())
        .isCloseTo(expected, within(unit * UNITS * (size + terms)));
  }
}
