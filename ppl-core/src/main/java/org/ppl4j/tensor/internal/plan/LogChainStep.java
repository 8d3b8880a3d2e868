package org.ppl4j.tensor.internal.plan;

import java.util.Arrays;

/**
 * Logarithms of rows times chains of matrices, whose entries are given by their logarithms: the
 * forward half of the forward-backward algorithm, scaled. What is less than 1e-240 of the largest
 * of its step may be lost. That has no effect as long as the largest stays above 1e-200 of what it
 * could be, and so does each number of the result; a row in which it does not is done by logarithms
 * instead, at the cost of an exponential for each entry of each matrix.
 *
 * <p>What a step has of a row is kept behind the result for {@link LogChainGradientStep}.
 *
 * <p>Source: Rabiner, "A tutorial on hidden Markov models and selected applications in speech
 * recognition" (1989), sections III and V.A.
 *
 * @param start {@code (B, K)}
 * @param vectors {@code (T, B, K)}
 * @param matrices {@code (M, C, K, K)} with M of 1 or T and C of 1 or B
 * @param scratch two buffers of as many numbers as vectors or matrices have
 * @param ofVectors what puts exponentials of as many numbers of the first into the other
 * @param ofMatrices the same of matrices
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record LogChainStep(
    Elements start,
    Elements vectors,
    Elements matrices,
    Memory.Place to,
    int[] scratch,
    Action ofVectors,
    Action ofMatrices)
    implements Action {

  /** What is smaller beside the largest may come from what was lost. */
  private static final double LEAST = 1e-200;

  /** Where what is kept of a chain lies. */
  record Kept(int steps, int rows, int size, int different, int kinds, int at) {

    static Kept of(Elements vectors, Elements matrices, int at) {
      int[] sizes = vectors.sizes();
      int[] others = matrices.sizes();
      return new Kept(sizes[0], sizes[1], sizes[2], others[0], others[1], at);
    }

    private int each() {
      return steps * rows * size;
    }

    /** The row before a step: scaled, or logarithms. */
    int row(int step, int row) {
      return at + rows * size + (step * rows + row) * size;
    }

    /** Exponentials of the vector of a step, scaled. */
    int vector(int step, int row) {
      return row(step, row) + each();
    }

    /** The sum by which the row after a step was divided. */
    int scale(int step, int row) {
      return at + rows * size + 2 * each() + step * rows + row;
    }

    /** 1 for a row that was done by logarithms. */
    int isByLogs(int row) {
      return at + rows * size + 2 * each() + steps * rows + row;
    }

    /** Exponentials of the matrix of a step, scaled. */
    int matrix(int step, int row) {
      int m = different == 1 ? 0 : step;
      int c = kinds == 1 ? 0 : row;
      return isByLogs(rows) + (m * kinds + c) * size * size;
    }
  }

  @Override
  public void run(Store store) {
    double[][] buffers = store.doubles();
    double[] all = buffers[to.buffer()];
    Kept kept = Kept.of(vectors, matrices, to.offset());
    double[] largest = new double[kept.different() * kept.kinds()];
    boolean[] infinite = new boolean[largest.length];
    matrices(store, kept, all, largest, infinite);
    vectors(store, kept, all);
    for (int row = 0; row < kept.rows(); row++) {
      boolean isScaled = scaled(buffers, kept, all, row, largest, infinite);
      all[kept.isByLogs(row)] = isScaled ? 0 : 1;
      if (!isScaled) {
        int n = kept.size();
        double[] logs = new double[(kept.steps() + 1) * n];
        byLogs(start, vectors, matrices, buffers, kept, row, logs);
        for (int t = 0; t < kept.steps(); t++) {
          System.arraycopy(logs, t * n, all, kept.row(t, row), n);
        }
        System.arraycopy(logs, kept.steps() * n, all, to.offset() + row * n, n);
      }
    }
  }

  private static int place(Elements x, int first, int second, int third) {
    int[] strides = x.strides();
    return x.offset() + first * strides[0] + second * strides[1] + third * strides[2];
  }

  private void matrices(
      Store store, Kept kept, double[] all, double[] largest, boolean[] infinite) {
    double[][] buffers = store.doubles();
    double[] from = buffers[matrices.buffer()];
    int n = kept.size();
    int square = n * n;
    int[] strides = matrices.strides();
    double[] logs = buffers[scratch[0]];
    for (int i = 0; i < largest.length; i++) {
      int at = place(matrices, i / kept.kinds(), i % kept.kinds(), 0);
      double most = Double.NEGATIVE_INFINITY;
      for (int a = 0; a < n; a++) {
        for (int b = 0; b < n; b++) {
          double x = from[at + a * strides[2] + b * strides[3]];
          logs[i * square + a * n + b] = x;
          most = x > most || Double.isNaN(x) ? x : most;
        }
      }
      largest[i] = most;
      infinite[i] = !(Math.abs(most) < Double.POSITIVE_INFINITY);
      double shift = infinite[i] ? 0 : most;
      for (int j = 0; j < square; j++) {
        logs[i * square + j] -= shift;
      }
    }
    ofMatrices.run(store);
    double[] powers = buffers[scratch[1]];
    System.arraycopy(powers, 0, all, kept.isByLogs(kept.rows()), largest.length * square);
  }

  /** Exponentials of all vectors, each scaled by its largest. */
  private void vectors(Store store, Kept kept, double[] all) {
    double[][] buffers = store.doubles();
    double[] from = buffers[vectors.buffer()];
    int n = kept.size();
    int stride = vectors.strides()[2];
    int count = kept.steps() * kept.rows();
    double[] logs = buffers[scratch[0]];
    for (int i = 0; i < count; i++) {
      int at = place(vectors, i / kept.rows(), i % kept.rows(), 0);
      double most = Double.NEGATIVE_INFINITY;
      for (int j = 0; j < n; j++) {
        double x = from[at + j * stride];
        most = x > most || Double.isNaN(x) ? x : most;
      }
      for (int j = 0; j < n; j++) {
        logs[i * n + j] = from[at + j * stride] - most; // NaN if all are infinite
      }
    }
    ofVectors.run(store);
    System.arraycopy(buffers[scratch[1]], 0, all, kept.vector(0, 0), count * n);
  }

  /** Whether it could be done. */
  private boolean scaled(
      double[][] buffers, Kept kept, double[] all, int row, double[] largest, boolean[] infinite) {
    int n = kept.size();
    double[] starts = buffers[start.buffer()];
    double[] from = buffers[vectors.buffer()];
    int first = start.offset() + row * start.strides()[0];
    double most = Double.NEGATIVE_INFINITY;
    for (int j = 0; j < n; j++) {
      most = Math.max(most, starts[first + j * start.strides()[1]]);
    }
    double log = most;
    int now = kept.row(0, row);
    for (int j = 0; j < n; j++) {
      all[now + j] = Math.exp(starts[first + j * start.strides()[1]] - most);
    }
    double[] next = new double[n];
    for (int t = 0; t < kept.steps(); t++) {
      int kind = (kept.different() == 1 ? 0 : t) * kept.kinds() + (kept.kinds() == 1 ? 0 : row);
      boolean isLast = t == kept.steps() - 1;
      double sum = infinite[kind] ? Double.NaN : step(all, kept, t, row, next, isLast);
      if (!(sum > 0)) {
        return false;
      }
      log += largest(from, t, row, n) + largest[kind] + Math.log(sum);
      all[kept.scale(t, row)] = sum;
      int to = isLast ? -1 : kept.row(t + 1, row);
      for (int j = 0; j < n; j++) {
        double x = next[j] / sum;
        if (isLast) {
          next[j] = x;
        } else {
          all[to + j] = x;
        }
      }
    }
    int result = this.to.offset() + row * n;
    for (int j = 0; j < n; j++) {
      all[result + j] = Math.log(next[j]) + log;
    }
    return true;
  }

  private double largest(double[] from, int t, int row, int n) {
    int at = place(vectors, t, row, 0);
    int stride = vectors.strides()[2];
    double most = from[at];
    for (int j = 1; j < n; j++) {
      most = Math.max(most, from[at + j * stride]);
    }
    return most;
  }

  /** The row after a step, unscaled; returns its sum, NaN where what was lost may count. */
  private static double step(
      double[] all, Kept kept, int t, int row, double[] next, boolean isLast) {
    int n = kept.size();
    int now = kept.row(t, row);
    int vector = kept.vector(t, row);
    int matrix = kept.matrix(t, row);
    Arrays.fill(next, 0, n, 0);
    double before = 0;
    double most = 0;
    for (int i = 0; i < n; i++) {
      double q = all[now + i] * all[vector + i];
      before = Math.max(before, all[now + i]);
      most = Math.max(most, q);
      add(n, next, q, all, matrix + i * n);
    }
    double sum = 0;
    double largest = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int j = 0; j < n; j++) {
      sum += next[j];
      largest = Math.max(largest, next[j]);
      least = Math.min(least, next[j]);
    }
    boolean isSafe =
        most > LEAST * before && largest > LEAST * most && (!isLast || least > LEAST * largest);
    return isSafe ? sum : Double.NaN;
  }

  private static void add(int n, double[] to, double q, double[] all, int at) {
    for (int j = 0; j < n; j++) {
      to[j] += q * all[at + j];
    }
  }

  /**
   * By logarithms.
   *
   * @param logs for those of the row before each step, and after the last
   */
  static void byLogs(
      Elements start,
      Elements vectors,
      Elements matrices,
      double[][] buffers,
      Kept kept,
      int row,
      double[] logs) {
    int n = kept.size();
    double[] starts = buffers[start.buffer()];
    double[] from = buffers[vectors.buffer()];
    double[] matrix = buffers[matrices.buffer()];
    for (int j = 0; j < n; j++) {
      logs[j] = starts[start.offset() + row * start.strides()[0] + j * start.strides()[1]];
    }
    double[] sums = new double[n];
    for (int t = 0; t < kept.steps(); t++) {
      int at = place(vectors, t, row, 0);
      for (int i = 0; i < n; i++) {
        sums[i] = logs[t * n + i] + from[at + i * vectors.strides()[2]];
      }
      int m = matrix(matrices, kept, t, row);
      for (int j = 0; j < n; j++) {
        int column = m + j * matrices.strides()[3];
        logs[(t + 1) * n + j] = logSum(n, sums, matrix, column, matrices.strides()[2]);
      }
    }
  }

  /** Where the matrix of a step begins. */
  static int matrix(Elements matrices, Kept kept, int t, int row) {
    return place(matrices, kept.different() == 1 ? 0 : t, kept.kinds() == 1 ? 0 : row, 0);
  }

  private static double logSum(int n, double[] x, double[] y, int at, int stride) {
    double most = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < n; i++) {
      double sum = x[i] + y[at + i * stride];
      most = sum > most || Double.isNaN(sum) ? sum : most;
    }
    if (!(Math.abs(most) < Double.POSITIVE_INFINITY)) {
      return most;
    }
    double total = 0;
    for (int i = 0; i < n; i++) {
      total += Math.exp(x[i] + y[at + i * stride] - most);
    }
    return most + Math.log(total);
  }
}
