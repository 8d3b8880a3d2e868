package org.ppl4j;

import ai.djl.ndarray.NDArray;
import java.util.function.UnaryOperator;

/**
 * Data of a class that is neither array, record, data class, list nor map, and says itself how a
 * copy with other arrays is made.
 *
 * @param <D> the class itself
 */
@FunctionalInterface
public interface Bindable<D> {

  /** A copy of this data in which each array {@code x} is replaced by {@code binder.apply(x)}. */
  D bind(UnaryOperator<NDArray> binder);
}
