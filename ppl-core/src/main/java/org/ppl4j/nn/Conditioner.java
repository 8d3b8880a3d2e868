package org.ppl4j.nn;

import static java.util.Objects.requireNonNull;

import ai.djl.nn.Block;
import java.util.function.Supplier;

/**
 * A kind of network, of any size: what a flow takes as an argument, since the flow knows how many
 * numbers go in and come out. The networks that it makes put out 0 at first, which stands for the
 * identity in every flow.
 *
 * <p>There are {@link Mlp}, {@link Residual}, {@link Convolutional}, any DJL block, and a constant;
 * {@link MaskedConditioner} for autoregressive flows.
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

  /**
   * A DJL block, then a dense layer to as many outputs as are needed, which starts at 0. The block
   * gives the structure only; its parameters are in the parameter store.
   *
   * @param blocks makes a block that takes {@code (rows, inputs)} to {@code (rows, features)}; a
   *     new one each time, since a block's shapes are worked out once. What it leaves out by
   *     dropout is the same in both directions of a flow; of a single row batch normalisation has
   *     the running statistics
   */
  static Conditioner block(Supplier<? extends Block> blocks) {
    return new BlockConditioner(requireNonNull(blocks, "blocks"));
  }
}
