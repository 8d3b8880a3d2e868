package org.ppl4j.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.ppl4j.math.DifferentiableFunction;

/**
 * A function of numbers that is computed in Java, with its partial derivatives, on tensors. It is
 * one operation of the table, {@link Op#HOST_FUNCTION}: the arguments are read and broadcast,
 * values and derivatives are computed in double precision element by element, and the derivatives
 * are attached to those arguments that have a gradient, infinite ones as the largest number. Second
 * derivatives are 0.
 */
final class HostFunction {

  private HostFunction() {}

  /** The function of numbers, tensors and plain arrays of one run, elementwise and broadcast. */
  static NDArray apply(DifferentiableFunction f, NDArray... arguments) {
    Run run = runOf(arguments);
    RunArray[] in = new RunArray[arguments.length];
    boolean known = true;
    for (int i = 0; i < in.length; i++) {
      in[i] = Operations.operand(run, arguments[i]);
      known &= in[i].isConstant();
    }
    if (known) {
      double value = f.value(Arrays.stream(in).mapToDouble(RunArray::constant).toArray());
      return RunArray.number(run, value);
    }
    return onTensors(f, Tensors.run(in[0], in), in);
  }

  private static @Nullable Run runOf(NDArray[] arguments) {
    for (NDArray argument : arguments) {
      if (argument instanceof RunArray array && array.run() != null) {
        return array.run();
      }
    }
    return null;
  }

  private static NDArray onTensors(DifferentiableFunction f, Run run, RunArray[] in) {
    Shape shape = Shapes.scalar();
    boolean[] wanted = new boolean[in.length];
    boolean any = false;
    boolean particles = false;
    for (int i = 0; i < in.length; i++) {
      in[i] = in[i].in(run);
      in[i] = in[i].isConstant() ? in[i] : Operations.cast(in[i], run.dataType());
      shape = Shapes.broadcast(shape, in[i].getShape());
      wanted[i] = Autograd.hasGradient(in[i]);
      any |= wanted[i];
      particles |= in[i].hasParticles();
    }
    double[][] columns = new double[in.length][];
    for (int i = 0; i < in.length; i++) {
      boolean whole = in[i].getShape().equals(shape) || in[i].size() == 1;
      columns[i] = (whole ? in[i] : (RunArray) in[i].broadcast(shape)).toDoubleArray();
    }
    int size = Math.toIntExact(shape.size());
    double[] values = new double[size];
    double[][] slopes = new double[in.length][any ? size : 0];
    double largest = Rng.largest(in[0].in(run));
    double[] x = new double[in.length];
    double[] each = new double[in.length];
    for (int k = 0; k < size; k++) {
      for (int i = 0; i < x.length; i++) {
        x[i] = columns[i].length == 1 ? columns[i][0] : columns[i][k];
      }
      values[k] = f.value(x);
      if (any) {
        f.slopes(x, values[k], each);
        for (int i = 0; i < x.length; i++) {
          slopes[i][k] = Math.max(-largest, Math.min(each[i], largest));
        }
      }
    }
    if (!any) {
      DataType type = run.dataType();
      long handle = HostCopy.from(values, shape, type, run.config().device());
      return run.result(Op.HOST_FUNCTION, handle, shape, type, particles);
    }
    return attached(run, shape, values, in, wanted, slopes);
  }

  /** The operation on the values, and each argument that has a gradient with its derivative. */
  private static NDArray attached(
      Run run, Shape shape, double[] values, RunArray[] in, boolean[] wanted, double[][] slopes) {
    RunArray[] operands = new RunArray[1 + 2 * in.length];
    int n = 0;
    operands[n++] = (RunArray) run.create(values, shape);
    for (int i = 0; i < in.length; i++) {
      if (wanted[i]) {
        operands[n++] = in[i];
        operands[n++] = (RunArray) run.create(slopes[i], shape);
      }
    }
    RunArray result =
        Operations.engine(Op.HOST_FUNCTION, Attributes.NONE, Arrays.copyOf(operands, n));
    return Arrays.stream(in).anyMatch(RunArray::hasParticles) ? result.withParticles() : result;
  }
}
