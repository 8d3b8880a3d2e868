package org.ppl4j.infer.stochastic;

import ai.djl.ndarray.NDArray;
import org.ppl4j.tensor.Rng;

/**
 * A step of a stochastic normalizing flow: it draws y of a kernel q(y | x), and says by how much a
 * backward kernel q̃(x | y) would go the other way:
 *
 * <pre>{@code
 * log weight = log q̃(x | y) − log q(y | x)
 * }</pre>
 *
 * <p>Of x from a density q, the log density of the path to y is log q(x) − log weight. For any
 * density p of y, the mean of exp(log p(y) − log q(x) + log weight) is ∫ p: a layer's weight is
 * right if and only if this holds for all p and q. A transform is the case without noise, whose
 * weight is its log-determinant.
 *
 * <p>Belongs to the run of its target, and so to one thread. Layers are made by a {@link
 * StochasticModule}.
 *
 * <p>Source: Wu, Koehler and Noé, "Stochastic normalizing flows" (2020), section 3.
 */
@FunctionalInterface
public interface StochasticLayer {

  /**
   * Moves each row.
   *
   * @param x {@code (*, D)}
   * @param rng the noise; the same stream moves in the same way
   */
  Moved move(NDArray x, Rng rng);
}
