package org.ppl4j.tensor.internal.plan;

import java.util.Arrays;

/**
 * What a {@linkplain LogChainStep chain} gives to its start, its vectors and its matrices, one
 * after the other: the backward half of the algorithm.
 *
 * @param chain what was kept, the result first
 * @param gradient {@code (B, K)}
 */
record LogChainGradientStep(
    Elements start,
    Elements vectors,
    Elements matrices,
    Memory.Place chain,
    Elements gradient,
    Memory.Place to)
    implements Action {

  @Override
  public void run(Store store) {
    double[][] buffers = store.doubles();
    LogChainStep.Kept kept = LogChainStep.Kept.of(vectors, matrices, chain.offset());
    int n = kept.size();
    double[] all = buffers[chain.buffer()];
    double[] got = buffers[to.buffer()];
    int ofVectors = to.offset() + kept.rows() * n;
    int ofMatrices = ofVectors + kept.steps() * kept.rows() * n;
    int square = n * n;
    int count = kept.different() * kept.kinds();
    Arrays.fill(got, ofMatrices, ofMatrices + count * square, 0);
    double[] byLogs = new double[0];
    double[] shared = new double[count * square]; // sums of outer products, without the matrix
    double[] across = across(all, kept, count);
    for (int row = 0; row < kept.rows(); row++) {
      boolean isDone = all[kept.isByLogs(row)] == 0 && scaled(buffers, kept, row, across, shared);
      if (!isDone) {
        byLogs = byLogs.length == 0 ? new double[count * square] : byLogs;
        byLogs(buffers, kept, row, byLogs);
      }
      int first = ofVectors + row * n;
      System.arraycopy(got, first, got, to.offset() + row * n, n);
    }
    int first = kept.isByLogs(kept.rows());
    for (int i = 0; i < shared.length; i++) {
      got[ofMatrices + i] = shared[i] * all[first + i] + (byLogs.length == 0 ? 0 : byLogs[i]);
    }
  }

  /** The matrices, transposed. */
  private static double[] across(double[] all, LogChainStep.Kept kept, int count) {
    int n = kept.size();
    double[] across = new double[count * n * n];
    int first = kept.isByLogs(kept.rows());
    for (int m = 0; m < count; m++) {
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          across[(m * n + j) * n + i] = all[first + (m * n + i) * n + j];
        }
      }
    }
    return across;
  }

  private int vector(LogChainStep.Kept kept, int t, int row) {
    return to.offset() + kept.rows() * kept.size() + (t * kept.rows() + row) * kept.size();
  }

  private static int kind(LogChainStep.Kept kept, int t, int row) {
    return (kept.different() == 1 ? 0 : t) * kept.kinds() + (kept.kinds() == 1 ? 0 : row);
  }

  /** Whether no number was too large. */
  private boolean scaled(
      double[][] buffers, LogChainStep.Kept kept, int row, double[] across, double[] shared) {
    int n = kept.size();
    double[] all = buffers[chain.buffer()];
    double[] got = buffers[to.buffer()];
    double[] slopes = slopes(buffers, row, n);
    double[] w = new double[n];
    double[] h = new double[n];
    double[] q = new double[n];
    // The last row is not kept but by its logarithms: it is made again.
    double[] last = new double[n];
    int end = kept.steps() - 1;
    product(all, kept, end, row, last);
    for (int j = 0; j < n; j++) {
      w[j] = slopes[j] == 0 || last[j] == 0 ? 0 : slopes[j] / last[j];
    }
    double[] sums = kept.rows() == 1 ? shared : shared.clone();
    for (int t = end; t >= 0; t--) {
      int now = kept.row(t, row);
      int vector = kept.vector(t, row);
      int kind = kind(kept, t, row) * n * n;
      Arrays.fill(h, 0);
      for (int j = 0; j < n; j++) {
        add(n, h, 0, w[j], across, kind + j * n);
      }
      int at = vector(kept, t, row);
      double check = 0;
      for (int i = 0; i < n; i++) {
        double p = all[now + i];
        double u = all[vector + i];
        q[i] = p * u;
        h[i] *= u;
        got[at + i] = p * h[i];
        check += h[i];
      }
      if (!(Math.abs(check) < Double.POSITIVE_INFINITY)) {
        Arrays.fill(sums, sums == shared ? 0 : sums.length, sums.length, 0);
        return false;
      }
      for (int i = 0; i < n; i++) {
        add(n, sums, kind + i * n, q[i], w, 0);
      }
      double scale = t == 0 ? 1 : all[kept.scale(t - 1, row)];
      for (int i = 0; i < n; i++) {
        w[i] = h[i] / scale;
      }
    }
    if (sums != shared) {
      System.arraycopy(sums, 0, shared, 0, shared.length);
    }
    return true;
  }

  private double[] slopes(double[][] buffers, int row, int n) {
    double[] from = buffers[gradient.buffer()];
    double[] slopes = new double[n];
    for (int j = 0; j < n; j++) {
      slopes[j] = from[gradient.offset() + row * gradient.strides()[0] + j * gradient.strides()[1]];
    }
    return slopes;
  }

  /** The row after a step before it was divided by its sum. */
  private static void product(double[] all, LogChainStep.Kept kept, int t, int row, double[] to) {
    int n = kept.size();
    Arrays.fill(to, 0);
    for (int i = 0; i < n; i++) {
      double q = all[kept.row(t, row) + i] * all[kept.vector(t, row) + i];
      add(n, to, 0, q, all, kept.matrix(t, row) + i * n);
    }
  }

  private static void add(int n, double[] to, int first, double factor, double[] x, int at) {
    for (int j = 0; j < n; j++) {
      to[first + j] += factor * x[at + j];
    }
  }

  /** By logarithms, which are made again if the row was scaled. */
  private void byLogs(double[][] buffers, LogChainStep.Kept kept, int row, double[] sums) {
    int n = kept.size();
    double[] got = buffers[to.buffer()];
    double[] logs = logs(buffers, kept, row);
    double[] d = slopes(buffers, row, n);
    double[] from = buffers[vectors.buffer()];
    double[] matrix = buffers[matrices.buffer()];
    int down = matrices.strides()[2];
    int right = matrices.strides()[3];
    double[] next = new double[n];
    for (int t = kept.steps() - 1; t >= 0; t--) {
      int m = LogChainStep.matrix(matrices, kept, t, row);
      int kind = kind(kept, t, row) * n * n;
      int at = vectors.offset() + t * vectors.strides()[0] + row * vectors.strides()[1];
      Arrays.fill(next, 0);
      for (int i = 0; i < n; i++) {
        double before = logs[t * n + i] + from[at + i * vectors.strides()[2]];
        for (int j = 0; j < n; j++) {
          double of = logs[(t + 1) * n + j];
          double share = before + matrix[m + i * down + j * right] - of;
          boolean isNone = d[j] == 0 || of == Double.NEGATIVE_INFINITY;
          double part = isNone ? 0 : d[j] * Math.exp(share);
          next[i] += part;
          sums[kind + i * n + j] += part;
        }
      }
      System.arraycopy(next, 0, got, vector(kept, t, row), n);
      System.arraycopy(next, 0, d, 0, n);
    }
  }

  /** The logarithms of a row before each step, and after the last. */
  private double[] logs(double[][] buffers, LogChainStep.Kept kept, int row) {
    int n = kept.size();
    double[] all = buffers[chain.buffer()];
    double[] logs = new double[(kept.steps() + 1) * n];
    if (all[kept.isByLogs(row)] == 1) {
      for (int t = 0; t < kept.steps(); t++) {
        System.arraycopy(all, kept.row(t, row), logs, t * n, n);
      }
      System.arraycopy(all, chain.offset() + row * n, logs, kept.steps() * n, n);
      return logs;
    }
    LogChainStep.byLogs(start, vectors, matrices, buffers, kept, row, logs);
    return logs;
  }
}
