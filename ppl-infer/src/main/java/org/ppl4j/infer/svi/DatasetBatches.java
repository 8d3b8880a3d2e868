package org.ppl4j.infer.svi;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDManager;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.BatchSampler;
import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.translate.TranslateException;
import com.google.errorprone.annotations.MustBeClosed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.Rng;

/** {@link Batches} of DJL's data sets: their loading, transforming and batching, our order. */
final class DatasetBatches<D extends @Nullable Object> implements Batches<D> {

  /** How an epoch of the data set begins. */
  @FunctionalInterface
  interface Source {
    Iterable<Batch> open(NDManager manager, long seed, long epoch)
        throws IOException, TranslateException;
  }

  private final Source source;
  private final LongSupplier size;
  private final Function<Batch, D> data;

  DatasetBatches(Source source, LongSupplier size, Function<Batch, D> data) {
    this.source = source;
    this.size = size;
    this.data = requireNonNull(data, "data");
  }

  static <D extends @Nullable Object> Batches<D> shuffled(
      RandomAccessDataset dataset, int batchSize, Function<Batch, D> data) {
    checkArgument(batchSize >= 1, "batches have size %s, but need at least 1 row", batchSize);
    return new DatasetBatches<>(
        (manager, seed, epoch) ->
            dataset.getData(
                manager,
                new BatchSampler(rows -> order(seed, epoch, rows.size()), batchSize),
                null),
        () -> (dataset.size() + batchSize - 1) / batchSize,
        data);
  }

  private static Iterator<Long> order(long seed, long epoch, long rows) {
    long[] order =
        Rng.of(seed, Rng.Purpose.PLATE, epoch, "batches").permutation(Math.toIntExact(rows));
    return Arrays.stream(order).iterator();
  }

  @Override
  public long size() {
    return size.getAsLong();
  }

  @Override
  @MustBeClosed
  public Epoch<D> open(long seed, long epoch) {
    NDManager manager = NDManager.newBaseManager();
    try {
      return new DatasetEpoch<>(manager, source.open(manager, seed, epoch).iterator(), data);
    } catch (IOException e) {
      manager.close();
      throw new UncheckedIOException("data set cannot be read: " + e.getMessage(), e);
    } catch (TranslateException e) {
      manager.close();
      throw new IllegalStateException("data set cannot be prepared: " + e.getMessage(), e);
    }
  }

  /** An epoch, all of whose arrays are on one manager. */
  private static final class DatasetEpoch<D extends @Nullable Object> implements Epoch<D> {

    private final NDManager manager;
    private final Iterator<Batch> batches;
    private final Function<Batch, D> data;
    private @Nullable Batch current;

    DatasetEpoch(NDManager manager, Iterator<Batch> batches, Function<Batch, D> data) {
      this.manager = manager;
      this.batches = batches;
      this.data = data;
    }

    @Override
    public boolean hasNext() {
      closeCurrent();
      return batches.hasNext();
    }

    @Override
    public D next() {
      closeCurrent();
      Batch batch = batches.next();
      current = batch;
      return data.apply(batch);
    }

    private void closeCurrent() {
      if (current != null) {
        current.close();
        current = null;
      }
    }

    @Override
    public void close() {
      closeCurrent();
      manager.close();
    }
  }
}
