package org.ppl4j.tensor;

import ai.djl.ndarray.NDArray;

/**
 * What a block of DJL asks for while it runs, of the engine and of a trainer elsewhere: whether it
 * learns, noise, and who keeps its statistics.
 */
public interface BlockMode {

  /** Whether its results are used to learn, whatever its caller has told it. */
  boolean isTraining();

  /** Noise; each draw goes on where the one before has ended. */
  Rng rng();

  /**
   * A buffer of the block is to have another value, from its next call on.
   *
   * @param buffer the tensor that the block was given for it
   * @param value without gradient, of the same shape
   */
  void update(NDArray buffer, NDArray value);
}
