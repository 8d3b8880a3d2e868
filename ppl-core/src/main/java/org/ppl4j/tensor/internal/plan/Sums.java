package org.ppl4j.tensor.internal.plan;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;

/** Sums by several accumulators, which wait for each other less than one. */
final class Sums {

  /**
   * Whether products are added in one operation of the processor; without, {@code Math.fma} is a
   * thousand times slower.
   */
  static final boolean FUSED = isFused();

  /** So many numbers are summed in single precision. */
  private static final int SUMMED = 128;

  private Sums() {}

  private static boolean isFused() {
    HotSpotDiagnosticMXBean machine =
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    try {
      return machine != null && Boolean.parseBoolean(machine.getVMOption("UseFMA").getValue());
    } catch (IllegalArgumentException e) {
      return false; // another virtual machine
    }
  }

  static double of(int n, double[] a, int at, int stride) {
    if (n < LoopBuilder.LONG) {
      double sum = 0; // one after the other, as generated code has it
      for (int k = 0; k < n; k++) {
        sum += a[at + k * stride];
      }
      return sum;
    }
    if (stride == 1) {
      return neighbours(n, a, at);
    }
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    double s4 = 0;
    double s5 = 0;
    double s6 = 0;
    double s7 = 0;
    int k = 0;
    int i = at;
    for (; k + 8 <= n; k += 8) {
      s0 += a[i];
      s1 += a[i + stride];
      s2 += a[i + 2 * stride];
      s3 += a[i + 3 * stride];
      s4 += a[i + 4 * stride];
      s5 += a[i + 5 * stride];
      s6 += a[i + 6 * stride];
      s7 += a[i + 7 * stride];
      i += 8 * stride;
    }
    for (; k < n; k++) {
      s0 += a[i];
      i += stride;
    }
    return s0 + s1 + (s2 + s3) + (s4 + s5 + (s6 + s7));
  }

  /** The sum of products. */
  static double ofProducts(int n, double[] a, int at, int as, double[] b, int bt, int bs) {
    if (as == 1 && bs == 1) {
      return ofProducts(n, a, at, b, bt);
    }
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

  private static double ofProducts(int n, double[] a, int at, double[] b, int bt) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int k = 0;
    for (; k + 4 <= n; k += 4) {
      s0 += a[at + k] * b[bt + k];
      s1 += a[at + k + 1] * b[bt + k + 1];
      s2 += a[at + k + 2] * b[bt + k + 2];
      s3 += a[at + k + 3] * b[bt + k + 3];
    }
    for (; k < n; k++) {
      s0 += a[at + k] * b[bt + k];
    }
    return s0 + s1 + (s2 + s3);
  }

  /** Of the first elements of an array of doubles or floats. */
  static double of(int n, Object a) {
    return a instanceof float[] floats ? of(n, floats, 0) : of(n, (double[]) a, 0);
  }

  /** Of the first elements of a register. */
  static double of(int n, double[] a, int at) {
    return of(n, a, at, 1);
  }

  /** The same of one in single precision, some of which at a time are summed in it. */
  static double of(int n, float[] a, int at) {
    double sum = 0;
    int end = at + n;
    int k = at;
    for (; k + SUMMED <= end; k += SUMMED) {
      sum += neighbours(SUMMED, a, k);
    }
    return sum + neighbours(end - k, a, k);
  }

  /**
   * Adds the sum of each run of neighbours where a table says.
   *
   * @param from the number of the element with which the tile begins
   * @param run how long runs are
   */
  static void runs(double[] to, int t, double[] a, int at, int[] places, int from, int n, int run) {
    int k = 0;
    for (int i = from / run; k < n; i++) {
      int end = Math.min((i + 1) * run - from, n);
      double sum = 0;
      for (; k < end; k++) {
        sum += a[at + k];
      }
      to[t + places[i]] += sum;
    }
  }

  /** The same in single precision. */
  static void runs(double[] to, int t, float[] a, int at, int[] places, int from, int n, int run) {
    int k = 0;
    for (int i = from / run; k < n; i++) {
      int end = Math.min((i + 1) * run - from, n);
      float sum = 0;
      for (; k < end; k++) {
        sum += a[at + k];
      }
      to[t + places[i]] += sum;
    }
  }

  /** The sum of neighbours, by several accumulators. */
  private static double neighbours(int n, double[] a, int at) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    double s4 = 0;
    double s5 = 0;
    double s6 = 0;
    double s7 = 0;
    int k = 0;
    for (; k + 8 <= n; k += 8) {
      s0 += a[at + k];
      s1 += a[at + k + 1];
      s2 += a[at + k + 2];
      s3 += a[at + k + 3];
      s4 += a[at + k + 4];
      s5 += a[at + k + 5];
      s6 += a[at + k + 6];
      s7 += a[at + k + 7];
    }
    for (; k < n; k++) {
      s0 += a[at + k];
    }
    return s0 + s1 + (s2 + s3) + (s4 + s5 + (s6 + s7));
  }

  /** The same in single precision. */
  private static float neighbours(int n, float[] a, int at) {
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    float s4 = 0;
    float s5 = 0;
    float s6 = 0;
    float s7 = 0;
    int k = 0;
    for (; k + 8 <= n; k += 8) {
      s0 += a[at + k];
      s1 += a[at + k + 1];
      s2 += a[at + k + 2];
      s3 += a[at + k + 3];
      s4 += a[at + k + 4];
      s5 += a[at + k + 5];
      s6 += a[at + k + 6];
      s7 += a[at + k + 7];
    }
    for (; k < n; k++) {
      s0 += a[at + k];
    }
    return s0 + s1 + (s2 + s3) + (s4 + s5 + (s6 + s7));
  }
}
