package org.ppl4j;

import org.jspecify.annotations.Nullable;

/**
 * What a step of a {@linkplain Ppl#scan scan} does, a function of what the step before has left. It
 * may be called once more than there are steps, and far less often where a program is recorded.
 *
 * @param <C> what is carried: a tensor, or a record, list or map of tensors; {@code Void} for none
 */
@FunctionalInterface
public interface ScanBody<C extends @Nullable Object> {

  /**
   * One step.
   *
   * @param p the execution
   * @param t the step
   * @param carry what the step before has left, or the start
   * @return what the next step is given, of the same structure and shapes
   */
  C step(Ppl p, Step t, C carry);
}
