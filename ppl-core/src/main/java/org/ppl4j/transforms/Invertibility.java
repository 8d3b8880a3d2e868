package org.ppl4j.transforms;

/** How a transform inverts. */
public enum Invertibility {
  /** By a formula. */
  EXACT,
  /** By root finding or a fixed point, with the gradient of the implicit function theorem. */
  ITERATIVE,
  /** Not at all: {@code inverse} throws. */
  NONE
}
