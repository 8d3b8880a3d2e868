package org.ppl4j.infer.density;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.Rng;

/**
 * The units of rows and of their contexts.
 *
 * @param y of rows
 * @param x of contexts; null without
 * @param extrapolation how far contexts are; null without, or if nothing is known of it
 */
record DataUnits(Units y, @Nullable Units x, @Nullable Extrapolation extrapolation) {

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
      return Arrays.stream(gain.values()).average().orElseThrow();
    }
  }

  /** How many columns a context has; 0 without. */
  int contextDim() {
    return x == null ? 0 : x.columns();
  }

  /** The rows with noise in the cells of columns with steps, and of spikes. */
  Tables noisy(Tables tables, Rng noise) {
    return new Tables(y.noisy(tables.y(), noise), tables.x());
  }

  /** In standard units. */
  Standard standard(Tables tables) {
    Table own = tables.x();
    Table contexts = own == null ? null : contexts(own);
    Units.Standard rows = y.standard(tables.y(), contexts);
    return new Standard(new Tables(rows.rows(), contexts), rows.gain());
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
