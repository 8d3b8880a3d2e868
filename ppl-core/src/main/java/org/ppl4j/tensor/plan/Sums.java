package org.ppl4j.tensor.plan;

/** Sums by four accumulators, which wait for each other less than one. */
final class Sums {

  private Sums() {}

  static double of(int n, double[] a, int at, int stride) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int k = 0;
    int i = at;
    for (; k + 4 <= n; k += 4) {
      s0 += a[i];
      s1 += a[i + stride];
      s2 += a[i + 2 * stride];
      s3 += a[i + 3 * stride];
      i += 4 * stride;
    }
    for (; k < n; k++) {
      s0 += a[i];
      i += stride;
    }
    return s0 + s1 + (s2 + s3);
  }

  /** The sum of products. */
  static double ofProducts(int n, double[] a, int at, int as, double[] b, int bt, int bs) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int k = 0;
    int i = at;
    int j = bt;
    for (; k + 4 <= n; k += 4) {
      s0 += a[i] * b[j];
      s1 += a[i + as] * b[j + bs];
      s2 += a[i + 2 * as] * b[j + 2 * bs];
      s3 += a[i + 3 * as] * b[j + 3 * bs];
      i += 4 * as;
      j += 4 * bs;
    }
    for (; k < n; k++) {
      s0 += a[i] * b[j];
      i += as;
      j += bs;
    }
    return s0 + s1 + (s2 + s3);
  }
}
