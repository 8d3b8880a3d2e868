package org.ppl4j.tensor;

/** The owner of values that a run uses and did not make. */
@FunctionalInterface
interface Lender {

  /** Throws if the owner has been closed, naming what was. */
  void checkOpen();
}
