package org.ppl4j.tensor.plan;

import org.ppl4j.tensor.table.Kernel;

/** What is done to the buffers of a plan: by a step, by code that is generated, or once. */
interface Action {

  /**
   * Does it.
   *
   * @param kernels what computes the rows of the plan that are computed in Java
   */
  void run(double[][] buffers, Kernel[] kernels);
}
