package org.ppl4j.tensor;

import static com.google.common.base.Preconditions.checkState;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.ppl4j.tensor.Both.Outcome;
import org.ppl4j.tensor.internal.table.Op;

/**
 * Uses an operation that the table of this process alone has, the Gudermannian function: of
 * numbers, by the engine and from a record, with its slopes and theirs. Each that is right is a
 * line.
 */
final class NewOperation {

  private static final int SIZE = 101;

  /** So many replays are done by loops, and then by generated code. */
  private static final int REPLAYS = 1_100;

  private static final double[] AT =
      IntStream.range(0, SIZE).mapToDouble(i -> 0.1 * i - 5).toArray();

  private NewOperation() {}

  /** Of the name of the operation. */
  public static void main(String[] arguments) {
    Op op = Op.valueOf(arguments[0]);
    for (FloatType type : FloatType.values()) {
      RunConfig config = RunConfig.defaults().withFloatType(type);
      Both first =
          new Both(
              config, List.of(new Shape(SIZE)), List.of(AT), (run, in) -> Special.apply(op, in[0]));
      Both second =
          new Both(config, List.of(new Shape(SIZE)), List.of(AT), (run, in) -> slope(op, in[0]));
      check(type, first.engine(List.of(AT)), second.engine(List.of(AT)));
      Outcome value = first.record(List.of(AT));
      Outcome slope = second.record(List.of(AT));
      for (int i = 0; i < REPLAYS; i++) {
        value = first.record(List.of(AT));
        slope = second.record(List.of(AT));
      }
      check(type, value, slope);
      try (Run run = Run.open(config, 0)) {
        agrees(type, value(2), Special.apply(op, RunArray.number(run, 2)).getDouble());
      }
    }
  }

  private static NDArray slope(Op op, NDArray x) {
    return Autograd.grad(Special.apply(op, x).sum(), List.of(x), true).get(0);
  }

  private static double value(double x) {
    return 2 * Math.atan(Math.tanh(x / 2));
  }

  private static void check(FloatType type, Outcome value, Outcome slope) {
    check(type, value.values(), NewOperation::value);
    check(type, value.slopes().get(0), x -> 1 / Math.cosh(x));
    check(type, slope.slopes().get(0), x -> -Math.tanh(x) / Math.cosh(x));
    checkState(
        Arrays.equals(value.slopes().get(0), slope.values()),
        "slopes differ by how they are asked for");
  }

  private static void check(FloatType type, double[] values, DoubleUnaryOperator exact) {
    for (int i = 0; i < SIZE; i++) {
      agrees(type, exact.applyAsDouble(AT[i]), values[i]);
    }
    System.out.println("agrees");
  }

  private static void agrees(FloatType type, double exact, double value) {
    double most = type == FloatType.FLOAT32 ? 1e-6 : 1e-14;
    checkState(Math.abs(value - exact) <= most, "%s: %s is not %s", type, value, exact);
  }
}
