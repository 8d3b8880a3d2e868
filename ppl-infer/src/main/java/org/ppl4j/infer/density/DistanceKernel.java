package org.ppl4j.infer.density;

import ai.djl.ndarray.NDArray;
import org.ppl4j.tensor.Tensors;

/** {@link Kernel#distance()}. */
final class DistanceKernel implements Kernel {

  static final DistanceKernel INSTANCE = new DistanceKernel();

  private DistanceKernel() {}

  /** |x − y|², {@code (*, N, M)}: by differences, which lose no digits however far from 0. */
  static NDArray squared(NDArray x, NDArray y) {
    return Tensors.sumRight(x.expandDims(-2).sub(y.expandDims(-3)).square(), 1);
  }

  /** Of equal rows 0, and so is its derivative there. */
  @Override
  public NDArray between(NDArray x, NDArray y) {
    NDArray squared = squared(x, y);
    NDArray isEqual = squared.eq(0);
    NDArray root = Tensors.where(isEqual, Tensors.run(squared).scalar(1), squared).sqrt();
    return Tensors.where(isEqual, Tensors.run(squared).scalar(0), root).neg();
  }

  @Override
  public String toString() {
    return "minus distance";
  }
}
