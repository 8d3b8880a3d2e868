package org.ppl4j.tensor.internal.around;

import java.io.Serializable;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.Method;
import java.util.Optional;

/** What a serializable function has captured. */
public final class Captured {

  private Captured() {}

  /** The function's form, as Java would write it; empty of what has none. */
  public static Optional<SerializedLambda> of(Object function) {
    if (!(function instanceof Serializable)) {
      return Optional.empty();
    }
    try {
      Method replace = function.getClass().getDeclaredMethod("writeReplace");
      return replace.trySetAccessible()
              && replace.invoke(function) instanceof SerializedLambda serialized
          ? Optional.of(serialized)
          : Optional.empty();
    } catch (ReflectiveOperationException e) {
      return Optional.empty();
    }
  }
}
