package org.ppl4j;

import static com.google.common.base.Preconditions.checkState;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableList;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;

/**
 * Data that were brought to a float type and device once, for any number of runs.
 *
 * <p>Data are an {@code NDArray}, an {@code NDList}, a record, list, map or array that holds them,
 * at any depth, a {@link Bindable}, or null. A class is like a record if its constructor takes all
 * of its fields by name and it can be read by these names, as Kotlin's data classes and Scala's
 * case classes. Everything else in them (numbers, text) passes as it is. So do copies of the plain
 * Java arrays that {@link Ppl#constant(double[])} and {@link Plate#take(double[])} accept, and they
 * are converted here too, once for all runs: what is written into the arrays later is not seen, by
 * tensors or by Java.
 *
 * @param <D> the type of the data
 */
public final class BoundData<D extends @Nullable Object> implements AutoCloseable {

  private final D data;
  private final DataShape shape;
  private final DataCopies copies;
  private final DataKey key;
  private final DataKey wholeKey;
  private final ImmutableList<Object> unseen;
  private final ImmutableList<NDArray> arrays;
  private final ImmutableList<String> names;
  private final NDManager manager;
  private volatile boolean open = true;

  private BoundData(D data, DataShape shape, DataCopies copies, NDManager manager) {
    this.data = data;
    this.shape = shape;
    this.copies = copies;
    this.key = copies.key();
    this.wholeKey = copies.wholeKey();
    this.unseen = copies.unseen();
    this.arrays = copies.arrays();
    this.names = copies.names();
    this.manager = manager;
  }

  /**
   * Copies all arrays of the data, floats in the configured float type, integers as int64.
   *
   * @throws IllegalArgumentException if the data hold something that can hold arrays and is not
   *     listed above
   */
  public static <D extends @Nullable Object> BoundData<D> of(D data, RunConfig config) {
    NDManager manager = config.newManager();
    try (Run run = Run.open(config, 0)) {
      DataCopies copies = new DataCopies(manager);
      DataShape shape = new DataShape(array -> copies.copy(run, array));
      D copy = shape.map(data, x -> copies.copy(run.bind(x)), copies);
      return new BoundData<>(copy, new DataShape(array -> array), copies, manager);
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  /**
   * The data with the copies of their tensors, which live as long as this, to be bound anew under
   * other settings.
   *
   * @throws IllegalStateException if they were closed
   */
  public synchronized D value() {
    checkOpen();
    return data;
  }

  /** All of the data but the numbers in their tensors and plain arrays. */
  public DataKey key() {
    return key;
  }

  /** All of the data but the numbers in their tensors: for programs that read plain arrays. */
  public DataKey wholeKey() {
    return wholeKey;
  }

  /** What the data hold that may change though they are the same: bindables, and counters. */
  public ImmutableList<Object> unseen() {
    return unseen;
  }

  /** The copies of all tensors and plain arrays, in an order that data of an equal key share. */
  public ImmutableList<NDArray> arrays() {
    return arrays;
  }

  /**
   * A name of each of {@link #arrays}: that of its part of a record or data class, its key in a
   * map, or its place in a list, as {@code x}, {@code [1]} or {@code houses.floor}; {@code data} if
   * it is all of the data.
   */
  public ImmutableList<String> names() {
    return names;
  }

  /**
   * The data as tensors of a run; costs no copy.
   *
   * @throws IllegalStateException if they were closed; so does a tensor of theirs that is used in a
   *     run afterwards
   */
  public synchronized D in(Run run) {
    checkOpen();
    copies.eachPlain((array, copy) -> PlainArrays.in(run, array, () -> copies.bound(run, copy)));
    return shape.map(data, x -> copies.bound(run, x));
  }

  /**
   * That they can be used.
   *
   * @throws IllegalStateException if they were closed
   */
  public void checkOpen() {
    checkState(open, "bound data are used after they were closed; close them after the last run");
  }

  /** Frees the copies. */
  @Override
  public synchronized void close() {
    open = false;
    manager.close();
  }
}
