package org.ppl4j.tensor.internal.plan;

import java.util.Arrays;

/** Elements of an array that are evenly apart, which are put into another, or added there. */
final class Copies {

  private Copies() {}

  static void evenly(int n, double[] to, int t, int ts, double[] from, int at, int as) {
    if (ts == 1 && as == 1) {
      System.arraycopy(from, at, to, t, n);
    } else if (ts == 1 && as == 0) {
      Arrays.fill(to, t, t + n, from[at]);
    } else {
      for (int k = 0; k < n; k++) {
        to[t + k * ts] = from[at + k * as];
      }
    }
  }

  static void evenly(int n, float[] to, int t, int ts, float[] from, int at, int as) {
    if (ts == 1 && as == 1) {
      System.arraycopy(from, at, to, t, n);
    } else if (ts == 1 && as == 0) {
      Arrays.fill(to, t, t + n, from[at]);
    } else {
      for (int k = 0; k < n; k++) {
        to[t + k * ts] = from[at + k * as];
      }
    }
  }

  /** Puts them, or adds them. */
  static void put(boolean adds, int n, double[] to, int t, int ts, double[] from, int at, int as) {
    if (adds) {
      for (int k = 0; k < n; k++) {
        to[t + k * ts] += from[at + k * as];
      }
    } else {
      evenly(n, to, t, ts, from, at, as);
    }
  }

  /** The same in single precision. */
  static void put(boolean adds, int n, float[] to, int t, int ts, float[] from, int at, int as) {
    if (adds) {
      for (int k = 0; k < n; k++) {
        to[t + k * ts] += from[at + k * as];
      }
    } else {
      evenly(n, to, t, ts, from, at, as);
    }
  }

  /** The same of elements that are widened. */
  static void put(boolean adds, int n, double[] to, int t, int ts, float[] from, int at, int as) {
    if (adds) {
      for (int k = 0; k < n; k++) {
        to[t + k * ts] += from[at + k * as];
      }
    } else {
      for (int k = 0; k < n; k++) {
        to[t + k * ts] = from[at + k * as];
      }
    }
  }

  /** The same of elements that are rounded. */
  static void put(boolean adds, int n, float[] to, int t, int ts, double[] from, int at, int as) {
    if (adds) {
      for (int k = 0; k < n; k++) {
        to[t + k * ts] += (float) from[at + k * as];
      }
    } else {
      for (int k = 0; k < n; k++) {
        to[t + k * ts] = (float) from[at + k * as];
      }
    }
  }
}
