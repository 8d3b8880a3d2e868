package org.ppl4j.infer.density;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.primitives.ImmutableIntArray;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Ppl;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.file.Family;
import org.ppl4j.transforms.ConditionalTransformModule;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;

/**
 * Noise that a flow puts into {@link Cells}: of standard normal ε it makes z, and u = Φ(z) is the
 * place in a cell.
 *
 * @param module from K numbers to K, given a row and its context
 * @param columns in whose cells there is noise, K
 * @param dim how many columns a row has
 */
record CellNoise(ConditionalTransformModule module, ImmutableIntArray columns, int dim) {

  static final Family FAMILY = Family.of(CellNoise.class, 1);

  /** The name of the module. */
  static final String NAME = "noise";

  private static final double LOG_ROOT_TWO_PI = 0.5 * Math.log(2 * Math.PI);

  /**
   * Rows with noise.
   *
   * @param y (N, D)
   * @param logProb the log-density of the noise, in standard units: (N)
   */
  record Drawn(NDArray y, NDArray logProb) {}

  /** The transform of an execution, whose tensors are made if there are none. */
  @CanIgnoreReturnValue
  Transform transform(Ppl p, NDArray y, @Nullable NDArray x) {
    NDArray context = x == null ? y : Tensors.concat(List.of(y, x), -1);
    return p.module(NAME, module).given(context);
  }

  /**
   * With log q(s) = log φ(ε) − log |det ∂z/∂ε| − Σ (log φ(z) − log φ(s − m) + log of Φ's share).
   */
  Drawn drawn(Ppl p, Rows rows) {
    int size = columns.length();
    NDArray cells = requireNonNull(rows.cells(), "cells");
    List<NDArray> parts = Tensors.split(cells, -1, size, size, size, size);
    NDArray noise = parts.get(0);
    NDArray share = parts.get(3);
    Mapped z = transform(p, rows.y(), rows.x()).forward(noise);
    NDArray inner = Special.ndtri(Special.ndtr(z.value()).mul(share).add(parts.get(2)));
    NDArray logs =
        z.value()
            .square()
            .sub(noise.square())
            .sub(inner.square())
            .mul(0.5)
            .sub(share.log())
            .sub(LOG_ROOT_TWO_PI);
    NDArray logProb = logs.sum(new int[] {-1}).sub(z.logDet());
    return new Drawn(placed(rows.y(), inner.add(parts.get(1))), logProb);
  }

  /** The row with these numbers in the columns that have noise. */
  private NDArray placed(NDArray y, NDArray numbers) {
    if (columns.length() == dim) {
      return numbers;
    }
    long[] places = new long[dim];
    for (int j = 0; j < dim; j++) {
      int k = columns.indexOf(j);
      places[j] = k < 0 ? j : dim + k;
    }
    NDArray index = Tensors.run(y).create(places, new Shape(dim));
    return Tensors.select(Tensors.concat(List.of(y, numbers), -1), index, -1);
  }
}
