package org.ppl4j.infer.density;

import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.ppl4j.infer.svi.Batches;
import org.ppl4j.tensor.Rng;

/**
 * A table in pieces of nearly equal size, in an order, with heavy rows more often than light ones,
 * and with noise in cells of columns with steps, all drawn afresh each epoch; in standard units.
 */
final class TableBatches implements Batches<Rows> {

  private final Tables tables;
  private final BiFunction<Tables, Rng, Tables> standard;
  private final int count;

  /**
   * Pieces of a table.
   *
   * @param batch about how many rows each has
   */
  TableBatches(Tables tables, DataUnits units, int batch) {
    this(tables, (some, noise) -> units.dequantised(some, noise).tables(), batch);
  }

  /**
   * Pieces of a table that are brought to standard units in a way.
   *
   * @param standard of some rows, with noise
   */
  TableBatches(Tables tables, BiFunction<Tables, Rng, Tables> standard, int batch) {
    this.tables = tables;
    this.standard = standard;
    this.count = Math.max(1, (int) Math.round((double) tables.rows() / batch));
  }

  @Override
  public long size() {
    return count;
  }

  @Override
  public Epoch<Rows> open(long seed, long epoch) {
    int[] order = tables.order(Rng.of(seed, Rng.Purpose.PLATE, epoch, "density.batches"));
    Rng noise = Rng.of(seed, Rng.Purpose.PLATE, epoch, "density.noise");
    return new Epoch<>() {

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
        Tables some = tables.view(Arrays.copyOfRange(order, from, to));
        return standard.apply(some, noise).rows(own);
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
