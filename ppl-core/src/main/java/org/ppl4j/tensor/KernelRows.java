package org.ppl4j.tensor;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.engine.HostCopy;
import org.ppl4j.tensor.table.Attributes;
import org.ppl4j.tensor.table.Op;
import org.ppl4j.tensor.table.Row.Derivative;
import org.ppl4j.tensor.table.Shapes;

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
    Shape[] shapes = Operations.resultShapes(op, attributes, in);
    List<RunArray> moving = new ArrayList<>(in.length);
    for (RunArray operand : in) {
      boolean moves = op.row().derivative() == Derivative.GIVEN && run.isRecording();
      if (moves && operand.moves()) {
        moving.add(operand);
      }
    }
    int size = Math.toIntExact(shapes[0].size());
    double[][] values = new double[shapes.length][size];
    double @Nullable [][][] slopes =
        moving.isEmpty() ? null : new double[shapes.length][in.length][size];
    attributes.kernel().compute(read(op, shapes[0], in), values, slopes);
    boolean particles = Operations.particles(in);
    return slopes == null
        ? plain(op, run, shapes, values, particles)
        : attached(op, run, shapes, values, packed(run, in, values, slopes), moving, particles);
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
      columns[i] = Pending.values(isRead ? operand : (RunArray) operand.broadcast(shape), op);
    }
    return columns;
  }

  private static RunArray[] plain(
      Op op, Run run, Shape[] shapes, double[][] values, boolean particles) {
    DataType type = op.resultType(run.dataType());
    RunArray[] results = new RunArray[shapes.length];
    for (int i = 0; i < results.length; i++) {
      long handle =
          type == DataType.INT64
              ? HostCopy.from(
                  Arrays.stream(values[i]).mapToLong(x -> (long) x).toArray(),
                  shapes[i],
                  run.device())
              : HostCopy.from(values[i], shapes[i], type, run.device());
      run.owned().column().compute(op, handle);
      results[i] = run.made(op, handle, shapes[i], type, particles, false);
    }
    return results;
  }

  /** Rows of values, then for each value its derivatives in what moves. */
  private static double[] packed(Run run, RunArray[] in, double[][] values, double[][][] slopes) {
    double largest = largest(run);
    int size = values[0].length;
    int moving = (int) Arrays.stream(in).filter(RunArray::moves).count();
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

  private static RunArray[] attached(
      Op op,
      Run run,
      Shape[] shapes,
      double[][] values,
      double[] packed,
      List<RunArray> moving,
      boolean particles) {
    Shape rows = new Shape(values.length * (1L + moving.size()));
    long numbers =
        HostCopy.from(packed, Shapes.concat(rows, shapes[0]), run.dataType(), run.device());
    run.owned().add(numbers);
    run.owned().column().compute(op, numbers);
    RunArray[] operands = moving.toArray(RunArray[]::new);
    long[] of = Operations.handles(operands);
    long[] handles = new long[1 + of.length];
    handles[0] = numbers;
    System.arraycopy(of, 0, handles, 1, of.length);
    long[] results;
    try {
      results = run.owned().column().applyMany(op, Attributes.of(values.length), handles);
    } catch (EngineException e) {
      throw Operations.failure(op, operands, e);
    }
    RunArray[] arrays = new RunArray[results.length];
    for (int i = 0; i < arrays.length; i++) {
      DataType type = run.dataType();
      arrays[i] =
          i == 0
              ? run.result(op, results[i], shapes[i], type, particles, true)
              : run.made(op, results[i], shapes[i], type, particles, true);
    }
    return arrays;
  }

  /** The largest number of the float type, which stands for an infinite derivative. */
  static double largest(Run run) {
    return run.floatType() == FloatType.FLOAT32 ? Float.MAX_VALUE : Double.MAX_VALUE;
  }
}
