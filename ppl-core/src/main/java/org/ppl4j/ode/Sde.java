package org.ppl4j.ode;

import ai.djl.ndarray.NDArray;
import java.io.Serializable;

/**
 * A stochastic differential equation with parameters, dx = f(t, x; θ) dt + g(t, x; θ) dW, with a
 * noise of its own for each state, for any number of rows at once: particles, draws or times. In
 * models its paths are those of {@link org.ppl4j.distributions.EulerMaruyama}.
 *
 * <p>Both must be made of operations alone, row by row: what they are for one row must not depend
 * on another. In θ is all that is learned or drawn.
 */
public interface Sde extends Serializable {

  /**
   * f, how fast states drift.
   *
   * @param time {@code (1)}, or {@code (*, 1)} where each row is at a time of its own
   * @param state {@code (*, M)}; its entries by {@code Tensors.split(state, -1, 1, 1)} and the like
   * @param theta {@code (*, P)}
   * @return {@code (*, M)}, or what broadcasts to it
   */
  NDArray drift(NDArray time, NDArray state, NDArray theta);

  /**
   * g, the standard deviation that the noise of a unit of time would have; positive.
   *
   * @param time {@code (1)}, or {@code (*, 1)} where each row is at a time of its own
   * @param state {@code (*, M)}
   * @param theta {@code (*, P)}
   * @return {@code (*, M)}, or what broadcasts to it
   */
  NDArray diffusion(NDArray time, NDArray state, NDArray theta);
}
