package org.ppl4j.constraints;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.ppl4j.tensor.Tensors;

/** The sets of vectors: which vectors are members, and one member of each size. */
final class VectorSets {

  /** The rounding error of a sum that a float32 computation leaves behind. */
  private static final double TOLERANCE = 1e-6;

  private VectorSets() {}

  static Constraint ordered() {
    return continuous("ordered vector", VectorSets::isOrdered, x -> vector(x, i -> (double) i));
  }

  static Constraint positiveOrdered() {
    return continuous(
        "positive ordered vector",
        x -> Tensors.all(x.gt(0), -1).logicalAnd(isOrdered(x)),
        x -> vector(x, i -> i + 1.0));
  }

  static Constraint sphere() {
    return continuous(
        "sphere",
        x -> x.square().sum(new int[] {-1}).sub(1).abs().lte(TOLERANCE),
        x -> vector(x, i -> i == 0 ? 1.0 : 0.0));
  }

  static Constraint zeroSum() {
    return continuous(
        "zero-sum vector",
        x ->
            x.sum(new int[] {-1})
                .abs()
                .lte(x.abs().sum(new int[] {-1}).mul(TOLERANCE).add(TOLERANCE)),
        x -> Tensors.number(0));
  }

  static Constraint oneHot() {
    return new TensorConstraint(
        "one-hot vector",
        1,
        true,
        VectorSets::isOneHot,
        x -> vector(x, i -> i == 0 ? 1.0 : 0.0),
        VectorSets::all);
  }

  private static Constraint continuous(
      String name, UnaryOperator<NDArray> membership, UnaryOperator<NDArray> member) {
    return new TensorConstraint(name, 1, false, membership, member, VectorSets::all);
  }

  private static long[] all(Shape event) {
    return LongStream.range(0, event.size()).toArray();
  }

  private static NDArray isOneHot(NDArray x) {
    NDArray one = x.eq(1);
    NDArray number = x.getDataType().isFloating() ? x : Tensors.cast(one, DataType.INT64);
    return Tensors.all(x.eq(0).logicalOr(one), -1).logicalAnd(number.sum(new int[] {-1}).eq(1));
  }

  private static NDArray isOrdered(NDArray x) {
    long size = size(x);
    NDArray real = Tensors.all(x.eq(x), -1);
    if (size == 1) {
      return real;
    }
    NDArray next = Tensors.range(x, -1, 1, size);
    return real.logicalAnd(Tensors.all(next.gte(Tensors.range(x, -1, 0, size - 1)), -1));
  }

  private static long size(NDArray x) {
    return x.getShape().get(x.getShape().dimension() - 1);
  }

  private static NDArray vector(NDArray like, IntToDoubleFunction entry) {
    double[] entries = new double[Math.toIntExact(size(like))];
    Arrays.setAll(entries, entry);
    return Tensors.run(like).create(entries, new Shape(entries.length));
  }
}
