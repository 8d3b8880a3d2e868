package org.ppl4j.tensor;

import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.internal.table.Op;

/** Reads each result of a run until one is not finite. */
final class NonFiniteWatch {

  private @Nullable String first;

  void see(Op op, RunArray result) {
    if (first == null && !Arrays.stream(result.toDoubleArray()).allMatch(Double::isFinite)) {
      first = op.name() + " giving shape " + result.getShape();
    }
  }

  Optional<String> first() {
    return Optional.ofNullable(first);
  }
}
