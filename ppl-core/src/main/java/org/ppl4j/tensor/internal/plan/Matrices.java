package org.ppl4j.tensor.internal.plan;

/** Matrices of a batch in a buffer: the first element of each, and how far others are apart. */
final class Matrices {

  final Elements elements;
  final int buffer;
  final int[] starts;
  final int rows;
  final int columns;
  final int down;
  final int right;

  /**
   * The two rightmost axes.
   *
   * @param elements of rank 2 and more
   */
  Matrices(Elements elements) {
    int[] sizes = elements.sizes();
    int rank = sizes.length;
    int[] batch = sizes.clone();
    batch[rank - 2] = 1;
    batch[rank - 1] = 1;
    this.elements = elements;
    this.buffer = elements.buffer();
    this.starts = elements.starts(batch);
    this.rows = sizes[rank - 2];
    this.columns = sizes[rank - 1];
    this.down = elements.strides()[rank - 2];
    this.right = elements.strides()[rank - 1];
  }

  /** Where an element of a matrix is. */
  int at(int matrix, int row, int column) {
    return starts[matrix] + row * down + column * right;
  }

  /** Copies a matrix, row by row. */
  void read(double[][] buffers, int matrix, double[] to) {
    read(buffers, matrix, to, 0);
  }

  /** The same to a place of an array. */
  void read(double[][] buffers, int matrix, double[] to, int start) {
    double[] from = buffers[buffer];
    int k = start;
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        to[k++] = from[at(matrix, i, j)];
      }
    }
  }
}
