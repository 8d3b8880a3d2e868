package org.ppl4j.tensor.internal.plan;

/**
 * Instructions that take numbers from other places than they put them, and sums: of short rows
 * before there is code for them; and choices.
 */
final class Moves {

  private Moves() {}

  static void move(Instruction i, Store store, int row, int from, int n) {
    double[][] buffers = store.doubles();
    double[] to = buffers[i.to().buffer()];
    double[] a = buffers[i.a().buffer()];
    int t = i.to().at(row, from);
    int at = i.a().at(row, from);
    Copies.evenly(n, to, t, i.to().stride(), a, at, i.a().stride());
  }

  /** By a condition that never changes, of which is known where runs of neighbours end. */
  static void choose(Instruction i, Store store, int row, int from, int n) {
    int[] ends = i.a().places();
    int[] rows = i.a().rows();
    int first = rows == null ? from : from + rows[row];
    Object to = store.array(i.to().buffer());
    Object b = store.array(i.b().buffer());
    Object c = store.array(i.c().buffer());
    int t = i.to().at(row, from);
    int ts = i.to().stride();
    int bt = i.b().at(row, from);
    int bs = i.b().stride();
    int ct = i.c().at(row, from);
    int cs = i.c().stride();
    int k = 0;
    while (ends != null && k < n) {
      int end = ends[first + k];
      int stop = Math.min(Math.abs(end) - first, n);
      if (end > 0) {
        copy(stop - k, to, t + k * ts, ts, b, bt + k * bs, bs);
      } else {
        copy(stop - k, to, t + k * ts, ts, c, ct + k * cs, cs);
      }
      k = stop;
    }
  }

  private static void copy(int n, Object to, int t, int ts, Object from, int at, int as) {
    if (to instanceof double[] doubles) {
      Copies.evenly(n, doubles, t, ts, (double[]) from, at, as);
    } else if (from instanceof float[] singles) {
      Copies.evenly(n, (float[]) to, t, ts, singles, at, as);
    } else { // of a number in memory
      Copies.put(false, n, (float[]) to, t, ts, (double[]) from, at, as);
    }
  }

  static void gather(Instruction i, Store store, int row, int from, int n) {
    double[][] buffers = store.doubles();
    double[] to = buffers[i.to().buffer()];
    double[] a = buffers[i.a().buffer()];
    double[] b = buffers[i.b().buffer()];
    int t = i.to().at(row, from);
    int at = i.a().at(row, from);
    int bt = i.b().at(row, from);
    for (int k = 0; k < n; k++) {
      int place = i.axis().place(b[bt + k * i.b().stride()]);
      to[t + k * i.to().stride()] = a[at + k * i.a().stride() + place];
    }
  }

  static void scatter(Instruction i, Store store, int row, int from, int n) {
    double[][] buffers = store.doubles();
    double[] to = buffers[i.to().buffer()];
    double[] a = buffers[i.a().buffer()];
    double[] b = buffers[i.b().buffer()];
    int t = i.to().at(row, from);
    int at = i.a().at(row, from);
    int bt = i.b().at(row, from);
    for (int k = 0; k < n; k++) {
      int place = i.axis().place(b[bt + k * i.b().stride()]);
      to[t + k * i.to().stride() + place] += a[at + k * i.a().stride()];
    }
  }

  static void sum(Instruction i, Store store, int row, int from, int n) {
    double[][] buffers = store.doubles();
    double[] to = buffers[i.to().buffer()];
    double[] a = buffers[i.a().buffer()];
    int t = i.to().at(row, from);
    int at = i.a().at(row, from);
    if (i.to().stride() == 0) {
      to[t] += Sums.of(n, a, at, i.a().stride());
    } else {
      for (int k = 0; k < n; k++) {
        to[t + k * i.to().stride()] += a[at + k * i.a().stride()];
      }
    }
  }
}
