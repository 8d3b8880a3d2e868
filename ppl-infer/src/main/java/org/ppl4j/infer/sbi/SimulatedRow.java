package org.ppl4j.infer.sbi;

import org.jspecify.annotations.Nullable;

/**
 * What became of a row.
 *
 * @param data what the simulator gave; null if it failed
 * @param problem what is wrong; null if nothing is
 * @param cause what was thrown, if anything
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record SimulatedRow(double @Nullable [] data, @Nullable String problem, @Nullable Throwable cause) {

  /** What a simulator gave, judged by itself. */
  static SimulatedRow of(double @Nullable [] data) {
    return new SimulatedRow(data == null ? null : data.clone(), problem(data), null);
  }

  /** What a simulator threw. */
  static SimulatedRow failed(Throwable cause) {
    return new SimulatedRow(null, String.valueOf(cause), cause);
  }

  private static @Nullable String problem(double @Nullable [] values) {
    if (values == null) {
      return "returned null; return at least one number";
    }
    if (values.length == 0) {
      return "returned no numbers; return at least one";
    }
    for (int j = 0; j < values.length; j++) {
      if (!Double.isFinite(values[j])) {
        return "returned %s in place %s (from 1) of %s; return finite numbers only, or leave such"
                .formatted(values[j], j + 1, values.length)
            + " parameters out of the prior";
      }
    }
    return null;
  }
}
