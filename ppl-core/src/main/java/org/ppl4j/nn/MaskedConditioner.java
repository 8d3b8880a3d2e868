package org.ppl4j.nn;

import java.util.BitSet;
import java.util.List;

/**
 * A kind of network whose outputs each see some of the inputs only: what an autoregressive flow
 * takes as an argument. The networks that it makes put out 0 at first.
 */
@FunctionalInterface
public interface MaskedConditioner {

  /**
   * A network.
   *
   * @param adjacency the inputs that each group of outputs may depend on
   * @param inputs the size of an input vector
   * @param each how many outputs a group has; the groups lie one after the other
   */
  Network network(List<BitSet> adjacency, int inputs, int each);
}
