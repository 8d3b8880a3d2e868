package org.ppl4j.tensor.plan;

import java.util.Arrays;

/** Instructions that take numbers from other places than they put them, and sums. */
final class Moves {

  private Moves() {}

  static void run(Instruction i, double[][] buffers, int row, int from, int n) {
    double[] to = buffers[i.to().buffer()];
    double[] a = buffers[i.a().buffer()];
    double[] b = buffers[i.b().buffer()];
    int t = i.to().at(row, from);
    int at = i.a().at(row, from);
    int bt = i.b().at(row, from);
    int ts = i.to().stride();
    int as = i.a().stride();
    int bs = i.b().stride();
    switch (i.kind()) {
      case MOVE -> move(n, to, t, ts, a, at, as, i.a(), from);
      case SUM -> sum(n, to, t, ts, i.to(), from, a, at, as);
      case GATHER -> {
        int[] places = i.a().places();
        if (places != null) {
          for (int k = 0; k < n; k++) {
            to[t + k * ts] = a[at + places[from + k] + ((int) b[bt + k * bs]) * i.apart()];
          }
        } else if (bs == 0) {
          int first = at + ((int) b[bt]) * i.apart();
          evenly(n, to, t, ts, a, first, as);
        } else {
          for (int k = 0; k < n; k++) {
            to[t + k * ts] = a[at + k * as + ((int) b[bt + k * bs]) * i.apart()];
          }
        }
      }
      default -> {
        int[] places = i.to().places();
        for (int k = 0; k < n; k++) {
          int place = places == null ? k * ts : places[from + k];
          to[t + place + ((int) b[bt + k * bs]) * i.apart()] += a[at + k * as];
        }
      }
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
        double number = a[at + places[first + k]];
        for (int stop = Math.min(end, n); k < stop; k++) {
          to[t + k * ts] = number;
        }
      }
    }
  }

  private static void evenly(int n, double[] to, int t, int ts, double[] a, int at, int as) {
    if (ts == 1 && as == 1) {
      System.arraycopy(a, at, to, t, n);
    } else if (ts == 1 && as == 0) {
      Arrays.fill(to, t, t + n, a[at]);
    } else {
      for (int k = 0; k < n; k++) {
        to[t + k * ts] = a[at + k * as];
      }
    }
  }

  private static void sum(
      int n, double[] to, int t, int ts, Operand into, int first, double[] a, int at, int as) {
    int[] places = into.places();
    if (places != null) {
      int k = 0;
      for (int end = into.endOfRun(first); k < n; end += into.run()) {
        double sum = 0;
        int place = t + places[first + k];
        for (int stop = Math.min(end, n); k < stop; k++) {
          sum += a[at + k * as];
        }
        to[place] += sum;
      }
    } else if (ts == 0) {
      to[t] += Sums.of(n, a, at, as);
    } else {
      for (int k = 0; k < n; k++) {
        to[t + k * ts] += a[at + k * as];
      }
    }
  }
}
