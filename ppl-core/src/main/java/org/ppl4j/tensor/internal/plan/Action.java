package org.ppl4j.tensor.internal.plan;

/** What is done to the buffers of a plan: by a step, by code that is generated, or once. */
interface Action {

  /** Does it. */
  void run(Store store);
}
