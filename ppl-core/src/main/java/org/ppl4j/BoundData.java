package org.ppl4j;

import static com.google.common.base.Preconditions.checkState;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.Facts;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;

/**
 * Data that were brought to a float type and device once, for any number of runs.
 *
 * <p>Data are an {@code NDArray}, an {@code NDList}, a record, list, map or array that holds them,
 * at any depth, a {@link Bindable}, or null. Everything else in them (numbers, text) passes as it
 * is. So do the plain Java arrays that {@link Ppl#constant(double[])} and {@link
 * Plate#take(double[])} accept, but they are converted here too, once for all runs: what is written
 * into them later is not seen.
 *
 * @param <D> the type of the data
 */
public final class BoundData<D extends @Nullable Object> implements AutoCloseable {

  private final D data;
  private final DataShape shape;
  private final IdentityHashMap<Object, NDArray> plain;
  private final NDManager manager;
  private final Map<NDArray, Facts> facts = Collections.synchronizedMap(new IdentityHashMap<>());
  private boolean open = true;

  private BoundData(
      D data, DataShape shape, IdentityHashMap<Object, NDArray> plain, NDManager manager) {
    this.data = data;
    this.shape = shape;
    this.plain = plain;
    this.manager = manager;
  }

  /**
   * Copies all arrays of the data, floats in the configured float type, integers as int64.
   *
   * @throws IllegalArgumentException if the data hold something that can hold arrays and is not
   *     listed above
   */
  public static <D extends @Nullable Object> BoundData<D> of(D data, RunConfig config) {
    NDManager manager = NDManager.newBaseManager(config.device());
    IdentityHashMap<Object, NDArray> plain = new IdentityHashMap<>();
    try (Run run = Run.open(config, 0)) {
      D copy =
          new DataShape(
                  array -> plain.put(array, Tensors.copy(PlainArrays.in(run, array), manager)))
              .map(data, x -> Tensors.copy(run.bind(x), manager));
      return new BoundData<>(copy, new DataShape(array -> {}), plain, manager);
    }
  }

  /**
   * The data as tensors of a run; costs no copy.
   *
   * @throws IllegalStateException if they were closed; so does a tensor of theirs that is used in a
   *     run afterwards
   */
  public synchronized D in(Run run) {
    checkOpen();
    plain.forEach((array, copy) -> PlainArrays.in(run, array, () -> bound(run, copy)));
    return shape.map(data, x -> bound(run, x));
  }

  /**
   * That they can be used.
   *
   * @throws IllegalStateException if they were closed
   */
  public synchronized void checkOpen() {
    checkState(open, "bound data are used after they were closed; close them after the last run");
  }

  private NDArray bound(Run run, NDArray copy) {
    return run.bind(copy, facts.computeIfAbsent(copy, array -> new Facts()));
  }

  /** Frees the copies. */
  @Override
  public synchronized void close() {
    open = false;
    manager.close();
  }
}
