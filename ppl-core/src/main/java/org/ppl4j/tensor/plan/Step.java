package org.ppl4j.tensor.plan;

import org.ppl4j.tensor.table.Kernel;

/** A part of a plan, computed after those before it. */
interface Step {

  /**
   * Computes it on buffers.
   *
   * @param kernels what computes the rows of the plan that are computed in Java
   */
  void run(double[][] buffers, Kernel[] kernels);

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
