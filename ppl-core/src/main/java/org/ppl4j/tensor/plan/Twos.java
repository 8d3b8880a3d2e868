package org.ppl4j.tensor.plan;

import org.ppl4j.tensor.table.Op;

/**
 * Functions of two operands that are met often, a loop for each. Arithmetic on the first elements
 * of arrays, or with one number, has loops that the compiler of the virtual machine makes vector
 * code of.
 */
final class Twos {

  private Twos() {}

  /** Whether it is done; else it is left to the caller. */
  static boolean run(
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
    if (t == 0 && ts == 1) {
      boolean first = as == 1 && at == 0;
      boolean second = bs == 1 && bt == 0;
      if (first && second && dense(op, n, to, a, b)
          || first && bs == 0 && left(op, n, to, a, b[bt])
          || as == 0 && second && right(op, n, to, a[at], b)) {
        return true;
      }
    }
    return apart(op, n, to, t, ts, a, at, as, b, bt, bs);
  }

  private static boolean dense(Op op, int n, double[] to, double[] a, double[] b) {
    switch (op) {
      case ADD -> {
        for (int k = 0; k < n; k++) {
          to[k] = a[k] + b[k];
        }
      }
      case SUB -> {
        for (int k = 0; k < n; k++) {
          to[k] = a[k] - b[k];
        }
      }
      case MUL -> {
        for (int k = 0; k < n; k++) {
          to[k] = a[k] * b[k];
        }
      }
      case DIV -> {
        for (int k = 0; k < n; k++) {
          to[k] = a[k] / b[k];
        }
      }
      case MAXIMUM -> {
        for (int k = 0; k < n; k++) {
          to[k] = Math.max(a[k], b[k]);
        }
      }
      case MINIMUM -> {
        for (int k = 0; k < n; k++) {
          to[k] = Math.min(a[k], b[k]);
        }
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  /** With a number on the right; its reciprocal is taken once, unless that were too small. */
  private static boolean left(Op op, int n, double[] to, double[] a, double y) {
    switch (op) {
      case ADD -> {
        for (int k = 0; k < n; k++) {
          to[k] = a[k] + y;
        }
      }
      case SUB -> {
        for (int k = 0; k < n; k++) {
          to[k] = a[k] - y;
        }
      }
      case MUL -> {
        for (int k = 0; k < n; k++) {
          to[k] = a[k] * y;
        }
      }
      case DIV -> {
        double inverse = 1 / y;
        if (Math.abs(inverse) < Double.MIN_NORMAL || !Double.isFinite(inverse)) {
          return false;
        }
        for (int k = 0; k < n; k++) {
          to[k] = a[k] * inverse;
        }
      }
      case MAXIMUM -> {
        for (int k = 0; k < n; k++) {
          to[k] = Math.max(a[k], y);
        }
      }
      case MINIMUM -> {
        for (int k = 0; k < n; k++) {
          to[k] = Math.min(a[k], y);
        }
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private static boolean right(Op op, int n, double[] to, double x, double[] b) {
    switch (op) {
      case SUB -> {
        for (int k = 0; k < n; k++) {
          to[k] = x - b[k];
        }
      }
      case DIV -> {
        for (int k = 0; k < n; k++) {
          to[k] = x / b[k];
        }
      }
      case ADD, MUL, MAXIMUM, MINIMUM -> {
        return left(op, n, to, b, x);
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private static boolean apart(
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
    switch (op) {
      case ADD -> {
        for (int k = 0; k < n; k++) {
          to[t + k * ts] = a[at + k * as] + b[bt + k * bs];
        }
      }
      case SUB -> {
        for (int k = 0; k < n; k++) {
          to[t + k * ts] = a[at + k * as] - b[bt + k * bs];
        }
      }
      case MUL -> {
        for (int k = 0; k < n; k++) {
          to[t + k * ts] = a[at + k * as] * b[bt + k * bs];
        }
      }
      case DIV -> {
        for (int k = 0; k < n; k++) {
          to[t + k * ts] = a[at + k * as] / b[bt + k * bs];
        }
      }
      case EQ -> {
        for (int k = 0; k < n; k++) {
          to[t + k * ts] = a[at + k * as] == b[bt + k * bs] ? 1 : 0;
        }
      }
      case GT -> {
        for (int k = 0; k < n; k++) {
          to[t + k * ts] = a[at + k * as] > b[bt + k * bs] ? 1 : 0;
        }
      }
      case GTE -> {
        for (int k = 0; k < n; k++) {
          to[t + k * ts] = a[at + k * as] >= b[bt + k * bs] ? 1 : 0;
        }
      }
      case LT -> {
        for (int k = 0; k < n; k++) {
          to[t + k * ts] = a[at + k * as] < b[bt + k * bs] ? 1 : 0;
        }
      }
      case LTE -> {
        for (int k = 0; k < n; k++) {
          to[t + k * ts] = a[at + k * as] <= b[bt + k * bs] ? 1 : 0;
        }
      }
      default -> {
        return false;
      }
    }
    return true;
  }
}
