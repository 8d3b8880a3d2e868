package org.ppl4j.tensor.internal.plan;

import org.ppl4j.tensor.internal.engine.EngineNode;

/**
 * What nodes of matrices take, in nanoseconds, as it was measured for this library's steps and for
 * the engine.
 *
 * @param by what is computed
 * @param count of how many matrices
 * @param rows of a matrix
 * @param columns of a matrix
 * @param sides how many right sides a system has, else 0
 */
record MatrixCosts(EngineNode by, int count, double rows, double columns, double sides) {

  /** What a number takes to be copied to the engine or back. */
  private static final double COPIED = 0.4;

  /** Of matrices and no right sides. */
  static MatrixCosts of(EngineNode by, Matrices of) {
    return new MatrixCosts(by, of.starts.length, of.rows, of.columns, 0);
  }

  /** Of systems. */
  static MatrixCosts of(EngineNode by, Matrices of, Matrices sides) {
    return new MatrixCosts(by, of.starts.length, of.rows, of.columns, sides.columns);
  }

  /** By a step of this library's. */
  double own() {
    double n = columns;
    double each =
        switch (by) {
          case CHOLESKY -> n * n * (1 + 0.095 * n);
          case CHOLESKY_GRADIENT -> n * n * (2 + 0.15 * n);
          case LOWER_SOLUTION, UPPER_SOLUTION -> n * n * (0.5 + 0.25 * sides);
          case FACTORS -> n * n * (3 + 0.155 * n);
          case SOLUTION, SOLUTION_ACROSS -> n * n * (1.5 + 0.33 * sides);
          case ORTHONORMAL -> 1.4 * rows * n * n;
          case EXPONENTIAL -> 6 * n * n * n;
          default -> throw isOther();
        };
    return count * (20 + each);
  }

  /** By the engine, with what is copied. */
  double engine() {
    double begin =
        switch (by) {
          case CHOLESKY -> 8000;
          case CHOLESKY_GRADIENT -> 60_000;
          case LOWER_SOLUTION, UPPER_SOLUTION -> 5000;
          case FACTORS -> 12_000;
          case SOLUTION, SOLUTION_ACROSS -> 12_000;
          case ORTHONORMAL -> 6500;
          case EXPONENTIAL -> 80_000;
          default -> throw isOther();
        };
    double copied = 2 * count * rows * (columns + sides);
    return begin + arithmetic() + COPIED * copied;
  }

  private double arithmetic() {
    double n = columns;
    double each =
        switch (by) {
          case CHOLESKY -> n * n * (3.4 + 0.005 * n);
          case CHOLESKY_GRADIENT -> n * n * (9 + 0.012 * n);
          case LOWER_SOLUTION, UPPER_SOLUTION -> n * (2.1 * sides + n * (0.03 + 0.021 * sides));
          case FACTORS -> n * n * (2.7 + 0.012 * n);
          case SOLUTION, SOLUTION_ACROSS -> n * (0.03 * n + sides * (5.9 + 0.037 * n));
          case ORTHONORMAL -> rows * n * (20 + 0.033 * n);
          case EXPONENTIAL -> 0.7 * n * n * n;
          default -> throw isOther();
        };
    return count * each;
  }

  private IllegalArgumentException isOther() {
    return new IllegalArgumentException(by + " is nothing of matrices that this library has");
  }
}
