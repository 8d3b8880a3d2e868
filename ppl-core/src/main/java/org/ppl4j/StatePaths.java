package org.ppl4j;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Elimination.Over;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;

/**
 * Paths through the states of a scan, of each row of a batch its own: joint draws by forward
 * filtering and backward sampling, or the likeliest by Viterbi's algorithm. All is done in
 * logarithms, so that a state which only what comes later makes likely is not lost. Of T steps and
 * K states a row takes T K² exponentials.
 *
 * <p>Source: Frühwirth-Schnatter, "Data augmentation and dynamic linear models" (1994); Viterbi,
 * "Error bounds for convolutional codes" (1967).
 */
final class StatePaths {

  private final Over over;
  private final Run run;
  private final double[] start;
  private final double[] vectors;
  private final double[] matrices;
  private final int rows;
  private final int steps;
  private final int size;
  private final int vectorRows;
  private final int matrixSteps;
  private final int matrixRows;

  StatePaths(Over over, StateChain.Weights weights) {
    Shape ofStart = weights.start().getShape();
    Shape ofVectors = weights.vectors().getShape();
    Shape ofMatrices = weights.matrices().getShape();
    this.over = over;
    this.run = Tensors.run(weights.start());
    this.start = Tensors.values(weights.start());
    this.vectors = Tensors.values(weights.vectors());
    this.matrices = Tensors.values(weights.matrices());
    this.rows = Math.toIntExact(ofStart.get(0));
    this.size = Math.toIntExact(ofStart.get(1));
    this.steps = Math.toIntExact(ofVectors.get(0));
    this.vectorRows = Math.toIntExact(ofVectors.get(1));
    this.matrixSteps = Math.toIntExact(ofMatrices.get(0));
    this.matrixRows = Math.toIntExact(ofMatrices.get(1));
  }

  /** What the last state weighs, all others being summed over or the likeliest: {@code (B, K)}. */
  NDArray last() {
    double[] last = new double[rows * size];
    double[] logs = new double[(steps + 1) * size];
    for (int row = 0; row < rows; row++) {
      forward(row, logs);
      System.arraycopy(logs, steps * size, last, row * size, size);
    }
    return run.create(last, new Shape(rows, size));
  }

  /**
   * The states before the last, given it.
   *
   * @param last of each row
   * @param rng noise of draws; null for the likeliest
   * @return {@code (T, B)}, the first state first
   */
  long[] before(long[] last, @Nullable Rng rng) {
    long[] places = new long[steps * rows];
    double[] logs = new double[(steps + 1) * size];
    double[] own = new double[size];
    for (int row = 0; row < rows; row++) {
      forward(row, logs);
      int next = (int) last[row];
      for (int step = steps - 1; step >= 0; step--) {
        int matrix = matrix(step, row);
        for (int k = 0; k < size; k++) {
          own[k] = logs[step * size + k] + matrices[matrix + k * size + next];
        }
        next = rng == null ? largest(own) : drawn(own, rng.nextUniform());
        places[step * rows + row] = next;
      }
    }
    return places;
  }

  /** What each state weighs, those before it being done with: {@code (T + 1, K)} of a row. */
  private void forward(int row, double[] logs) {
    System.arraycopy(start, row * size, logs, 0, size);
    double[] terms = new double[size];
    for (int step = 0; step < steps; step++) {
      int matrix = matrix(step, row);
      int vector = (step * vectorRows + (vectorRows == 1 ? 0 : row)) * size;
      for (int to = 0; to < size; to++) {
        for (int from = 0; from < size; from++) {
          terms[from] = logs[step * size + from] + matrices[matrix + from * size + to];
        }
        logs[(step + 1) * size + to] = vectors[vector + to] + together(terms);
      }
    }
  }

  private int matrix(int step, int row) {
    int ofStep = matrixSteps == 1 ? 0 : step;
    int ofRow = matrixRows == 1 ? 0 : row;
    return (ofStep * matrixRows + ofRow) * size * size;
  }

  private double together(double[] logs) {
    double most = logs[0];
    for (double log : logs) {
      most = Math.max(most, log); // NaN if any is
    }
    if (over == Over.MAX || Double.isInfinite(most)) {
      return most;
    }
    double sum = 0;
    for (double log : logs) {
      sum += Math.exp(log - most);
    }
    return most + Math.log(sum);
  }

  private static int largest(double[] logs) {
    int largest = 0;
    for (int k = 1; k < logs.length; k++) {
      largest = logs[k] > logs[largest] ? k : largest;
    }
    return largest;
  }

  /**
   * By a number from 0 to 1; the first where no state is possible or one is NaN.
   *
   * @param own logarithms of weights, which become the weights
   */
  private static int drawn(double[] own, double uniform) {
    double most = own[largest(own)];
    double sum = 0;
    for (int k = 0; k < own.length; k++) {
      own[k] = Math.exp(own[k] - most);
      sum += own[k];
    }
    double left = uniform * sum;
    int drawn = 0;
    for (int k = 0; k < own.length && left >= 0; k++) {
      drawn = own[k] > 0 ? k : drawn;
      left -= own[k];
    }
    return drawn;
  }
}
