package org.ppl4j.tensor.plan;

import org.ppl4j.tensor.table.Kernel;

/** Running sums along an axis. */
record RunningSumStep(Along along, boolean backwards) implements Step {

  @Override
  public void run(double[][] buffers, Kernel[] kernels) {
    double[] from = buffers[along.from];
    double[] to = buffers[along.to];
    for (int row = 0; row < along.fromStarts.length; row++) {
      double sum = 0;
      for (int i = 0; i < along.length; i++) {
        int k = backwards ? along.length - 1 - i : i;
        sum += from[along.fromStarts[row] + k * along.fromStride];
        to[along.toStarts[row] + k * along.toStride] = sum;
      }
    }
  }

  @Override
  public Cost cost() {
    return along.cost();
  }
}
