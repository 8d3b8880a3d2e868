package org.ppl4j.nn;

import ai.djl.ndarray.NDArray;
import com.google.common.primitives.ImmutableIntArray;

/**
 * The outputs of a network group by group, where inputs become known between them: as the inverse
 * of an autoregressive map needs them, of which each coordinate depends on those before it.
 */
@FunctionalInterface
public interface Gradual {

  /**
   * Some outputs.
   *
   * @param inputs what becomes known before them; they depend on these and on those of groups
   *     before, and on no others
   * @param outputs their places among all
   */
  record Group(ImmutableIntArray inputs, ImmutableIntArray outputs) {}

  /**
   * The next group.
   *
   * @param inputs its own, {@code (*, inputs)}; there may be none, of the same batch
   * @return {@code (*, outputs)}
   */
  NDArray next(NDArray inputs);
}
