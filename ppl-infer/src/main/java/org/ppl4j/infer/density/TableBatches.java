package org.ppl4j.infer.density;

import ai.djl.ndarray.NDManager;
import org.jspecify.annotations.Nullable;
import org.ppl4j.infer.Batches;
import org.ppl4j.tensor.Rng;

/** A table in pieces of nearly equal size, in an order that is drawn afresh each epoch. */
final class TableBatches implements Batches<Rows> {

  private final Tables tables;
  private final int count;

  /**
   * Pieces of a table.
   *
   * @param batch about how many rows each has
   */
  TableBatches(Tables tables, int batch) {
    this.tables = tables;
    this.count = Math.max(1, (int) Math.round((double) tables.rows() / batch));
  }

  @Override
  public long size() {
    return count;
  }

  @Override
  public Pass<Rows> open(long seed, long epoch) {
    long[] order =
        Rng.of(seed, Rng.Purpose.PLATE, epoch, "density.batches").permutation(tables.rows());
    return new Pass<>() {

      private int next;
      private @Nullable NDManager manager;

      @Override
      public boolean hasNext() {
        return next < count;
      }

      @Override
      public Rows next() {
        close();
        NDManager own = NDManager.newBaseManager();
        manager = own;
        int from = (int) ((long) tables.rows() * next / count);
        int to = (int) ((long) tables.rows() * (next + 1) / count);
        next++;
        return tables.take(order, from, to).rows(own);
      }

      @Override
      public void close() {
        if (manager != null) {
          manager.close();
          manager = null;
        }
      }
    };
  }
}
