// Written by SingleSources, in the tests, of Widening; to write it anew: mvn exec:exec@singles -pl ppl-core
package org.ppl4j.tensor.plan;

/** Elements that are put into an array of single precision, or added there. */
final class Rounding {

  private Rounding() {}

  /** An instruction that moves elements from one precision to the other. */
  static void move(Instruction i, Store store, int row, int from, int n) {
    Operand source = i.a();
    double[] a = store.doubles()[source.buffer()];
    float[] to = store.single(i.to().buffer());
    int t = i.to().at(row, from);
    int ts = i.to().stride();
    int at = source.at(row, from);
    int[] places = source.places();
    if (places == null) {
      evenly(n, to, t, ts, a, at, source.stride());
    } else if (source.run() == 1) {
      for (int k = 0; k < n; k++) {
        to[t + k * ts] = (float) a[at + places[from + k]];
      }
    } else {
      int k = 0;
      for (int end = source.endOfRun(from); k < n; end += source.run()) {
        int stop = Math.min(end, n);
        evenly(stop - k, to, t + k * ts, ts, a, at + source.place(from + k), source.step());
        k = stop;
      }
    }
  }

  /** Elements that are evenly apart. */
  static void evenly(int n, float[] to, int t, int ts, double[] a, int at, int as) {
    if (ts == 1 && as == 1) {
      for (int k = 0; k < n; k++) {
        to[t + k] = (float) a[at + k];
      }
    } else if (ts == 1 && as == 0) {
      SingleCopies.fill(n, to, t, (float) a[at]);
    } else {
      for (int k = 0; k < n; k++) {
        to[t + k * ts] = (float) a[at + k * as];
      }
    }
  }

  /** Puts elements that are evenly apart, or adds them. */
  static void put(boolean isMore, int n, float[] to, int t, int ts, double[] a, int at, int as) {
    if (isMore) {
      add(n, to, t, ts, a, at, as);
    } else {
      evenly(n, to, t, ts, a, at, as);
    }
  }

  /** Adds elements that are evenly apart. */
  static void add(int n, float[] to, int t, int ts, double[] a, int at, int as) {
    for (int k = 0; k < n; k++) {
      to[t + k * ts] += (float) a[at + k * as];
    }
  }
}
