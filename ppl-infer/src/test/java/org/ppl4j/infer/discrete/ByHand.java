package org.ppl4j.infer.discrete;

import java.util.Arrays;

/**
 * Sums over choices as one would write them in Java for speed: log densities with all derivatives.
 * They are what recorded programs are timed beside.
 */
final class ByHand {

  private ByHand() {}

  /**
   * A hidden Markov model of normal emissions, by scaled forwards and backwards, with K
   * exponentials a step. The vector has the logits of the state before the first step (K) and of
   * the transitions (K, K), the locations (K) and the logarithm of the scale.
   */
  static double hiddenMarkov(double[] y, int k, double[] u, double[] gradient) {
    int steps = y.length;
    double[] init = softmax(u, 0, k);
    double[] trans = new double[k * k];
    for (int i = 0; i < k; i++) {
      System.arraycopy(softmax(u, k + i * k, k), 0, trans, i * k, k);
    }
    int ofLoc = k + k * k;
    double logScale = u[ofLoc + k];
    double precision = Math.exp(-2 * logScale);
    double[] forward = new double[(steps + 1) * k]; // normalised
    double[] emission = new double[steps * k];
    double[] scale = new double[steps];
    System.arraycopy(init, 0, forward, 0, k);
    double logDensity = -steps * (logScale + 0.5 * Math.log(2 * Math.PI));
    double[] next = new double[k];
    for (int t = 0; t < steps; t++) {
      int at = t * k;
      double least = Double.POSITIVE_INFINITY;
      for (int j = 0; j < k; j++) {
        double r = y[t] - u[ofLoc + j];
        emission[at + j] = 0.5 * r * r * precision;
        least = Math.min(least, emission[at + j]);
      }
      Arrays.fill(next, 0);
      for (int i = 0; i < k; i++) {
        double from = forward[at + i];
        for (int j = 0; j < k; j++) {
          next[j] += from * trans[i * k + j];
        }
      }
      double sum = 0;
      for (int j = 0; j < k; j++) {
        emission[at + j] = Math.exp(least - emission[at + j]);
        next[j] *= emission[at + j];
        sum += next[j];
      }
      scale[t] = 1 / sum;
      for (int j = 0; j < k; j++) {
        forward[at + k + j] = next[j] * scale[t];
      }
      logDensity += Math.log(sum) - least;
    }
    double[] backward = new double[k];
    Arrays.fill(backward, 1);
    double[] moved = new double[k * k]; // expected transitions
    double[] weighed = new double[k];
    double squares = 0;
    Arrays.fill(gradient, 0);
    for (int t = steps - 1; t >= 0; t--) {
      int at = t * k;
      for (int j = 0; j < k; j++) {
        double share = forward[at + k + j] * backward[j];
        double r = (y[t] - u[ofLoc + j]) * precision;
        gradient[ofLoc + j] += share * r;
        squares += share * r * (y[t] - u[ofLoc + j]);
        weighed[j] = emission[at + j] * backward[j] * scale[t];
      }
      for (int i = 0; i < k; i++) {
        double from = forward[at + i];
        double sum = 0;
        for (int j = 0; j < k; j++) {
          double way = trans[i * k + j] * weighed[j];
          moved[i * k + j] += from * way;
          sum += way;
        }
        backward[i] = sum;
      }
    }
    gradient[ofLoc + k] = squares - steps;
    for (int i = 0; i < k; i++) {
      gradient[i] = init[i] * backward[i] - init[i];
      double all = 0;
      for (int j = 0; j < k; j++) {
        all += moved[i * k + j];
      }
      for (int j = 0; j < k; j++) {
        gradient[k + i * k + j] = moved[i * k + j] - trans[i * k + j] * all;
      }
    }
    return logDensity;
  }

  /**
   * A mixture of normals of independent columns. The vector has the logits of the weights (K), the
   * locations (K, columns) and the logarithms of the scales (K, columns).
   *
   * @param x rows, one after the other
   */
  static double mixture(double[] x, int columns, int k, double[] u, double[] gradient) {
    double[] weights = softmax(u, 0, k);
    int ofScale = k + k * columns;
    double[] base = new double[k];
    double[] precision = new double[k * columns];
    for (int j = 0; j < k; j++) {
      base[j] = Math.log(weights[j]) - 0.5 * columns * Math.log(2 * Math.PI);
      for (int c = 0; c < columns; c++) {
        base[j] -= u[ofScale + j * columns + c];
        precision[j * columns + c] = Math.exp(-2 * u[ofScale + j * columns + c]);
      }
    }
    Arrays.fill(gradient, 0);
    double[] log = new double[k];
    double[] shares = new double[k];
    double logDensity = 0;
    for (int row = 0; row < x.length; row += columns) {
      double most = Double.NEGATIVE_INFINITY;
      for (int j = 0; j < k; j++) {
        double sum = base[j];
        for (int c = 0; c < columns; c++) {
          double r = x[row + c] - u[k + j * columns + c];
          sum -= 0.5 * r * r * precision[j * columns + c];
        }
        log[j] = sum;
        most = Math.max(most, sum);
      }
      double total = 0;
      for (int j = 0; j < k; j++) {
        log[j] = Math.exp(log[j] - most);
        total += log[j];
      }
      logDensity += most + Math.log(total);
      for (int j = 0; j < k; j++) {
        double share = log[j] / total;
        shares[j] += share;
        for (int c = 0; c < columns; c++) {
          int at = j * columns + c;
          double r = x[row + c] - u[k + at];
          double slope = share * r * precision[at];
          gradient[k + at] += slope;
          gradient[ofScale + at] += slope * r;
        }
      }
    }
    int rows = x.length / columns;
    for (int j = 0; j < k; j++) {
      gradient[j] = shares[j] - rows * weights[j];
      for (int c = 0; c < columns; c++) {
        gradient[ofScale + j * columns + c] -= shares[j];
      }
    }
    return logDensity;
  }

  private static double[] softmax(double[] u, int from, int k) {
    double[] shares = new double[k];
    double most = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < k; i++) {
      most = Math.max(most, u[from + i]);
    }
    double total = 0;
    for (int i = 0; i < k; i++) {
      shares[i] = Math.exp(u[from + i] - most);
      total += shares[i];
    }
    for (int i = 0; i < k; i++) {
      shares[i] /= total;
    }
    return shares;
  }
}
