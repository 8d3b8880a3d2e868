package org.ppl4j.tensor.plan;

import java.util.Arrays;

/** Instructions that take numbers from other places than they put them, and sums. */
final class Moves {

  private Moves() {}

  static void move(Instruction i, Store store, int row, int from, int n) {
    double[][] buffers = store.doubles();
    double[] to = buffers[i.to().buffer()];
    double[] a = buffers[i.a().buffer()];
    int t = i.to().at(row, from);
    move(n, to, t, i.to().stride(), a, i.a().at(row, from), i.a().stride(), i.a(), from);
  }

  /** By a condition that never changes, of which is known where runs of neighbours end. */
  static void choose(Instruction i, Store store, int row, int from, int n) {
    double[][] buffers = store.doubles();
    double[] to = buffers[i.to().buffer()];
    double[] b = buffers[i.b().buffer()];
    double[] c = buffers[i.c().buffer()];
    int t = i.to().at(row, from);
    int bt = i.b().at(row, from);
    int ct = i.c().at(row, from);
    int ts = i.to().stride();
    int bs = i.b().stride();
    int cs = i.c().stride();
    int[] ends = i.a().places();
    int[] rows = i.a().rows();
    int first = rows == null ? from : from + rows[row];
    int k = 0;
    while (ends != null && k < n) {
      int end = ends[first + k];
      int stop = Math.min(Math.abs(end) - first, n);
      if (end > 0) {
        evenly(stop - k, to, t + k * ts, ts, b, bt + k * bs, bs);
      } else {
        evenly(stop - k, to, t + k * ts, ts, c, ct + k * cs, cs);
      }
      k = stop;
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
    int ts = i.to().stride();
    int as = i.a().stride();
    int bs = i.b().stride();
    int[] known = i.b().places();
    int[] places = i.a().places();
    if (known != null) {
      int first = i.a().offset();
      for (int k = 0; k < n; k++) {
        to[t + k * ts] = a[first + known[from + k]];
      }
    } else if (places != null) {
      for (int k = 0; k < n; k++) {
        to[t + k * ts] = a[at + places[from + k] + ((int) b[bt + k * bs]) * i.apart()];
      }
    } else if (bs == 0) {
      evenly(n, to, t, ts, a, at + ((int) b[bt]) * i.apart(), as);
    } else {
      for (int k = 0; k < n; k++) {
        to[t + k * ts] = a[at + k * as + ((int) b[bt + k * bs]) * i.apart()];
      }
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
    int ts = i.to().stride();
    int as = i.a().stride();
    int bs = i.b().stride();
    int[] known = i.b().places();
    if (known != null) {
      scatter(n, to, i.to().offset(), known, from, a, at, as);
      return;
    }
    int[] places = i.to().places();
    for (int k = 0; k < n; k++) {
      int place = places == null ? k * ts : places[from + k];
      to[t + place + ((int) b[bt + k * bs]) * i.apart()] += a[at + k * as];
    }
  }

  /** Where neighbours go to the same place they wait for each other, so four parts take turns. */
  private static void scatter(
      int n, double[] to, int first, int[] places, int from, double[] a, int at, int as) {
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

  private static void move(
      int n, double[] to, int t, int ts, double[] a, int at, int as, Operand from, int first) {
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

  /** A number, which is there some times; if few, a loop that is told to be short. */
  private static void fill(int n, double[] to, int t, double number) {
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

  private static void evenly(int n, double[] to, int t, int ts, double[] a, int at, int as) {
    if (ts == 1 && as == 1 && n >= LoopBuilder.LONG) {
      System.arraycopy(a, at, to, t, n);
    } else if (as == 0) {
      double number = a[at];
      for (int k = 0; k < n; k++) {
        to[t + k * ts] = number;
      }
    } else {
      for (int k = 0; k < n; k++) {
        to[t + k * ts] = a[at + k * as];
      }
    }
  }

  static void sum(Instruction i, Store store, int row, int from, int n) {
    double[][] buffers = store.doubles();
    Operand into = i.to();
    double[] to = buffers[into.buffer()];
    double[] a = buffers[i.a().buffer()];
    sum(n, to, into.at(row, from), into, from, a, i.a().at(row, from), i.a().stride());
  }

  private static void sum(
      int n, double[] to, int t, Operand into, int first, double[] a, int at, int as) {
    int ts = into.stride();
    int[] places = into.places();
    if (places != null && into.run() == 1) {
      for (int k = 0; k < n; k++) {
        to[t + places[first + k]] += a[at + k * as];
      }
    } else if (places != null && into.step() == 0) {
      sumRuns(n, to, t, into, first, a, at, as);
    } else if (places != null) {
      int k = 0;
      for (int end = into.endOfRun(first); k < n; end += into.run()) {
        int size = Math.min(end, n) - k;
        sum(size, to, t + into.place(first + k), 1, a, at + k * as, as);
        k += size;
      }
    } else if (ts == 0) {
      to[t] += Sums.of(n, a, at, as);
    } else {
      sum(n, to, t, ts, a, at, as);
    }
  }

  private static void sum(int n, double[] to, int t, int ts, double[] a, int at, int as) {
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

  /** Sums of neighbours; those of four short runs take turns, since they wait for each other. */
  private static void sumRuns(
      int n, double[] to, int t, Operand into, int first, double[] a, int at, int as) {
    int run = into.run();
    int k = 0;
    int end = into.endOfRun(first);
    while (k < n) {
      if (run < LoopBuilder.LONG && end - k == run && k + 4 * run <= n) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        int i = at + k * as;
        for (int j = 0; j < run; j++) {
          s0 += a[i];
          s1 += a[i + run * as];
          s2 += a[i + 2 * run * as];
          s3 += a[i + 3 * run * as];
          i += as;
        }
        to[t + into.place(first + k)] += s0;
        to[t + into.place(first + k + run)] += s1;
        to[t + into.place(first + k + 2 * run)] += s2;
        to[t + into.place(first + k + 3 * run)] += s3;
        k += 4 * run;
        end += 4 * run;
      } else {
        int size = Math.min(end, n) - k;
        to[t + into.place(first + k)] += Sums.of(size, a, at + k * as, as);
        k += size;
        end += run;
      }
    }
  }
}
