package org.ppl4j.tensor.plan;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

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
      case MOVE -> move(n, to, t, ts, a, at, as, i.a().places(), from);
      case SUM -> sum(n, to, t, ts, i.to().places(), from, a, at, as);
      case GATHER -> {
        int[] places = i.a().places();
        if (places != null) {
          for (int k = 0; k < n; k++) {
            to[t + k * ts] = a[at + places[from + k] + ((int) b[bt + k * bs]) * i.apart()];
          }
        } else if (bs == 0) {
          move(n, to, t, ts, a, at + ((int) b[bt]) * i.apart(), as, null, from);
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
      int n,
      double[] to,
      int t,
      int ts,
      double[] a,
      int at,
      int as,
      int @Nullable [] places,
      int from) {
    if (places != null) {
      for (int k = 0; k < n; k++) {
        to[t + k * ts] = a[at + places[from + k]];
      }
    } else if (ts == 1 && as == 1) {
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
      int n,
      double[] to,
      int t,
      int ts,
      int @Nullable [] places,
      int from,
      double[] a,
      int at,
      int as) {
    if (places != null) {
      int k = 0;
      while (k < n) {
        int place = places[from + k];
        double sum = a[at + k * as];
        for (k++; k < n && places[from + k] == place; k++) {
          sum += a[at + k * as];
        }
        to[t + place] += sum;
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
