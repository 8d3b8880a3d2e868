package org.ppl4j.infer.density;

import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.Rng;

/**
 * The units of rows and of their contexts.
 *
 * @param y of rows
 * @param x of contexts; null without
 * @param extrapolation how far contexts are; null without, or if nothing is known of it
 * @param cells in which a flow puts noise; null if it is uniform
 */
record DataUnits(
    Units y, @Nullable Units x, @Nullable Extrapolation extrapolation, @Nullable Cells cells) {

  /**
   * Rows and contexts in standard units.
   *
   * @param gain what the log-density of each row has to gain to be in its own units; one column
   */
  record Standard(Tables tables, Table gain) {

    double gain(int row) {
      return gain.number(row, 0);
    }

    double meanGain() {
      return tables.mean(gain.values());
    }
  }

  /** The same with what the engine computes recorded. */
  DataUnits recorded() {
    return new DataUnits(y.recorded(), x, extrapolation, cells);
  }

  /** How many columns a context has; 0 without. */
  int contextDim() {
    return x == null ? 0 : x.columns();
  }

  /** The same without normal scores of rows. */
  DataUnits withoutMargins() {
    return new DataUnits(y.withoutMargins(), x, extrapolation, cells);
  }

  /** The rows with noise in the cells of columns with steps, and of spikes. */
  Tables noisy(Tables tables, Rng noise) {
    return tables.with(y.noisy(tables.y(), noise), tables.x());
  }

  /**
   * In standard units, with noise as in training: uniform, or cells for a flow's. With those the
   * log-density that is to gain is of the row less of its noise, which is a lower bound of the
   * log-probability of its cell; it gains that of the continuous columns, less the logarithm of the
   * cell's volume.
   */
  Standard dequantised(Tables tables, Rng noise) {
    if (cells == null) {
      return standard(noisy(tables, noise));
    }
    Cells.Placed placed = cells.of(tables.y(), noise);
    Standard all = standard(tables.with(y.spread(placed.middles(), noise), tables.x()));
    double[] gains = new double[tables.rows()];
    for (int i = 0; i < gains.length; i++) {
      double ofCells = placed.gain().number(i, 0);
      gains[i] = all.gain(i) - (Double.isFinite(ofCells) ? ofCells + cells.logVolume() : 0);
    }
    return new Standard(all.tables().withCells(placed.cells()), new Table("gain", 1, gains));
  }

  /** In standard units. */
  Standard standard(Tables tables) {
    Table own = tables.x();
    Table contexts = own == null ? null : contexts(own);
    Units.Standard rows = y.standard(tables.y(), contexts);
    return new Standard(tables.with(rows.rows(), contexts), rows.gain());
  }

  /** How far each context is, 1 being the limit; 0 if nothing is known of it. */
  double[] distances(Table contexts) {
    return extrapolation == null
        ? new double[contexts.rows()]
        : extrapolation.of(contexts(contexts));
  }

  /** Contexts in standard units. */
  Table contexts(Table contexts) {
    return x == null ? contexts : x.standard(contexts, null).rows();
  }
}
