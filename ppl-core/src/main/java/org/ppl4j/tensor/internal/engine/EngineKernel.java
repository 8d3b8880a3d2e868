package org.ppl4j.tensor.internal.engine;

import org.ppl4j.tensor.internal.table.Attributes;

/** What the engine does for a row: handles in, one handle or several out. */
interface EngineKernel {

  /** The result of a row that has one. */
  long one(long[] in, Attributes attributes) throws Throwable;

  /** The results of a row that has several. */
  default long[] many(long[] in, Attributes attributes) throws Throwable {
    throw new IllegalStateException("the row has one result");
  }

  /** What the engine does where it gives several tensors. */
  interface Many extends EngineKernel {

    @Override
    long[] many(long[] in, Attributes attributes) throws Throwable;

    @Override
    default long one(long[] in, Attributes attributes) {
      throw new IllegalStateException("the row has several results");
    }
  }
}
