package org.ppl4j.tensor.plan;

import org.ppl4j.tensor.graph.Functions;
import org.ppl4j.tensor.table.Op;

/**
 * Instructions on tiles. What most steps are made of has loops of its own, which the compiler of
 * the virtual machine makes vector code of; other functions are done number by number.
 */
final class Tiles {

  private Tiles() {}

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
      case ONE -> one(i, n, to, t, ts, a, at, as);
      case TWO -> two(i.op(), n, to, t, ts, a, at, as, b, bt, bs);
      case THREE -> {
        double[] c = buffers[i.c().buffer()];
        int ct = i.c().at(row, from);
        int cs = i.c().stride();
        for (int k = 0; k < n; k++) {
          to[t + k * ts] = Functions.of(i.op(), a[at + k * as], b[bt + k * bs], c[ct + k * cs]);
        }
      }
      case SUM -> {
        if (ts == 0) {
          to[t] += Sums.of(n, a, at, as);
        } else {
          for (int k = 0; k < n; k++) {
            to[t + k * ts] += a[at + k * as];
          }
        }
      }
      case GATHER -> {
        for (int k = 0; k < n; k++) {
          to[t + k * ts] = a[at + k * as + ((int) b[bt + k * bs]) * i.apart()];
        }
      }
      case SCATTER -> {
        for (int k = 0; k < n; k++) {
          to[t + k * ts + ((int) b[bt + k * bs]) * i.apart()] += a[at + k * as];
        }
      }
    }
  }

  private static void one(
      Instruction i, int n, double[] to, int t, int ts, double[] a, int at, int as) {
    if (i.op() == Op.NEG) {
      for (int k = 0; k < n; k++) {
        to[t + k * ts] = -a[at + k * as];
      }
    } else if (i.op() == Op.SQUARE) {
      for (int k = 0; k < n; k++) {
        to[t + k * ts] = a[at + k * as] * a[at + k * as];
      }
    } else {
      for (int k = 0; k < n; k++) {
        to[t + k * ts] = Functions.of(i.op(), i.order(), a[at + k * as]);
      }
    }
  }

  private static void two(
      Op op,
      int n,
      double[] to,
      int t,
      int ts,
      double[] a,
      int at,
      int as,
      double[] b,
      int bt,
      int bs) {
    boolean dense = ts == 1 && as == 1 && bs == 1;
    boolean left = ts == 1 && as == 1 && bs == 0;
    boolean right = ts == 1 && as == 0 && bs == 1;
    switch (op) {
      case ADD -> {
        if (dense) {
          for (int k = 0; k < n; k++) {
            to[t + k] = a[at + k] + b[bt + k];
          }
        } else if (left) {
          double y = b[bt];
          for (int k = 0; k < n; k++) {
            to[t + k] = a[at + k] + y;
          }
        } else if (right) {
          double x = a[at];
          for (int k = 0; k < n; k++) {
            to[t + k] = x + b[bt + k];
          }
        } else {
          for (int k = 0; k < n; k++) {
            to[t + k * ts] = a[at + k * as] + b[bt + k * bs];
          }
        }
      }
      case SUB -> {
        if (dense) {
          for (int k = 0; k < n; k++) {
            to[t + k] = a[at + k] - b[bt + k];
          }
        } else if (left) {
          double y = b[bt];
          for (int k = 0; k < n; k++) {
            to[t + k] = a[at + k] - y;
          }
        } else if (right) {
          double x = a[at];
          for (int k = 0; k < n; k++) {
            to[t + k] = x - b[bt + k];
          }
        } else {
          for (int k = 0; k < n; k++) {
            to[t + k * ts] = a[at + k * as] - b[bt + k * bs];
          }
        }
      }
      case MUL -> {
        if (dense) {
          for (int k = 0; k < n; k++) {
            to[t + k] = a[at + k] * b[bt + k];
          }
        } else if (left) {
          double y = b[bt];
          for (int k = 0; k < n; k++) {
            to[t + k] = a[at + k] * y;
          }
        } else if (right) {
          double x = a[at];
          for (int k = 0; k < n; k++) {
            to[t + k] = x * b[bt + k];
          }
        } else {
          for (int k = 0; k < n; k++) {
            to[t + k * ts] = a[at + k * as] * b[bt + k * bs];
          }
        }
      }
      case DIV -> {
        if (dense) {
          for (int k = 0; k < n; k++) {
            to[t + k] = a[at + k] / b[bt + k];
          }
        } else if (left) {
          double y = b[bt];
          for (int k = 0; k < n; k++) {
            to[t + k] = a[at + k] / y;
          }
        } else {
          for (int k = 0; k < n; k++) {
            to[t + k * ts] = a[at + k * as] / b[bt + k * bs];
          }
        }
      }
      default -> {
        for (int k = 0; k < n; k++) {
          to[t + k * ts] = Functions.of(op, a[at + k * as], b[bt + k * bs]);
        }
      }
    }
  }
}
