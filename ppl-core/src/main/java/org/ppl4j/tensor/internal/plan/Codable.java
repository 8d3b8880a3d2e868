package org.ppl4j.tensor.internal.plan;

/** A step that code can be generated for. */
interface Codable extends Action {

  /** How many operations its code has; too many for a method if it had better be interpreted. */
  int operations();

  /** A number that is the same for steps of the same code, and seldom for others. */
  int likeness();

  /** Writes its code, which does exactly what {@link #run} does, to the last bit. */
  void write(MethodCode code);
}
