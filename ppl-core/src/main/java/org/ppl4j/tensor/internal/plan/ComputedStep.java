package org.ppl4j.tensor.internal.plan;

import org.jspecify.annotations.Nullable;

/**
 * A row that is computed in Java. Infinite derivatives are the largest number, as in the row by the
 * engine.
 */
final class ComputedStep implements Action {

  private final int kernel;
  private final boolean isWhole;
  private final int[] buffers;
  private final int[][] starts;
  private final int to;
  private final int offset;
  private final int parts;
  private final int size;
  private final boolean slopes;

  /**
   * A row.
   *
   * @param kernel which of the plan's
   * @param isWhole whether it gives whole numbers
   * @param buffers where the operands are
   * @param starts each operand's elements there
   */
  ComputedStep(
      int kernel,
      boolean isWhole,
      int[] buffers,
      int[][] starts,
      Memory.Place to,
      int parts,
      int size,
      boolean slopes) {
    this.kernel = kernel;
    this.isWhole = isWhole;
    this.buffers = buffers;
    this.starts = starts;
    this.to = to.buffer();
    this.offset = to.offset();
    this.parts = parts;
    this.size = size;
    this.slopes = slopes;
  }

  @Override
  public void run(Store store) {
    double[][] memory = store.doubles();
    double[][] in = new double[starts.length][];
    for (int i = 0; i < in.length; i++) {
      in[i] = new double[starts[i].length];
      for (int k = 0; k < in[i].length; k++) {
        in[i][k] = memory[buffers[i]][starts[i][k]];
      }
    }
    double[] out = memory[to];
    if (isWhole) {
      long[] numbers = store.kernels()[kernel].whole(in, size);
      for (int k = 0; k < size; k++) {
        out[offset + k] = numbers[k];
      }
      return;
    }
    double[][] values = new double[parts][size];
    double @Nullable [][][] derivatives = slopes ? new double[parts][in.length][size] : null;
    store.kernels()[kernel].compute(in, values, derivatives);
    int at = offset;
    for (double[] value : values) {
      System.arraycopy(value, 0, out, at, size);
      at += size;
    }
    for (int part = 0; derivatives != null && part < parts; part++) {
      for (double[] slope : derivatives[part]) {
        for (int k = 0; k < size; k++) {
          out[at++] = Math.max(-Double.MAX_VALUE, Math.min(slope[k], Double.MAX_VALUE));
        }
      }
    }
  }
}
