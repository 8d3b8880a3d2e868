package org.ppl4j.infer.density;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.Linalg;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;

/**
 * Functions of contexts whose sums, with small coefficients, are smooth functions of these: 1, the
 * entries, and max(0, w · x − b) of random directions w, whose bends b are at evenly spaced
 * quantiles of contexts. That is a network of one hidden layer of which the last alone is learned,
 * and of contexts of one entry a spline.
 *
 * @param columns of contexts; 0 for 1 alone
 * @param directions (columns, M), row by row, each of length 1
 * @param bends (M)
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record SmoothBasis(int columns, double[] directions, double[] bends) {

  private static final int BENDS = 64;

  /** The ridge of the constant, which may be anything. */
  private static final double FREE = 1e-9;

  /** The function 1 alone. */
  static SmoothBasis constant() {
    return new SmoothBasis(0, new double[0], new double[0]);
  }

  /**
   * That of contexts.
   *
   * @param contexts in standard units; null for 1 alone
   * @param rng chooses directions
   */
  static SmoothBasis of(@Nullable Table contexts, Rng rng) {
    if (contexts == null) {
      return constant();
    }
    int columns = contexts.columns();
    int rows = contexts.rows();
    double[] directions = new double[columns * BENDS];
    double[] bends = new double[BENDS];
    for (int k = 0; k < BENDS; k++) {
      double[] direction = direction(columns, rng);
      double[] along = new double[rows];
      for (int j = 0; j < columns; j++) {
        directions[j * BENDS + k] = direction[j];
        for (int i = 0; i < rows; i++) {
          along[i] += direction[j] * contexts.number(i, j);
        }
      }
      Arrays.sort(along);
      bends[k] = along[(2 * k + 1) * rows / (2 * BENDS)];
    }
    return new SmoothBasis(columns, directions, bends);
  }

  /** To one side: what bends the other way differs by a linear function. */
  private static double[] direction(int columns, Rng rng) {
    double[] direction = new double[columns];
    Arrays.setAll(direction, j -> rng.nextNormal());
    double length = Math.sqrt(Arrays.stream(direction).map(w -> w * w).sum());
    double signed = Math.copySign(length, direction[0]);
    Arrays.setAll(direction, j -> direction[j] / signed);
    return direction;
  }

  private int size() {
    return 1 + columns + bends.length;
  }

  /**
   * The functions (N, F) at contexts.
   *
   * @param contexts null for 1 alone
   */
  NDArray of(Run run, @Nullable Table contexts, int rows) {
    NDArray one = run.full(1, new Shape(rows, 1));
    if (contexts == null) {
      return one;
    }
    NDArray x = Whitening.tensor(run, contexts);
    NDArray bent =
        x.matMul(run.create(directions, new Shape(columns, bends.length)))
            .sub(run.create(bends, new Shape(bends.length)))
            .maximum(0);
    return Tensors.concat(List.of(one, x, bent), 1);
  }

  /**
   * The precision (F, F) of coefficients beforehand, so that the slopes of a sum have about a
   * deviation.
   */
  NDArray ridge(Run run, double deviation) {
    double[] ridge = new double[size()];
    ridge[0] = FREE;
    Arrays.fill(ridge, 1, 1 + columns, columns / (deviation * deviation));
    Arrays.fill(ridge, 1 + columns, ridge.length, bends.length / (deviation * deviation));
    return Linalg.diagonalMatrix(run.create(ridge, new Shape(ridge.length)));
  }

  /** The coefficients (F, 1) of a constant. */
  NDArray constant(Run run, double value) {
    double[] coefficients = new double[size()];
    coefficients[0] = value;
    return run.create(coefficients, new Shape(coefficients.length, 1));
  }
}
