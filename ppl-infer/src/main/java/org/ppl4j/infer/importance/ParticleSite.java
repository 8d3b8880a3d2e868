package org.ppl4j.infer.importance;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;

/**
 * The values of a site that particles have.
 *
 * @param one the shape of one of them
 * @param shape as the program sees all, the particles' dim leftmost; or one that all have in common
 * @param type integers stay integers
 * @param values row by row
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record ParticleSite(Shape one, Shape shape, DataType type, double[] values) {

  /** The value in an execution of particles, of a site whose value is so large in one of one. */
  static ParticleSite of(NDArray value, Shape one) {
    return new ParticleSite(one, value.getShape(), value.getDataType(), Tensors.values(value));
  }

  /** As a tensor of a run. */
  NDArray in(Run run) {
    NDArray value = run.create(values, shape);
    return type.isFloating() ? value : Tensors.cast(value, type);
  }

  /** How many numbers one particle has. */
  int size() {
    return Math.toIntExact(one.size());
  }

  private boolean isShared() {
    return values.length == size();
  }

  /** The values of these particles at their places. */
  ParticleSite take(int[] chosen) {
    if (isShared()) {
      return this;
    }
    double[] rows = new double[values.length];
    for (int i = 0; i < chosen.length; i++) {
      copy(chosen[i], rows, i * size());
    }
    return new ParticleSite(one, shape, type, rows);
  }

  /** The numbers of one particle, copied to a place. */
  void copy(int particle, double[] to, int at) {
    System.arraycopy(values, isShared() ? 0 : particle * size(), to, at, size());
  }
}
