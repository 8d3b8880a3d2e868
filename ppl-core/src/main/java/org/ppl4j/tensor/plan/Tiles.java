package org.ppl4j.tensor.plan;

import org.ppl4j.tensor.graph.Functions;
import org.ppl4j.tensor.plan.Instruction.Kind;

/** Instructions on tiles. */
final class Tiles {

  private Tiles() {}

  static void run(Instruction i, double[][] buffers, int row, int from, int n) {
    double[] to = buffers[i.to().buffer()];
    double[] a = buffers[i.a().buffer()];
    int t = i.to().at(row, from);
    int at = i.a().at(row, from);
    int ts = i.to().stride();
    int as = i.a().stride();
    if (i.kind() == Kind.ONE) {
      if (t == 0 && ts == 1 && at == 0 && as == 1) {
        Ones.run(i.op(), i.order(), n, to, a);
      } else {
        for (int k = 0; k < n; k++) {
          to[t + k * ts] = Functions.of(i.op(), i.order(), a[at + k * as]);
        }
      }
      return;
    }
    double[] b = buffers[i.b().buffer()];
    int bt = i.b().at(row, from);
    int bs = i.b().stride();
    switch (i.kind()) {
      case TWO -> {
        if (!Twos.run(i.op(), n, to, t, ts, a, at, as, b, bt, bs)) {
          for (int k = 0; k < n; k++) {
            to[t + k * ts] = Functions.of(i.op(), a[at + k * as], b[bt + k * bs]);
          }
        }
      }
      case THREE -> three(i, buffers, row, from, n);
      case MOVE -> move(n, to, t, ts, a, at, as);
      case SUM -> sum(n, to, t, ts, a, at, as);
      case GATHER -> {
        if (bs == 0) {
          move(n, to, t, ts, a, at + ((int) b[bt]) * i.apart(), as);
        } else {
          for (int k = 0; k < n; k++) {
            to[t + k * ts] = a[at + k * as + ((int) b[bt + k * bs]) * i.apart()];
          }
        }
      }
      default -> {
        int even = bs == 0 ? ((int) b[bt]) * i.apart() : 0;
        for (int k = 0; k < n; k++) {
          int place = bs == 0 ? even : ((int) b[bt + k * bs]) * i.apart();
          to[t + k * ts + place] += a[at + k * as];
        }
      }
    }
  }

  private static void three(Instruction i, double[][] buffers, int row, int from, int n) {
    double[] to = buffers[i.to().buffer()];
    double[] a = buffers[i.a().buffer()];
    double[] b = buffers[i.b().buffer()];
    double[] c = buffers[i.c().buffer()];
    int t = i.to().at(row, from);
    int ts = i.to().stride();
    int at = i.a().at(row, from);
    int as = i.a().stride();
    int bt = i.b().at(row, from);
    int bs = i.b().stride();
    int ct = i.c().at(row, from);
    int cs = i.c().stride();
    switch (i.op()) {
      case WHERE -> {
        for (int k = 0; k < n; k++) {
          to[t + k * ts] = a[at + k * as] != 0 ? b[bt + k * bs] : c[ct + k * cs];
        }
      }
      default -> {
        for (int k = 0; k < n; k++) {
          to[t + k * ts] = Functions.of(i.op(), a[at + k * as], b[bt + k * bs], c[ct + k * cs]);
        }
      }
    }
  }

  private static void move(int n, double[] to, int t, int ts, double[] a, int at, int as) {
    if (ts == 1 && as == 1) {
      System.arraycopy(a, at, to, t, n);
    } else {
      for (int k = 0; k < n; k++) {
        to[t + k * ts] = a[at + k * as];
      }
    }
  }

  private static void sum(int n, double[] to, int t, int ts, double[] a, int at, int as) {
    if (ts == 0) {
      to[t] += Sums.of(n, a, at, as);
    } else {
      for (int k = 0; k < n; k++) {
        to[t + k * ts] += a[at + k * as];
      }
    }
  }
}
