package org.ppl4j.transforms;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.ppl4j.tensor.Linalg;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * A lower triangle as a vector, row by row: (1, 1), (2, 1), (2, 2), (3, 1) … with its diagonal, (2,
 * 1), (3, 1), (3, 2) … without.
 *
 * @param offset how far the triangle is below the diagonal: 0 or 1
 */
record LowerTriangle(int offset) {

  /** The shape (*, D, D) of the matrices whose triangle has shape (*, M). */
  Shape matrix(Shape vector) {
    long entries = vector.get(vector.dimension() - 1);
    long size = rows(entries);
    checkArgument(
        size > offset && entries(size) == entries,
        "%s entries are no lower triangle %s its diagonal; they must be D (D %s 1) / 2",
        entries,
        offset == 0 ? "with" : "without",
        offset == 0 ? "+" : "-");
    return Shapes.concat(Shapes.dropRight(vector, 1), new Shape(size, size));
  }

  /** The shape (*, M) of the triangle of matrices of shape (*, D, D). */
  Shape vector(Shape matrix) {
    int rank = matrix.dimension();
    long size = matrix.get(rank - 1);
    checkArgument(
        size == matrix.get(rank - 2) && size > offset,
        "matrices of shape %s must be square and of at least %s rows",
        matrix,
        offset + 1);
    return Shapes.concat(Shapes.dropRight(matrix, 2), new Shape(entries(size)));
  }

  private long entries(long size) {
    return offset == 0 ? size * (size + 1) / 2 : size * (size - 1) / 2;
  }

  private long rows(long entries) {
    long root = Math.round(Math.sqrt(8.0 * entries + 1));
    return offset == 0 ? (root - 1) / 2 : (root + 1) / 2;
  }

  /** The matrices with this triangle, zeros elsewhere. */
  NDArray toMatrix(NDArray vector) {
    Shape shape = matrix(vector.getShape());
    int size = Math.toIntExact(shape.get(shape.dimension() - 1));
    long[] from = new long[size * size];
    int next = 0;
    for (int row = offset; row < size; row++) {
      for (int column = 0; column <= row - offset; column++) {
        from[row * size + column] = next++;
      }
    }
    NDArray index = Tensors.run(vector).create(from, new Shape(from.length));
    return Linalg.tril(Tensors.reshape(Tensors.select(vector, index, -1), shape), -offset);
  }

  /** The triangle of matrices. */
  NDArray toVector(NDArray matrix) {
    return toVector(matrix, 0);
  }

  /** The entries that are {@code right} columns right of those of the triangle. */
  NDArray toVector(NDArray matrix, int right) {
    Shape shape = vector(matrix.getShape());
    int size = Math.toIntExact(matrix.getShape().get(matrix.getShape().dimension() - 1));
    long[] from = new long[Math.toIntExact(entries(size))];
    int next = 0;
    for (int row = offset; row < size; row++) {
      for (int column = 0; column <= row - offset; column++) {
        from[next++] = (long) row * size + column + right;
      }
    }
    NDArray index = Tensors.run(matrix).create(from, new Shape(from.length));
    Shape flat = Shapes.concat(Shapes.dropRight(shape, 1), new Shape((long) size * size));
    return Tensors.select(Tensors.reshape(matrix, flat), index, -1);
  }
}
