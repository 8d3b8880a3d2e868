package org.ppl4j.infer.density;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;

/**
 * What a program sees of some rows, in standard units.
 *
 * @param y (N, D)
 * @param x their contexts (N, C); null without
 */
record Rows(NDArray y, @Nullable NDArray x) {}
