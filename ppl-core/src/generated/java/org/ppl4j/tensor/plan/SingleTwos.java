// Written by SingleSources of Twos; to write it anew: mvn exec:exec@singles -pl ppl-core
package org.ppl4j.tensor.plan;

import org.ppl4j.tensor.table.Op;

/**
 * Functions of two operands that are met often, a loop for each, on the first elements of arrays.
 * The compiler of the virtual machine makes vector code of arithmetic.
 */
final class SingleTwos {

  private SingleTwos() {}

  /** Of two arrays; whether it is done, else it is left to the caller, as by the others here. */
  static boolean dense(Op op, int n, float[] to, float[] a, float[] b) {
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
      case EQ -> {
        for (int k = 0; k < n; k++) {
          int is = a[k] == b[k] ? 1 : 0; // of whole numbers no jump is made
          to[k] = is;
        }
      }
      case GT -> {
        for (int k = 0; k < n; k++) {
          int is = a[k] > b[k] ? 1 : 0; // of whole numbers no jump is made
          to[k] = is;
        }
      }
      case GTE -> {
        for (int k = 0; k < n; k++) {
          int is = a[k] >= b[k] ? 1 : 0; // of whole numbers no jump is made
          to[k] = is;
        }
      }
      case LT -> {
        for (int k = 0; k < n; k++) {
          int is = a[k] < b[k] ? 1 : 0; // of whole numbers no jump is made
          to[k] = is;
        }
      }
      case LTE -> {
        for (int k = 0; k < n; k++) {
          int is = a[k] <= b[k] ? 1 : 0; // of whole numbers no jump is made
          to[k] = is;
        }
      }
      case LOGICAL_AND -> {
        for (int k = 0; k < n; k++) {
          to[k] = a[k] != 0 && b[k] != 0 ? 1 : 0;
        }
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  /** With a number on the right. */
  static boolean left(Op op, int n, float[] to, float[] a, float y) {
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
        for (int k = 0; k < n; k++) {
          to[k] = a[k] / y;
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
      case EQ -> {
        for (int k = 0; k < n; k++) {
          int is = a[k] == y ? 1 : 0; // of whole numbers no jump is made
          to[k] = is;
        }
      }
      case GT -> {
        for (int k = 0; k < n; k++) {
          int is = a[k] > y ? 1 : 0; // of whole numbers no jump is made
          to[k] = is;
        }
      }
      case LT -> {
        for (int k = 0; k < n; k++) {
          int is = a[k] < y ? 1 : 0; // of whole numbers no jump is made
          to[k] = is;
        }
      }
      case GTE -> {
        for (int k = 0; k < n; k++) {
          int is = a[k] >= y ? 1 : 0; // of whole numbers no jump is made
          to[k] = is;
        }
      }
      case LTE -> {
        for (int k = 0; k < n; k++) {
          int is = a[k] <= y ? 1 : 0; // of whole numbers no jump is made
          to[k] = is;
        }
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  /** With a number on the left. */
  static boolean right(Op op, int n, float[] to, float x, float[] b) {
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
      case ADD, MUL, MAXIMUM, MINIMUM, EQ -> {
        return left(op, n, to, b, x);
      }
      case GT -> {
        return left(Op.LT, n, to, b, x);
      }
      case LT -> {
        return left(Op.GT, n, to, b, x);
      }
      case GTE -> {
        return left(Op.LTE, n, to, b, x);
      }
      case LTE -> {
        return left(Op.GTE, n, to, b, x);
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  /** One of two numbers each, by bits, since a choice may be hard to foresee. */
  static void chosen(int n, float[] to, float[] a, float[] b, float[] c) {
    for (int k = 0; k < n; k++) {
      int is = isTrue(a[k]);
      int first = Float.floatToRawIntBits(b[k]) & is;
      to[k] = Float.intBitsToFloat(first | Float.floatToRawIntBits(c[k]) & ~is);
    }
  }

  /** The same where the second one is a number. */
  static void chosen(int n, float[] to, float[] a, float[] b, float c) {
    int other = Float.floatToRawIntBits(c);
    for (int k = 0; k < n; k++) {
      int is = isTrue(a[k]);
      to[k] = Float.intBitsToFloat(Float.floatToRawIntBits(b[k]) & is | other & ~is);
    }
  }

  /** The same where the first one is a number. */
  static void chosen(int n, float[] to, float[] a, float b, float[] c) {
    int first = Float.floatToRawIntBits(b);
    for (int k = 0; k < n; k++) {
      int is = isTrue(a[k]);
      to[k] = Float.intBitsToFloat(first & is | Float.floatToRawIntBits(c[k]) & ~is);
    }
  }

  /** All bits of what is not 0. */
  private static int isTrue(float x) {
    int size = Float.floatToRawIntBits(x) << 1; // without the sign
    return (size | -size) >> 31;
  }
}
