package org.ppl4j.infer.density;

import ai.djl.ndarray.NDArray;

/**
 * What a critic c and a flow play for: one tells rows of the data, x, from draws of the flow, z,
 * and the other makes draws that are taken for rows. Each makes its own loss small. The library's
 * are those of {@link AdversarialLoss}.
 *
 * <p>Losses are means, so that they do not depend on how many rows there are.
 */
public interface CriticLoss {

  /**
   * The critic's loss, a number.
   *
   * @param ofData what the critic says of rows, one number each
   * @param ofFlow what it says of draws
   */
  NDArray critic(NDArray ofData, NDArray ofFlow);

  /**
   * The flow's loss, a number.
   *
   * @param ofFlow what the critic says of draws, one number each
   */
  NDArray flow(NDArray ofFlow);

  /**
   * Whether it means something only where the critic is nowhere steeper than 1, so that {@link
   * Critic#penalty} is for slopes above 1; no unless overridden, and it is for all slopes at rows.
   */
  default boolean boundsSlopes() {
    return false;
  }
}
