package org.ppl4j.tensor.plan;

/** A part of a plan, computed after those before it. */
interface Step extends Action {

  /** About how many nanoseconds it takes, and the engine for the arithmetic of the same. */
  Cost cost();

  /**
   * Nanoseconds.
   *
   * @param recorded of a step
   * @param engine of the engine's arithmetic, without what each of its operations takes by itself
   */
  record Cost(double recorded, double engine) {}
}
