package org.ppl4j.constraints;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.ppl4j.tensor.Linalg;
import org.ppl4j.tensor.Tensors;

/** The sets of square matrices: which are members; the identity is one of each. */
final class MatrixSets {

  /** The rounding error of a sum that a float32 computation leaves behind. */
  private static final double TOLERANCE = 1e-6;

  private MatrixSets() {}

  static Constraint lowerCholesky() {
    return set("lower Cholesky factor", MatrixSets::isFactor, event -> below(event, 0));
  }

  static Constraint corrCholesky() {
    return set(
        "correlation Cholesky factor",
        x -> {
          NDArray excess = x.square().sum(new int[] {-1}).sub(1).abs();
          return isFactor(x).logicalAnd(Tensors.all(excess.lte(TOLERANCE), -1));
        },
        event -> below(event, 1));
  }

  static Constraint positiveDefinite() {
    return set("positive definite matrix", MatrixSets::isDefinite, event -> below(event, 0));
  }

  static Constraint corrMatrix() {
    return set(
        "correlation matrix",
        x -> {
          NDArray excess = Linalg.diagonal(x).sub(1).abs();
          return isDefinite(x).logicalAnd(Tensors.all(excess.lte(TOLERANCE), -1));
        },
        event -> below(event, 1));
  }

  private static Constraint set(
      String name, UnaryOperator<NDArray> membership, Function<Shape, long[]> coordinates) {
    return new TensorConstraint(
        name,
        2,
        false,
        membership,
        x -> Tensors.run(x).eye(x.getShape().get(x.getShape().dimension() - 1)),
        coordinates);
  }

  private static NDArray isFactor(NDArray x) {
    NDArray lower = everywhere(x.eq(Linalg.tril(x, 0)));
    return lower.logicalAnd(Tensors.all(Linalg.diagonal(x).gt(0), -1));
  }

  private static NDArray isDefinite(NDArray x) {
    NDArray asymmetry = x.sub(x.swapAxes(-1, -2)).abs();
    NDArray symmetric = everywhere(asymmetry.lte(x.abs().maximum(1).mul(TOLERANCE)));
    return symmetric.logicalAnd(Linalg.isPositiveDefinite(x));
  }

  private static NDArray everywhere(NDArray entries) {
    return Tensors.all(Tensors.all(entries, -1), -1);
  }

  /** The entries on diagonal {@code −offset} and below it. */
  private static long[] below(Shape event, int offset) {
    long size = event.get(0);
    return LongStream.range(0, size * size).filter(at -> at / size - at % size >= offset).toArray();
  }
}
