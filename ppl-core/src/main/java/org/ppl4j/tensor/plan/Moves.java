package org.ppl4j.tensor.plan;

/** Instructions that take numbers from other places than they put them, and sums. */
final class Moves {

  private Moves() {}

  static void move(Instruction i, Store store, int row, int from, int n) {
    double[][] buffers = store.doubles();
    double[] to = buffers[i.to().buffer()];
    double[] a = buffers[i.a().buffer()];
    int t = i.to().at(row, from);
    Copies.move(n, to, t, i.to().stride(), a, i.a().at(row, from), i.a().stride(), i.a(), from);
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
        Copies.evenly(stop - k, to, t + k * ts, ts, b, bt + k * bs, bs);
      } else {
        Copies.evenly(stop - k, to, t + k * ts, ts, c, ct + k * cs, cs);
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
    Axis axis = i.axis();
    int[] known = i.b().places();
    int[] places = i.a().places();
    if (known != null) {
      int first = i.a().offset();
      for (int k = 0; k < n; k++) {
        to[t + k * ts] = a[first + known[from + k]];
      }
    } else if (places != null) {
      for (int k = 0; k < n; k++) {
        to[t + k * ts] = a[at + places[from + k] + axis.place(b[bt + k * bs])];
      }
    } else if (bs == 0) {
      Copies.evenly(n, to, t, ts, a, at + axis.place(b[bt]), as);
    } else {
      for (int k = 0; k < n; k++) {
        to[t + k * ts] = a[at + k * as + axis.place(b[bt + k * bs])];
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
    Axis axis = i.axis();
    int[] known = i.b().places();
    if (known != null) {
      Copies.scatter(n, to, i.to().offset(), known, from, a, at, as);
      return;
    }
    int[] places = i.to().places();
    for (int k = 0; k < n; k++) {
      int place = places == null ? k * ts : places[from + k];
      to[t + place + axis.place(b[bt + k * bs])] += a[at + k * as];
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
        Copies.add(size, to, t + into.place(first + k), 1, a, at + k * as, as);
        k += size;
      }
    } else if (ts == 0) {
      to[t] += Sums.of(n, a, at, as);
    } else {
      Copies.add(n, to, t, ts, a, at, as);
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
