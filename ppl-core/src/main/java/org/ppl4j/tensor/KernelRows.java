package org.ppl4j.tensor;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.internal.engine.HostCopy;
import org.ppl4j.tensor.internal.table.Attributes;
import org.ppl4j.tensor.internal.table.Op;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * Applies the rows of the table that are computed in Java. Their operands are read, values and
 * derivatives are computed in double precision by the {@linkplain Attributes#kernel() kernel}, and
 * the derivatives are attached to those operands that have a gradient, infinite ones as the largest
 * number. Second derivatives are 0.
 */
final class KernelRows {

  private KernelRows() {}

  /** The results, as many as the row says, of tensors and numbers. */
  static RunArray[] apply(Op op, Run run, Attributes attributes, RunArray... operands) {
    run.check();
    RunArray[] in = new RunArray[operands.length];
    for (int i = 0; i < in.length; i++) {
      RunArray operand = operands[i].in(run);
      in[i] = operand.isConstant() ? operand : Operations.cast(operand, run.dataType());
    }
    if (Operations.has(Operations.traits(in), RunArray.HIDES)) {
      return HiddenDimRules.applyMany(op, attributes, new DataType[0], in);
    }
    RunArray[] results = computed(op, run, attributes, in);
    long[] handles = Arrays.stream(results).mapToLong(RunArray::handle).toArray();
    run.owned().column().computed(op, attributes, () -> Operations.handles(in), handles);
    return results;
  }

  private static RunArray[] computed(Op op, Run run, Attributes attributes, RunArray[] in) {
    Shape[] shapes = Operations.resultShapes(op, attributes, in);
    int traits = Operations.traits(in);
    RunArray[] moving =
        Operations.moves(run, op, traits)
            ? Arrays.stream(in).filter(RunArray::moves).toArray(RunArray[]::new)
            : new RunArray[0];
    int size = Math.toIntExact(shapes[0].size());
    boolean particles = Operations.has(traits, RunArray.PARTICLES);
    if (op.resultType(run.dataType()) == DataType.INT64) {
      long[] values = attributes.kernel().whole(read(op, shapes[0], in), size);
      long handle = HostCopy.from(values, shapes[0], run.device());
      return new RunArray[] {made(op, run, handle, shapes[0], DataType.INT64, particles)};
    }
    double[][] values = new double[shapes.length][size];
    double @Nullable [][][] slopes =
        moving.length == 0 ? null : new double[shapes.length][in.length][size];
    attributes.kernel().compute(read(op, shapes[0], in), values, slopes);
    if (slopes == null) {
      return plain(op, run, shapes, values, particles);
    }
    double[] packed = packed(largest(run), in, moving.length, values, slopes);
    return attached(op, run, shapes, packed, moving, particles);
  }

  /** The elements of operands: of the shape of the result where they broadcast to it, or one. */
  private static double[][] read(Op op, Shape shape, RunArray[] in) {
    double[][] columns = new double[in.length][];
    for (int i = 0; i < columns.length; i++) {
      RunArray operand = in[i];
      if (operand.isConstant()) {
        columns[i] = new double[] {operand.constant()};
        continue;
      }
      boolean isRead =
          !op.isElementwise() || operand.size() == 1 || operand.getShape().equals(shape);
      columns[i] = (isRead ? operand : (RunArray) operand.broadcast(shape)).values(op);
    }
    return columns;
  }

  private static RunArray[] plain(
      Op op, Run run, Shape[] shapes, double[][] values, boolean particles) {
    DataType type = run.dataType();
    RunArray[] results = new RunArray[shapes.length];
    for (int i = 0; i < results.length; i++) {
      long handle = HostCopy.from(values[i], shapes[i], type, run.device());
      results[i] = made(op, run, handle, shapes[i], type, particles);
    }
    return results;
  }

  /** A result that moves with no operand. */
  private static RunArray made(
      Op op, Run run, long handle, Shape shape, DataType type, boolean particles) {
    run.owned().column().compute(op, handle);
    return run.made(op, handle, shape, type, particles, false);
  }

  /** Rows of values, then for each value its derivatives in what moves. */
  private static double[] packed(
      double largest, RunArray[] in, int moving, double[][] values, double[][][] slopes) {
    int size = values[0].length;
    double[] packed = new double[size * values.length * (1 + moving)];
    int at = 0;
    for (double[] value : values) {
      System.arraycopy(value, 0, packed, at, size);
      at += size;
    }
    for (double[][] ofValue : slopes) {
      for (int i = 0; i < in.length; i++) {
        for (int k = 0; in[i].moves() && k < size; k++) {
          packed[at++] = Math.max(-largest, Math.min(ofValue[i][k], largest));
        }
      }
    }
    return packed;
  }

  /** The row as the engine does it, on the numbers and what moves. */
  private static RunArray[] attached(
      Op op, Run run, Shape[] shapes, double[] packed, RunArray[] moving, boolean particles) {
    DataType type = run.dataType();
    Shape rows = new Shape(shapes.length * (1L + moving.length));
    Shape shape = Shapes.concat(rows, shapes[0]);
    long handle = HostCopy.from(packed, shape, type, run.device());
    run.owned().add(handle);
    run.owned().column().compute(op, handle);
    RunArray[] in = new RunArray[1 + moving.length];
    in[0] = new RunArray(run, handle, shape, type, particles, false);
    System.arraycopy(moving, 0, in, 1, moving.length);
    DataType[] types = new DataType[shapes.length];
    Arrays.fill(types, type);
    return Operations.computed(op, Attributes.of(shapes.length), run, shapes, types, in);
  }

  /** The largest number of the float type, which stands for an infinite derivative. */
  static double largest(Run run) {
    return run.floatType() == FloatType.FLOAT32 ? Float.MAX_VALUE : Double.MAX_VALUE;
  }
}
