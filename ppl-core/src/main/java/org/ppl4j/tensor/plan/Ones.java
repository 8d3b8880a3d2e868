package org.ppl4j.tensor.plan;

import org.ppl4j.math.Elementary;
import org.ppl4j.tensor.graph.Functions;
import org.ppl4j.tensor.table.Op;

/**
 * Functions of the first elements of an array, a loop for each of those that are met often: the
 * compiler of the virtual machine makes vector code of what begins at 0 and chooses nothing.
 */
final class Ones {

  private Ones() {}

  static void run(Op op, int order, int n, double[] to, double[] a) {
    switch (op) {
      case NEG -> {
        for (int k = 0; k < n; k++) {
          to[k] = -a[k];
        }
      }
      case SQUARE -> {
        for (int k = 0; k < n; k++) {
          to[k] = a[k] * a[k];
        }
      }
      case ABS -> {
        for (int k = 0; k < n; k++) {
          to[k] = Math.abs(a[k]);
        }
      }
      case SQRT -> {
        for (int k = 0; k < n; k++) {
          to[k] = Math.sqrt(a[k]);
        }
      }
      case RELU -> {
        for (int k = 0; k < n; k++) {
          to[k] = Math.max(a[k], 0);
        }
      }
      case EXP -> {
        for (int k = 0; k < n; k++) {
          to[k] = Math.exp(a[k]);
        }
      }
      case LOG -> {
        for (int k = 0; k < n; k++) {
          to[k] = Math.log(a[k]);
        }
      }
      case LOG1P -> {
        for (int k = 0; k < n; k++) {
          to[k] = Elementary.log1p(a[k]);
        }
      }
      case EXPM1 -> {
        for (int k = 0; k < n; k++) {
          to[k] = Elementary.expm1(a[k]);
        }
      }
      case SIGMOID -> {
        for (int k = 0; k < n; k++) {
          to[k] = Elementary.sigmoid(a[k]);
        }
      }
      case SOFTPLUS -> {
        for (int k = 0; k < n; k++) {
          to[k] = Elementary.softplus(a[k]);
        }
      }
      case TANH -> {
        for (int k = 0; k < n; k++) {
          to[k] = Elementary.tanh(a[k]);
        }
      }
      case IS_NAN -> {
        for (int k = 0; k < n; k++) {
          to[k] = Double.isNaN(a[k]) ? 1 : 0;
        }
      }
      case LOGICAL_NOT -> {
        for (int k = 0; k < n; k++) {
          to[k] = a[k] == 0 ? 1 : 0;
        }
      }
      default -> {
        for (int k = 0; k < n; k++) {
          to[k] = Functions.of(op, order, a[k]);
        }
      }
    }
  }
}
