package org.ppl4j.infer.svi;

import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.dataset.RandomAccessDataset;
import com.google.errorprone.annotations.MustBeClosed;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Data that a fit sees in pieces, all of them once an epoch: {@code svi.runEpochs(batches,
 * epochs)}.
 *
 * <p>The model says which share of the rows a batch is by {@code PlateSpec.of("rows",
 * all).given(seen)}:
 *
 * <pre>{@code
 * Batches<Rows> batches =
 *     Batches.shuffled(
 *         dataset, 64, batch -> new Rows(batch.getData().get(0), batch.getLabels().get(0)));
 * Program<Rows> model = (p, rows) -> {
 *   NDArray w = p.sample("w", Normal.standard(3).toEvent(1));
 *   try (Plate plate = p.plate(PlateSpec.of("rows", 919).given(rows.y().size(0)))) {
 *     p.observe("y", Normal.of(p.matVec(rows.x(), w), 1), rows.y());
 *   }
 * };
 * svi.runEpochs(batches, 20);
 * }</pre>
 *
 * @param <D> the data of model and guide
 */
@FunctionalInterface
public interface Batches<D extends @Nullable Object> {

  /**
   * Begins an epoch.
   *
   * @param seed of the fit
   * @param epoch how many epochs the fit has completed; one that shuffles depends on both only
   */
  @MustBeClosed
  Epoch<D> open(long seed, long epoch);

  /** How many batches an epoch has; 0 if that is not known before. For the display. */
  default long size() {
    return 0;
  }

  /**
   * One epoch. What {@link #next} returned is used until another method is called.
   *
   * @param <D> the data of model and guide
   */
  interface Epoch<D extends @Nullable Object> extends AutoCloseable {

    /** Whether there is a further batch. */
    boolean hasNext();

    /** The next batch. */
    D next();

    @Override
    void close();
  }

  /**
   * A data set of DJL in the order of its own sampler. One that was built to sample at random takes
   * its order from a generator of the whole process, so that the same seed does not give the same
   * bits: see {@link #shuffled}.
   *
   * @param data makes the data of one batch, whose arrays are copied before the batch is closed
   */
  static <D extends @Nullable Object> Batches<D> of(Dataset dataset, Function<Batch, D> data) {
    return new DatasetBatches<>((manager, seed, epoch) -> dataset.getData(manager), () -> 0, data);
  }

  /**
   * A data set of DJL in an order that is drawn afresh each epoch, from the fit's seed; the data
   * set's own sampler is not used. The last batch of an epoch is smaller if need be.
   *
   * @param batchSize rows of a batch
   * @param data makes the data of one batch, whose arrays are copied before the batch is closed;
   *     {@code batch.getIndices()} are its rows
   * @throws IllegalArgumentException if the batch size is less than 1
   */
  static <D extends @Nullable Object> Batches<D> shuffled(
      RandomAccessDataset dataset, int batchSize, Function<Batch, D> data) {
    return DatasetBatches.shuffled(dataset, batchSize, data);
  }
}
