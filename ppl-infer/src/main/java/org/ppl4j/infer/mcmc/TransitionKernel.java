package org.ppl4j.infer.mcmc;

import com.google.common.collect.ImmutableList;
import org.ppl4j.tensor.Rng;

/**
 * How one chain moves, and what it learns for that while it warms up: the library's samplers are
 * kernels, and so is one of yours, run by {@link KernelSampler}. A kernel is made for each start of
 * a chain, of its {@link ChainTarget}, and belongs to one thread at a time.
 *
 * <p>After the warm-up it must keep these laws, or draws are of another distribution, or of another
 * seed:
 *
 * <ul>
 *   <li>{@link #move} leaves the target as it is: of a state that is distributed by it, it makes
 *       one that is so too. What it has learned stays.
 *   <li>All that is random comes from the stream that it is given.
 *   <li>What {@link #move} does depends on the state, the stream and {@link #memory} alone: another
 *       kernel of the same target that {@linkplain #recall recalls} this one's memory makes the
 *       same bits.
 * </ul>
 */
public interface TransitionKernel {

  /** Before the first iteration of a chain, where it starts; it may move the chain. */
  default void begin(ChainState state, Rng rng) {}

  /**
   * Moves the chain by one iteration.
   *
   * @param state where the chain is, with its density and gradient; then where it is next, with
   *     those
   */
  Transition move(ChainState state, Rng rng);

  /**
   * Learns after an iteration of the warm-up, which is over after {@link ChainTarget#warmup} at the
   * latest; nothing unless it says otherwise.
   *
   * @param iteration counted from 0
   * @param transition what it did
   * @return whether it has learned enough, and the warm-up ends before its time
   */
  default boolean adapt(int iteration, ChainState state, Transition transition, Rng rng) {
    return false;
  }

  /** What it has learned and moves by, in numbers; none unless it says otherwise. */
  default double[] memory() {
    return new double[0];
  }

  /**
   * Goes on as the kernel whose {@link #memory} this is, in place of {@link #begin} and {@link
   * #adapt}.
   */
  default void recall(double[] memory) {}

  /** The size of its steps, as reports have it; NaN of a kernel without. */
  default double stepSize() {
    return Double.NaN;
  }

  /** The names of what a {@link Transition} says besides, columns of {@link Iterations}. */
  default ImmutableList<String> statistics() {
    return ImmutableList.of();
  }

  /**
   * After the warm-up, the logarithm of the mass of the heap that the chain is in, up to what is
   * the same of all chains; NaN if nobody knows. A chain in a heap of next to none begins again.
   */
  default double logWeight() {
    return Double.NaN;
  }
}
