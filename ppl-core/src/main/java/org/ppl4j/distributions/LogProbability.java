package org.ppl4j.distributions;

import ai.djl.ndarray.NDArray;
import org.ppl4j.tensor.LogDistances;
import org.ppl4j.tensor.Special;

/** The logarithm of a probability that may be 0: the one that it carries, or else computed. */
final class LogProbability {

  private LogProbability() {}

  /** log p; see {@link Special#logChance}. */
  static NDArray of(NDArray p) {
    return LogDistances.areKnown(p) ? LogDistances.of(p, 0) : Special.logChance(p);
  }

  /** log(1 − p); see {@link Special#logOtherChance}. */
  static NDArray ofOther(NDArray p) {
    return LogDistances.areKnown(p) ? LogDistances.of(p, 1) : Special.logOtherChance(p);
  }
}
