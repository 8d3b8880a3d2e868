package org.ppl4j.tensor.internal.plan;

/** The largest element along an axis; NaN if one is. */
record LargestStep(Along along) implements Action {

  @Override
  public void run(Store store) {
    double[][] buffers = store.doubles();
    double[] from = buffers[along.from];
    double[] to = buffers[along.to];
    for (int row = 0; row < along.fromStarts.length; row++) {
      to[along.toStarts[row]] = of(along.length, from, along.fromStarts[row], along.fromStride);
    }
  }

  /** By several accumulators, which wait for each other less than one. */
  private static double of(int n, double[] a, int at, int stride) {
    double m0 = Double.NEGATIVE_INFINITY;
    double m1 = m0;
    double m2 = m0;
    double m3 = m0;
    double m4 = m0;
    double m5 = m0;
    double m6 = m0;
    double m7 = m0;
    int k = 0;
    int i = at;
    for (; k + 8 <= n; k += 8) {
      m0 = Math.max(m0, a[i]);
      m1 = Math.max(m1, a[i + stride]);
      m2 = Math.max(m2, a[i + 2 * stride]);
      m3 = Math.max(m3, a[i + 3 * stride]);
      m4 = Math.max(m4, a[i + 4 * stride]);
      m5 = Math.max(m5, a[i + 5 * stride]);
      m6 = Math.max(m6, a[i + 6 * stride]);
      m7 = Math.max(m7, a[i + 7 * stride]);
      i += 8 * stride;
    }
    for (; k < n; k++) {
      m0 = Math.max(m0, a[i]);
      i += stride;
    }
    double one = Math.max(Math.max(m0, m1), Math.max(m2, m3));
    return Math.max(one, Math.max(Math.max(m4, m5), Math.max(m6, m7)));
  }
}
