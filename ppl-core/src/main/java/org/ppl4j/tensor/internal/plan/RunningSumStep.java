package org.ppl4j.tensor.internal.plan;

/** Running sums along an axis. */
record RunningSumStep(Along along, boolean backwards) implements Action {

  @Override
  public void run(Store store) {
    double[][] buffers = store.doubles();
    double[] from = buffers[along.from];
    double[] to = buffers[along.to];
    for (int row = 0; row < along.fromStarts.length; row += along.together) {
      int first = backwards ? along.length - 1 : 0;
      int at = along.fromStarts[row] + first * along.fromStride;
      int t = along.toStarts[row] + first * along.toStride;
      if (along.together == 1) {
        one(from, at, to, t);
      } else {
        many(from, at, to, t);
      }
    }
  }

  private void one(double[] from, int first, double[] to, int firstTo) {
    int step = backwards ? -along.fromStride : along.fromStride;
    int stepTo = backwards ? -along.toStride : along.toStride;
    double sum = 0;
    int at = first;
    int t = firstTo;
    for (int i = 0; i < along.length; i++) {
      sum += from[at];
      to[t] = sum;
      at += step;
      t += stepTo;
    }
  }

  /** Of rows side by side. */
  private void many(double[] from, int first, double[] to, int firstTo) {
    int step = backwards ? -along.fromStride : along.fromStride;
    int stepTo = backwards ? -along.toStride : along.toStride;
    System.arraycopy(from, first, to, firstTo, along.together);
    for (int i = 1; i < along.length; i++) {
      add(along.together, from, first + i * step, to, firstTo + (i - 1) * stepTo, stepTo);
    }
  }

  private static void add(int n, double[] from, int at, double[] to, int last, int step) {
    int next = last + step;
    for (int k = 0; k < n; k++) {
      to[next + k] = to[last + k] + from[at + k];
    }
  }
}
