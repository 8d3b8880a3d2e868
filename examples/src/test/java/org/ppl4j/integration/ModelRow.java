package org.ppl4j.integration;

import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Program;

/**
 * A model with its data, and why some methods refuse it.
 *
 * @param reasons those of the table that it has; none if every method takes it
 */
record ModelRow<D extends @Nullable Object>(
    String name,
    Program<D> model,
    Function<NDManager, D> data,
    ImmutableSet<MethodReason> reasons) {

  /** A model that every method takes. */
  static <D extends @Nullable Object> ModelRow<D> of(
      String name, Program<D> model, Function<NDManager, D> data) {
    return new ModelRow<>(name, model, data, ImmutableSet.of());
  }

  /** The same, refused for reasons. */
  ModelRow<D> but(MethodReason... why) {
    return new ModelRow<>(name, model, data, ImmutableSet.copyOf(why));
  }

  @Override
  public String toString() {
    return name;
  }
}
