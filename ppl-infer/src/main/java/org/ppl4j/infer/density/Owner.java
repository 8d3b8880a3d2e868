package org.ppl4j.infer.density;

import static java.util.Objects.requireNonNull;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;

/**
 * Who owns what a density has and returns: a manager of the user's; or, where the data have none,
 * one of the density's own for what it has, and nobody for what it returns.
 *
 * @param manager null of nothing: then only plain arrays are made
 * @param isOwn whether it is the density's, which closes it
 */
record Owner(@Nullable NDManager manager, boolean isOwn) implements AutoCloseable {

  /** Of nothing. */
  static Owner nobody() {
    return new Owner(null, true);
  }

  /** A manager of the user's, or one of the density's own. */
  static Owner of(@Nullable NDManager manager, Device device) {
    return manager == null
        ? new Owner(RunConfig.defaults().withDevice(device).newManager(), true)
        : new Owner(manager, false);
  }

  /** The manager of data; null if they have none. */
  static @Nullable NDManager managerOf(NDArray data) {
    return Tensors.isTensor(data) && !Tensors.hasRun(data) ? null : data.getManager();
  }

  /** The manager of what has one. */
  NDManager required() {
    return requireNonNull(manager, "manager");
  }

  /** Numbers of a shape. */
  NDArray array(double[] values, Shape shape, FloatType type) {
    return isOwn || manager == null
        ? Tensors.array(values, shape)
        : manager.create(values, shape).toType(type.dataType(), false);
  }

  @Override
  public void close() {
    if (isOwn && manager != null) {
      manager.close();
    }
  }
}
