package org.ppl4j.distributions;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.Tensors;

/** Booleans that say where a NaN is; null says nowhere. */
final class Undefined {

  private Undefined() {}

  /** Where an entry of a tensor of floats is NaN; null for plain numbers. */
  static @Nullable NDArray of(NDArray x, int eventDims) {
    boolean isNumber = Tensors.constant(x).isPresent() || Tensors.vectorOf(x).length > 0;
    return isNumber || !x.getDataType().isFloating() ? null : anyOf(x.isNaN(), eventDims);
  }

  /** Whether any entry of the {@code dims} rightmost dims is. */
  static NDArray anyOf(NDArray entries, int dims) {
    NDArray any = entries;
    for (int i = 0; i < dims; i++) {
      any = Tensors.any(any, -1);
    }
    return any;
  }

  /** Booleans of a batch as they meet the entries of events. */
  static NDArray ofEntries(NDArray ofBatch, Shape event) {
    NDArray each = ofBatch;
    for (int i = 0; i < event.dimension(); i++) {
      each = each.expandDims(-1);
    }
    return each;
  }

  /** Either. */
  static @Nullable NDArray or(@Nullable NDArray a, @Nullable NDArray b) {
    return a == null ? b : b == null ? a : a.logicalOr(b);
  }

  /** A result, NaN where booleans say so. */
  static NDArray shown(@Nullable NDArray undefined, NDArray result) {
    return undefined == null
        ? result
        : Tensors.where(undefined, Tensors.number(Double.NaN), result);
  }
}
