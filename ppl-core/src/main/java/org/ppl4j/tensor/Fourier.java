package org.ppl4j.tensor;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.ppl4j.tensor.internal.table.Attributes;
import org.ppl4j.tensor.internal.table.Op;

/**
 * Discrete Fourier transforms of real numbers along the last dim, with gradients. A complex number
 * is a pair of real ones, in a dim of size 2 on the right.
 */
public final class Fourier {

  private Fourier() {}

  /**
   * The transform {@code z(m) = Σ x(k) exp(-2πi m k / N)}, of which m from 0 to N/2 are all that
   * there is to know.
   *
   * @param x (*, N) with N at least 1
   * @return (*, N/2 + 1, 2)
   * @throws IllegalArgumentException if there is nothing along the last dim
   */
  public static NDArray rfft(NDArray x) {
    RunArray numbers = Operations.operand(null, x);
    Shape shape = numbers.getShape();
    int rank = shape.dimension();
    checkArgument(
        rank > 0 && shape.get(rank - 1) > 0,
        "rfft needs numbers along the last dim, but has shape %s; give it some",
        shape);
    return Operations.apply(Op.RFFT, numbers);
  }

  /**
   * The inverse: the N real numbers of which z is the transform. The imaginary parts of z(0), and
   * of z(N/2) where N is even, are not read.
   *
   * @param z (*, N/2 + 1, 2)
   * @param n N, at least 1
   * @return (*, N)
   * @throws IllegalArgumentException if z is not of that shape
   */
  public static NDArray irfft(NDArray z, int n) {
    RunArray pairs = Operations.operand(null, z);
    Shape shape = pairs.getShape();
    int rank = shape.dimension();
    checkArgument(
        n > 0 && rank > 1 && shape.get(rank - 1) == 2 && shape.get(rank - 2) == n / 2 + 1,
        "irfft to %s numbers has shape %s; it needs (*, n/2 + 1, 2)",
        n,
        shape);
    return Operations.apply(Op.IRFFT, Attributes.of((long) n), pairs);
  }
}
