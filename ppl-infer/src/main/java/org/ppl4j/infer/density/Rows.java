package org.ppl4j.infer.density;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;

/**
 * What a program sees of some rows, in standard units.
 *
 * @param y (N, D)
 * @param x their contexts (N, C); null without
 * @param cells where a flow is to put noise, and noise for that, {@link Cells#PARTS} numbers for
 *     each cell: (N, 4 K); null if rows are as they are
 */
record Rows(NDArray y, @Nullable NDArray x, @Nullable NDArray cells) {

  /** As they are. */
  Rows(NDArray y, @Nullable NDArray x) {
    this(y, x, null);
  }
}
