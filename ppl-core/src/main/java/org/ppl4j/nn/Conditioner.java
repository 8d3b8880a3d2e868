package org.ppl4j.nn;

/**
 * A kind of network, of any size: what a flow takes as an argument, since the flow knows how many
 * numbers go in and come out. The networks that it makes put out 0 at first, which stands for the
 * identity in every flow.
 */
@FunctionalInterface
public interface Conditioner {

  /**
   * A network.
   *
   * @param inputs the size of an input vector, 0 if there is nothing to depend on
   * @param outputs the size of an output vector
   */
  Network network(int inputs, int outputs);

  /** Outputs that are learned and depend on no input. */
  static Conditioner constant() {
    return Constant::new;
  }
}
