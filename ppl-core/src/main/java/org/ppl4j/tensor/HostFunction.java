package org.ppl4j.tensor;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.ppl4j.internal.math.DifferentiableFunction;
import org.ppl4j.tensor.internal.table.Attributes;
import org.ppl4j.tensor.internal.table.JavaKernel;
import org.ppl4j.tensor.internal.table.Op;

/**
 * A function of numbers that is computed in Java, with its partial derivatives, on tensors: the row
 * {@link Op#FUNCTION}, element by element. It is NaN where an argument is, and so are its
 * derivatives where it is.
 */
record HostFunction(DifferentiableFunction f) implements JavaKernel {

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
      double[] x = Arrays.stream(in).mapToDouble(RunArray::constant).toArray();
      return RunArray.number(run, hasNan(x) ? Double.NaN : f.value(x));
    }
    Attributes attributes = Attributes.of(new HostFunction(f), 1);
    return KernelRows.apply(Op.FUNCTION, Tensors.run(in[0], in), attributes, in)[0];
  }

  private static @Nullable Run runOf(NDArray[] arguments) {
    for (NDArray argument : arguments) {
      if (argument instanceof RunArray array && array.run() != null) {
        return array.run();
      }
    }
    return null;
  }

  @Override
  public void compute(double[][] in, double[][] out, double @Nullable [][][] slopes) {
    double[] values = out[0];
    double[] x = new double[in.length];
    double[] each = new double[in.length];
    for (int k = 0; k < values.length; k++) {
      for (int i = 0; i < x.length; i++) {
        x[i] = in[i].length == 1 ? in[i][0] : in[i][k];
      }
      values[k] = hasNan(x) ? Double.NaN : f.value(x);
      if (slopes != null) {
        if (Double.isNaN(values[k])) {
          Arrays.fill(each, Double.NaN);
        } else {
          f.slopes(x, values[k], each);
        }
        for (int i = 0; i < x.length; i++) {
          slopes[0][i][k] = each[i];
        }
      }
    }
  }

  private static boolean hasNan(double[] x) {
    for (double each : x) {
      if (Double.isNaN(each)) {
        return true;
      }
    }
    return false;
  }
}
