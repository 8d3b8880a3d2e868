package org.ppl4j.tensor;

/**
 * Whether programs are recorded: computed by loops of Java that were made of their operations,
 * instead of by the engine, operation by operation. Recorded, a small model takes a hundredth of
 * the time or less.
 */
public enum Recording {
  /** Where a program can be recorded; otherwise it runs by the engine, and the log says why. */
  WHERE_POSSIBLE,
  /** Always; a program that cannot be recorded throws. */
  REQUIRED,
  /** Never. */
  OFF
}
