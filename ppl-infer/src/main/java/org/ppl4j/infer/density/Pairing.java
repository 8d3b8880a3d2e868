package org.ppl4j.infer.density;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.MatchedRows;

/** Which noise flow matching leads to which row of a batch. */
public enum Pairing {
  /** Any to any. */
  INDEPENDENT,

  /**
   * Each to one so that the sum of the squared distances is least, by an exact assignment among 512
   * rows at most, in standard units: ways cross less, so that fields are straighter and followed in
   * fewer steps, and what is learned from varies less. Draws of a batch are noise as before, in
   * another order; but the smaller a batch is, the less its pairs are those of the whole. A step of
   * 128 rows takes some milliseconds more, of 512 some hundredths of a second.
   *
   * <p>Given contexts it is {@link #INDEPENDENT}, since rows of one batch have other contexts each,
   * and noise must know nothing of these. Sources: Tong et al., "Improving and generalizing
   * flow-based generative models with minibatch optimal transport" (2023), section 3.2.3; Pooladian
   * et al., "Multisample flow matching: straightening flows with minibatch couplings" (2023).
   */
  ASSIGNED;

  /**
   * Noise, of which some belongs to each row.
   *
   * @param x contexts, if there are any
   * @param y the rows of a batch {@code (*, N, D)}
   * @param noise in their shape
   */
  NDArray paired(@Nullable NDArray x, NDArray y, NDArray noise) {
    return this == ASSIGNED && x == null ? MatchedRows.of(y, noise) : noise;
  }
}
