package org.ppl4j.infer.svi;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;

/**
 * The log importance weights of all particles of a step.
 *
 * @param all {@code (K)}
 */
record LogWeights(NDArray all) {

  /** Of particles in groups, {@code (k)} each. */
  static LogWeights of(List<NDArray> groups) {
    return new LogWeights(joined(groups));
  }

  /** The numbers of particles in groups as one vector, {@code (K)}. */
  static NDArray joined(List<NDArray> groups) {
    return groups.size() == 1 ? groups.get(0) : Tensors.concat(groups, -1);
  }

  /** Each weight's share of their sum, without derivative. */
  NDArray shares() {
    NDArray held = Tensors.detached(all);
    return held.sub(Special.logSumExp(held, -1, true)).exp();
  }

  /** The log of their mean, a number. */
  NDArray logMean() {
    return Special.logSumExp(all, -1, false).sub(Math.log((double) all.size()));
  }
}
