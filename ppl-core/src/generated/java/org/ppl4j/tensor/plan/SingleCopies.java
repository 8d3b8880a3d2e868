// Written by SingleSources of Copies; to write it anew: mvn exec:exec@singles -pl ppl-core
package org.ppl4j.tensor.plan;

import java.util.Arrays;

/** Elements of an array that are put into another, or added there, or summed. */
final class SingleCopies {

  private SingleCopies() {}

  /** Elements of an operand, from a place of its row on, whose places may be uneven. */
  static void move(
      int n, float[] to, int t, int ts, float[] a, int at, int as, Operand from, int first) {
    int[] places = from.places();
    if (places == null) {
      evenly(n, to, t, ts, a, at, as);
    } else if (from.run() == 1) {
      for (int k = 0; k < n; k++) {
        to[t + k * ts] = a[at + places[first + k]];
      }
    } else {
      int k = 0;
      for (int end = from.endOfRun(first); k < n; end += from.run()) {
        int stop = Math.min(end, n);
        int source = at + from.place(first + k);
        if (ts == 1 && from.step() == 0) {
          fill(stop - k, to, t + k, a[source]);
        } else {
          evenly(stop - k, to, t + k * ts, ts, a, source, from.step());
        }
        k = stop;
      }
    }
  }

  /** A number, so many times; if few, a loop that is told to be short. */
  static void fill(int n, float[] to, int t, float number) {
    if (n >= LoopBuilder.LONG) {
      Arrays.fill(to, t, t + n, number);
      return;
    }
    int k = t;
    int end = t + n;
    for (; k + 4 <= end; k += 4) {
      to[k] = number;
      to[k + 1] = number;
      to[k + 2] = number;
      to[k + 3] = number;
    }
    for (; k < end; k++) {
      to[k] = number;
    }
  }

  /** Elements that are evenly apart. */
  static void evenly(int n, float[] to, int t, int ts, float[] a, int at, int as) {
    if (ts == 1 && as == 1 && n >= LoopBuilder.LONG) {
      System.arraycopy(a, at, to, t, n);
    } else if (as == 0) {
      float number = a[at];
      for (int k = 0; k < n; k++) {
        to[t + k * ts] = number;
      }
    } else {
      for (int k = 0; k < n; k++) {
        to[t + k * ts] = a[at + k * as];
      }
    }
  }

  /** Puts elements that are evenly apart, or adds them. */
  static void put(boolean isMore, int n, float[] to, int t, int ts, float[] a, int at, int as) {
    if (isMore) {
      add(n, to, t, ts, a, at, as);
    } else {
      evenly(n, to, t, ts, a, at, as);
    }
  }

  /** Adds elements that are evenly apart. */
  static void add(int n, float[] to, int t, int ts, float[] a, int at, int as) {
    if (ts == 1 && as == 1) {
      for (int k = 0; k < n; k++) {
        to[t + k] += a[at + k];
      }
    } else {
      for (int k = 0; k < n; k++) {
        to[t + k * ts] += a[at + k * as];
      }
    }
  }

  /** The sum of neighbours, by several accumulators. */
  static float sum(int n, float[] a, int at) {
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

  /**
   * Adds elements to places that a table has, from one of its rows on. Where neighbours go to the
   * same place they wait for each other, so four parts take turns.
   */
  static void scatter(
      int n, float[] to, int first, int[] places, int from, float[] a, int at, int as) {
    int part = n / 4;
    for (int k = 0; k < part; k++) {
      to[first + places[from + k]] += a[at + k * as];
      to[first + places[from + k + part]] += a[at + (k + part) * as];
      to[first + places[from + k + 2 * part]] += a[at + (k + 2 * part) * as];
      to[first + places[from + k + 3 * part]] += a[at + (k + 3 * part) * as];
    }
    for (int k = 4 * part; k < n; k++) {
      to[first + places[from + k]] += a[at + k * as];
    }
  }
}
