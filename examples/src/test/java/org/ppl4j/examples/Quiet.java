package org.ppl4j.examples;

import java.util.Optional;
import java.util.OptionalInt;
import org.ppl4j.tensor.FloatType;

/** Options of whole runs that show nothing and write nothing: those of acceptance. */
final class Quiet {

  private Quiet() {}

  static ExampleOptions run(long seed, FloatType floatType) {
    return new ExampleOptions(
        seed, OptionalInt.empty(), OptionalInt.empty(), floatType, Optional.empty(), true);
  }
}
