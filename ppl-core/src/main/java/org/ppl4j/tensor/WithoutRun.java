package org.ppl4j.tensor;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.ppl4j.tensor.internal.table.Attributes;
import org.ppl4j.tensor.internal.table.Op;

/**
 * Operations on tensors none of which has a run: each is done in a run of its own, in float64
 * without gradients, and its result has no run either. For figures outside of programs, a few at a
 * time.
 */
final class WithoutRun {

  private WithoutRun() {}

  static RunArray apply(Op op, Attributes attributes, RunArray... in) {
    return result(run -> Operations.apply(op, attributes, bound(run, in)));
  }

  static RunArray cast(RunArray x, DataType type) {
    return result(run -> Operations.cast(x.in(run), type));
  }

  static RunArray[] applyMany(Op op, Attributes attributes, DataType[] types, RunArray... in) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      RunArray[] results = Operations.applyMany(op, attributes, types, bound(run, in));
      return Arrays.stream(results).map(WithoutRun::kept).toArray(RunArray[]::new);
    }
  }

  private interface Body {
    RunArray in(Run run);
  }

  private static RunArray result(Body body) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      return kept(body.in(run));
    }
  }

  private static RunArray[] bound(Run run, RunArray[] in) {
    UnaryOperator<RunArray> bind = array -> array.in(run);
    return Arrays.stream(in).map(bind).toArray(RunArray[]::new);
  }

  /** The values of a tensor of a run, which has none. */
  static RunArray kept(RunArray result) {
    return of(result.toDoubleArray(), result.getShape(), result.getDataType());
  }

  /** These numbers as a tensor of a run, of its float type if they are floats. */
  static RunArray in(Run run, double[] values, Shape shape, DataType type) {
    if (type.isFloating()) {
      return (RunArray) run.create(values, shape);
    }
    if (type == DataType.INT64) {
      return (RunArray) run.create(Arrays.stream(values).mapToLong(x -> (long) x).toArray(), shape);
    }
    boolean[] truths = new boolean[values.length];
    for (int i = 0; i < values.length; i++) {
      truths[i] = values[i] != 0;
    }
    return (RunArray) run.create(truths, shape);
  }

  /** A tensor of one and the same number. */
  static RunArray filled(double value, Shape shape) {
    double[] values = new double[Math.toIntExact(shape.size())];
    Arrays.fill(values, value);
    return of(values, shape, DataType.FLOAT64);
  }

  private static RunArray of(double[] values, Shape shape, DataType type) {
    return shape.dimension() == 0 && type.isFloating()
        ? RunArray.number(null, values[0])
        : RunArray.numbers(values, shape, type);
  }
}
