package org.ppl4j.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.ppl4j.tensor.Tensors;

/**
 * The largest singular value of matrices, from above: the norm ‖W‖ = (Σ σᵢ^2p)^(1/2p) of their
 * singular values, which for p = 2^d is found by squaring WᵀW d − 1 times.
 *
 * <p>It is a bound for certain and a smooth function of the matrix alone, which power iteration
 * gives neither of: that comes from below, by what it remembers of matrices before. It is too large
 * by a factor of at most n^(1/2p) for n singular values, and by that only if all are equal. Source:
 * Delattre, Barthélemy, Araujo and Allauzen, "Efficient bound of Lipschitz constant for
 * convolutional layers by Gram iteration" (2023), theorem 1.
 */
final class SpectralNorm {

  private SpectralNorm() {}

  /**
   * The bound; of 0 with gradient 0.
   *
   * @param matrix {@code (*, N, M)}, with a number in it
   * @param doublings d, at least 1
   * @return {@code (*)}
   */
  static NDArray bound(NDArray matrix, int doublings) {
    NDArray square = Tensors.sumRight(matrix.square(), 2);
    NDArray isNotZero = square.neq(0);
    NDArray safe = Tensors.where(isNotZero, square, 1);
    NDArray log = safe.log();
    if (least(matrix.getShape()) > 1) {
      NDArray gram = gram(matrix).div(ofMatrix(safe));
      long size = gram.getShape().get(gram.getShape().dimension() - 1);
      NDArray power = Tensors.where(ofMatrix(isNotZero), gram, Tensors.run(matrix).eye(size));
      for (int i = 1; i <= doublings; i++) {
        // The trace of the square of a symmetric matrix; the powers are kept at trace 1.
        NDArray trace = Tensors.sumRight(power.square(), 2);
        log = log.add(trace.log().mul(Math.scalb(1.0, -i)));
        power = i < doublings ? Tensors.matMul(power, power).div(ofMatrix(trace)) : power;
      }
    }
    return Tensors.where(isNotZero, log.div(2).exp(), 0);
  }

  /** W Wᵀ or Wᵀ W, whichever is smaller. */
  private static NDArray gram(NDArray matrix) {
    NDArray transposed = matrix.swapAxes(-1, -2);
    Shape shape = matrix.getShape();
    int rank = shape.dimension();
    return shape.get(rank - 2) < shape.get(rank - 1)
        ? Tensors.matMul(matrix, transposed)
        : Tensors.matMul(transposed, matrix);
  }

  private static long least(Shape shape) {
    int rank = shape.dimension();
    return Math.min(shape.get(rank - 2), shape.get(rank - 1));
  }

  private static NDArray ofMatrix(NDArray x) {
    return x.expandDims(-1).expandDims(-1);
  }
}
