package org.ppl4j.infer.svi;

/** Which parameters of a fit a store holds. */
enum Iterate {
  LAST,
  AVERAGE,
  BEST
}
